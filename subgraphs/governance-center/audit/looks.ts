import type { AccessRecord } from '../../../shared/access/compile';
import { type AccessRow, recordOfAccess } from './access-log';

/** What a ledger's entry says besides its columns, as gateway/ledger/entry.ts writes it. */
export interface AccessBody {
  readonly caller: { readonly roles: readonly string[] } | null;
  readonly reference: string | null;
  readonly approvedBy: string | null;
  readonly operation: { readonly kind: string | null; readonly name: string | null; readonly hash: string | null };
  readonly rules: string;
  readonly children: readonly string[];
  readonly looks: readonly {
    readonly agency: string;
    readonly dataClass: string;
    readonly answer: string;
    /** Indices into the children; 'all' for every one of them. */
    readonly children: readonly number[] | 'all';
  }[];
  readonly emergency: { readonly reason: string; readonly uses: readonly string[] } | null;
  readonly outcome: { readonly status: number; readonly codes: readonly string[] } | null;
}

export const bodyOf = ({ body }: AccessRow): AccessBody => JSON.parse(body) as AccessBody;

/** One data class that was looked at, with what rules may look at of it: it is one agency's data. */
export interface AccessLook {
  readonly agency: string;
  readonly dataClass: string;
  readonly answer: string;
  readonly children: readonly string[];
  readonly record: AccessRecord;
}

/** What was looked at, as far as it is what was asked for. */
export function looksOf(row: AccessRow): readonly AccessLook[] {
  const { child, dataOf } = row.asked;
  const { children, looks } = bodyOf(row);
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
