import type { AccessOutcome, Children } from '../access/accesses';
import type { Agency } from '../domain/agencies';
import type { Role } from '../domain/caller';
import type { Purpose } from '../domain/purpose';

/** An agency's decision about one data class; `unavailable` if it did not answer. */
export type RecordedOutcome = AccessOutcome | 'unavailable';

/**
 * The decision about one data class, and the children it concerned.
 *
 * @example { agency: 'education', dataClass: 'education.schooling', answer: 'clear', children: [0] }
 */
export interface RecordedAccess {
  readonly agency: Agency;
  readonly dataClass: string;
  readonly answer: RecordedOutcome;
  /** Indices into the entry's `children`. */
  readonly children: Children;
}

/**
 * The content common to all versions of entries: who accessed data of which children, for which purpose, and with which
 * decisions; never a value of a record.
 */
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
  /** `sub` of the person who confirmed that the caller takes part in it. */
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
  /** Null in the stage `begun`. */
  readonly outcome: { readonly status: number; readonly codes: readonly string[] } | null;
  readonly milliseconds: number | null;
}

/** The first version: still verified, archived and shown, but no longer written. */
export interface LedgerEntryV1 extends AccessEntry {
  readonly v: 1;
  /** A mutation is recorded twice: before and after it runs. */
  readonly stage: 'begun' | 'ended';
}

/**
 * An entry of the version that is written: docs/reference/ledger-format.md.
 *
 * @example { v: 2, stage: 'ended', time: '2026-05-17T01:30:00.000Z', requests: 1, purpose: 'VISIT', children: ['Zk3…'],
 *   looks: [{ agency: 'education', dataClass: 'education.schooling', answer: 'clear', children: [0] }], … }
 */
export interface LedgerEntry extends AccessEntry {
  readonly v: 2;
  /**
   * `refused` counts requests that were refused before execution: all of one minute with the same code, from one caller
   * or one class of addresses. The other stages are about one request; a mutation is recorded before (`begun`) and
   * after (`ended`) it runs.
   */
  readonly stage: 'begun' | 'ended' | 'refused';
  /** ISO 8601 in UTC with milliseconds, by the gateway's clock; for counted requests, the time of the first. */
  readonly time: string;
  /** IP address of the client; for counted requests, its address class in CIDR notation. */
  readonly peer: string | null;
  /** Number of requests that the entry is about: 1 unless they were counted. */
  readonly requests: number;
  /** Lookups by ID number; null for none. */
  readonly lookups: {
    readonly asked: number;
    /** Keyed digest of each number that was not found: 32 bytes, base64url. */
    readonly missed: readonly string[];
  } | null;
}

/** An entry as it is read, of any version. */
export type RecordedEntry = LedgerEntry | LedgerEntryV1;
