/** What a fault was found in. */
export interface FaultPlace {
  /** The first entry that is not what was recorded. */
  readonly entry?: number;
  /** The checkpoint that does not hold, where no entry can be named. */
  readonly checkpoint?: number;
}

/** The ledger is not what was written. The message is one line and holds no value of an entry. */
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
