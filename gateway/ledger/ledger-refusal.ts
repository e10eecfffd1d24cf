/** Why a gateway serves nothing that the ledger would have to hold, until somebody has seen to it. */
export type RefusalReason = 'CLOCK_DIFFERS';

/** The ledger could be written, and must not be. The message holds no value of an entry. */
export class LedgerRefusal extends Error {
  override readonly name = 'LedgerRefusal';
  /** For the log, in the place of a code of the database. */
  readonly code: RefusalReason;

  constructor(code: RefusalReason, message: string) {
    super(message);
    this.code = code;
  }
}
