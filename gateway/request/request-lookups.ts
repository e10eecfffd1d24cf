import type { FormattedExecutionResult } from 'graphql';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { Lookup } from '../lookups/lookups-in';
import type { NumberDigest } from '../lookups/number-digest';

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
