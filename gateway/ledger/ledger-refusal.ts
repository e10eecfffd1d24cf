/** Why a gateway answers nothing, although the ledger could be written: its clock is wrong, or known entries are gone. */
export const REFUSAL_REASONS = ['CLOCK_DIFFERS', 'LEDGER_SHORTENED'] as const;
export type LedgerRefusalReason = (typeof REFUSAL_REASONS)[number];

/** The ledger could be written, and must not be. The message holds no value of an entry. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
  /** For the log, in the place of a code of the database. */
  readonly code: LedgerRefusalReason;

  constructor(code: LedgerRefusalReason, message: string) {
    super(message);
    this.code = code;
  }
}
