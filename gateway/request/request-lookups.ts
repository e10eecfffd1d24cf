import type { FormattedExecutionResult } from 'graphql';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** A root field that finds a child by resident ID number: `{ key: 'child', numbers: ['99…'] }`. */
export interface Lookup {
  /** Its key in the answer. */
  readonly key: string;
  /** As sent by the client. */
  readonly numbers: readonly string[];
}

/** Replaces a resident ID number in the ledger without revealing it: see lookups/number-digest.ts. */
export type NumberDigest = (idNumber: string) => string;

/**
 * The lookups of one request. Only the answer decides about a miss: null without an error. A hidden child counts as
 * missed like one who does not exist.
 */
export class RequestLookups {
  private readonly lookups: readonly Lookup[];
  private readonly digest: NumberDigest;
  private missing: readonly Lookup[] = [];

  constructor(lookups: readonly Lookup[], digest: NumberDigest) {
    this.lookups = lookups;
    this.digest = digest;
  }

  /** @param result the final answer, with all errors. */
  answered({ data, errors = [] }: FormattedExecutionResult): void {
    if (data == null) return;
    const failed = new Set(errors.map(({ path }) => path?.[0]));
    this.missing = this.lookups.filter(({ key }) => data[key] === null && !failed.has(key));
  }

  get missed(): boolean {
    return this.missing.length > 0;
  }

  /** The lookups in the form of the ledger. */
  summary(): NonNullable<LedgerEntry['lookups']> {
    const missed = this.missing.flatMap(({ numbers }) => numbers).map((number) => this.digest(number));
    return { asked: this.lookups.length, missed: [...new Set(missed)] };
  }
}
