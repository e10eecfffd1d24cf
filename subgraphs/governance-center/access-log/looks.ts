import type { ResourceAttributes } from '../../../shared/access/compile';
import type { RecordedOutcome } from '../../../shared/protocol/ledger-entry';
import { type AccessRow, resourceOfAccess } from './access-log';

/** One data class that was looked at, with what rules may look at of it: it is one agency's data. */
export interface AccessLook {
  readonly agency: string;
  readonly dataClass: string;
  readonly answer: RecordedOutcome;
  readonly children: readonly string[];
  /** Whether these are all of the entry's children, as far as the caller may know of them. */
  readonly ofAll: boolean;
  readonly record: ResourceAttributes;
}

/** Whether the caller may know of a look, by its record. */
type Shown = (record: ResourceAttributes) => boolean;

/** The children of those looks that the caller may know of: that a request was about others as well is not theirs to know. */
export const childrenOf = (row: AccessRow, shown: Shown): readonly string[] => [
  ...new Set(
    everyLook(row)
      .filter(({ record }) => shown(record))
      .flatMap(({ children }) => children),
  ),
];

/** What was looked at, as far as it is what was asked for. */
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
