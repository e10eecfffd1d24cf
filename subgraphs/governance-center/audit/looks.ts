import type { AccessRecord } from '../../../shared/access/compile';
import type { LookAnswer } from '../../../shared/ledger-entry';
import { type AccessRow, recordOfAccess } from './access-log';

/** One data class that was looked at, with what rules may look at of it: it is one agency's data. */
export interface AccessLook {
  readonly agency: string;
  readonly dataClass: string;
  readonly answer: LookAnswer;
  readonly children: readonly string[];
  readonly record: AccessRecord;
}

/** What was looked at, as far as it is what was asked for. */
export function looksOf(row: AccessRow): readonly AccessLook[] {
  const { child, dataOf } = row.asked;
  const { children, looks } = row.entry;
  return looks
    .map((look) => ({
      ...look,
      children: look.children === 'all' ? children : look.children.map((index) => children[index] as string),
      record: { ...recordOfAccess(row), owners: [look.agency] },
    }))
    .filter(
      (look) =>
        (dataOf === undefined || look.agency === dataOf) && (child === undefined || look.children.includes(child)),
    )
    .map((look) => (child === undefined ? look : { ...look, children: [child] }));
}
