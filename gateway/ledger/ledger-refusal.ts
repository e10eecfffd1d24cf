/** Reasons to refuse all requests although the ledger could be written: a clock is wrong, or known entries are gone. */
export const REFUSAL_REASONS = ['CLOCK_DIFFERS', 'LEDGER_SHORTENED'] as const;
export type LedgerRefusalReason = (typeof REFUSAL_REASONS)[number];

/** Thrown when the ledger must not be written. The message contains no value of an entry. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
  /** Code for the log, like a database error's. */
  readonly code: LedgerRefusalReason;

  constructor(code: LedgerRefusalReason, message: string) {
    super(message);
    this.code = code;
  }
}
