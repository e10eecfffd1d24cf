/** The place of a fault. */
export interface FaultPlace {
  /** The first entry that differs from what was recorded. */
  readonly entry?: number;
  /** The invalid checkpoint, if no entry can be named. */
  readonly checkpoint?: number;
}

/** Thrown when the ledger differs from what was recorded. The message is one line and contains no value of an entry. */
export class LedgerFault extends Error {
  override readonly name = 'LedgerFault';
  readonly place: FaultPlace;

  constructor(place: FaultPlace, what: string) {
    const { entry, checkpoint } = place;
    const where =
      entry !== undefined ? `entry ${entry}: ` : checkpoint !== undefined ? `checkpoint ${checkpoint}: ` : '';
    super(`${where}${what}`);
    this.place = place;
  }
}
