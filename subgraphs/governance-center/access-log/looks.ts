import type { ResourceAttributes } from '../../../shared/access/compile';
import type { RecordedOutcome } from '../../../shared/protocol/ledger-entry';
import { type AccessRow, resourceOfAccess } from './access-log';

/**
 * An access to one data class, with the attributes by which rules decide about it. A data class belongs to one agency.
 */
export interface AccessLook {
  readonly agency: string;
  readonly dataClass: string;
  readonly answer: RecordedOutcome;
  readonly children: readonly string[];
  /** Whether these are all of the entry's children that the caller may know of. */
  readonly ofAll: boolean;
  readonly record: ResourceAttributes;
}

/** Whether the caller may know of a look, by its record. */
type Shown = (record: ResourceAttributes) => boolean;

/** The children of the looks that the caller may know of. The request's other children stay hidden. */
export const childrenOf = (row: AccessRow, shown: Shown): readonly string[] => [
  ...new Set(
    everyLook(row)
      .filter(({ record }) => shown(record))
      .flatMap(({ children }) => children),
  ),
];

/** The looks of an entry that match the filter. */
export function looksOf(row: AccessRow, shown: Shown): readonly AccessLook[] {
  const all = childrenOf(row, shown).length;
  return everyLook(row).map((look) => ({ ...look, ofAll: look.children.length === all }));
}

// Private:

function everyLook(row: AccessRow): readonly Omit<AccessLook, 'ofAll'>[] {
  const { child, dataOf } = row.asked;
  const { children, looks } = row.entry;
  return looks
    .map((look) => ({
      ...look,
      children: look.children === 'all' ? children : look.children.map((index) => children[index] as string),
      record: { ...resourceOfAccess(row), owners: [look.agency] },
    }))
    .filter(
      (look) =>
        (dataOf === undefined || look.agency === dataOf) && (child === undefined || look.children.includes(child)),
    )
    .map((look) => (child === undefined ? look : { ...look, children: [child] }));
}
