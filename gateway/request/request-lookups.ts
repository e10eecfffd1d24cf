import type { FormattedExecutionResult } from 'graphql';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';

/** A root field of an operation that finds somebody by resident ID number: `{ key: 'child', numbers: ['99…'] }`. */
export interface Lookup {
  /** Its key in the answer. */
  readonly key: string;
  /** As the client gave them. */
  readonly numbers: readonly string[];
}

/** Makes a text that names a resident ID number in the ledger without giving it away: see lookups/number-digest.ts. */
export type NumberDigest = (idNumber: string) => string;

/**
 * The lookups of one request. What counts as missed goes by what the caller was answered and by nothing else: null, and no
 * error that says why. A child whom the caller may not know of is missed as one who does not exist.
 */
export class RequestLookups {
  private readonly lookups: readonly Lookup[];
  private readonly digest: NumberDigest;
  private missing: readonly Lookup[] = [];

  constructor(lookups: readonly Lookup[], digest: NumberDigest) {
    this.lookups = lookups;
    this.digest = digest;
  }

  /** @param result as it leaves, with all errors. */
  answered({ data, errors = [] }: FormattedExecutionResult): void {
    if (data == null) return;
    const failed = new Set(errors.map(({ path }) => path?.[0]));
    this.missing = this.lookups.filter(({ key }) => data[key] === null && !failed.has(key));
  }

  get missed(): boolean {
    return this.missing.length > 0;
  }

  /** As the ledger has it. */
  summary(): NonNullable<LedgerEntry['lookups']> {
    const missed = this.missing.flatMap(({ numbers }) => numbers).map((number) => this.digest(number));
    return { asked: this.lookups.length, missed: [...new Set(missed)] };
  }
}
