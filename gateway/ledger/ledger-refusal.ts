/** Reasons for answering nothing although the ledger could be written: the clock is wrong, or known entries are gone. */
export const REFUSAL_REASONS = ['CLOCK_DIFFERS', 'LEDGER_SHORTENED'] as const;
export type LedgerRefusalReason = (typeof REFUSAL_REASONS)[number];

/** The ledger must not be written. The message contains no value of an entry. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
  /** Code for the log, like a database error's. */
  readonly code: LedgerRefusalReason;

  constructor(code: LedgerRefusalReason, message: string) {
    super(message);
    this.code = code;
  }
}
