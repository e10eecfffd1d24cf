/** Results of a file's rows. */
export interface Counts {
  readonly inserted: number;
  readonly changed: number;
  /** Rows equal to the register's. */
  readonly unchanged: number;
  readonly refused: number;
  /** Children added to the roster. */
  readonly childrenAdded: number;
}

export const NOTHING: Counts = { inserted: 0, changed: 0, unchanged: 0, refused: 0, childrenAdded: 0 };

export function sum(a: Counts, b: Counts): Counts {
  return {
    inserted: a.inserted + b.inserted,
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    refused: a.refused + b.refused,
    childrenAdded: a.childrenAdded + b.childrenAdded,
  };
}
