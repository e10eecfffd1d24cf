import type { AccessOutcome, Children } from '../access/accesses';
import type { Agency } from '../domain/agencies';
import type { Role } from '../domain/caller';
import type { Purpose } from '../domain/purpose';

/** What an agency answered about one data class; `unavailable` where it did not answer. */
export type RecordedOutcome = AccessOutcome | 'unavailable';

/** What a request saw, or was refused, of one data class. */
export interface RecordedAccess {
  readonly agency: Agency;
  readonly dataClass: string;
  readonly answer: RecordedOutcome;
  /** Counted in the entry's children. */
  readonly children: Children;
}

/** What entries of every version hold: who looked at which child, why, and what was answered; never a value of a record. */
interface AccessEntry {
  /** UUID. */
  readonly requestId: string;
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
  readonly looks: readonly RecordedAccess[];
  readonly emergency: { readonly reason: string; readonly uses: readonly string[] } | null;
  /** Null where begun. */
  readonly outcome: { readonly status: number; readonly codes: readonly string[] } | null;
  readonly milliseconds: number | null;
}

/** The first version. It is still verified, archived and shown; nothing writes it any more. */
export interface LedgerEntryV1 extends AccessEntry {
  readonly v: 1;
  /** A mutation is recorded before it is carried out, too. */
  readonly stage: 'begun' | 'ended';
}

/** An entry as it is written. */
export interface LedgerEntry extends AccessEntry {
  readonly v: 2;
  /**
   * `refused` counts requests that were turned away before anything was asked for: those of one minute, with one code, from
   * one caller or one class of addresses. The two others are of one request; a mutation is recorded before it is carried
   * out, too.
   */
  readonly stage: 'begun' | 'ended' | 'refused';
  /** By the clock of the gateway, ISO 8601 in UTC with milliseconds; where requests are counted, the first of them. */
  readonly time: string;
  /** The IP address that the request came from; where requests are counted, its class in CIDR notation. */
  readonly peer: string | null;
  /** How many requests the entry is about: one, unless they were counted. */
  readonly requests: number;
  /** What was looked up by ID number; null where nothing was. */
  readonly lookups: {
    readonly asked: number;
    /** A keyed digest of each number that was not found: 32 bytes, base64url. */
    readonly missed: readonly string[];
  } | null;
}

/** An entry as it is read. */
export type RecordedEntry = LedgerEntry | LedgerEntryV1;
