import type { Children, LookAnswer as ToldAnswer } from './access/looks';
import type { Agency } from './agencies';
import type { Role } from './caller';
import type { Purpose } from './purpose';

/** What an agency answered about one data class; `unavailable` where it did not answer. */
export type LookAnswer = ToldAnswer | 'unavailable';

/** What a request saw, or was refused, of one data class. */
export interface Look {
  readonly agency: Agency;
  readonly dataClass: string;
  readonly answer: LookAnswer;
  /** Counted in the entry's children. */
  readonly children: Children;
}

/** Who looked at which child, why, and what was answered: never a value of a record. */
export interface LedgerEntry {
  readonly v: 1;
  /** UUID. */
  readonly requestId: string;
  /** A mutation is recorded before it is carried out, too. */
  readonly stage: 'begun' | 'ended';
  readonly caller: {
    readonly id: string;
    readonly agency: Agency;
    readonly roles: readonly Role[];
    readonly region: string;
  } | null;
  readonly purpose: Purpose | null;
  /** `case/<id>`, `meeting/<id>`. */
  readonly reference: string | null;
  /** Who confirmed the caller's part in it. */
  readonly approvedBy: string | null;
  readonly operation: {
    readonly kind: 'query' | 'mutation' | null;
    readonly name: string | null;
    readonly hash: string | null;
  };
  /** Version of the rules. */
  readonly rules: string;
  /** Pseudonyms, each once. */
  readonly children: readonly string[];
  readonly looks: readonly Look[];
  readonly emergency: { readonly reason: string; readonly uses: readonly string[] } | null;
  /** Null where begun. */
  readonly outcome: { readonly status: number; readonly codes: readonly string[] } | null;
  readonly milliseconds: number | null;
}
