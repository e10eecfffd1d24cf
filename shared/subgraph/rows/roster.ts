import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from './keyed-rows';
import { oneRow } from './loaders';

/** A child as every agency's `exposed.child` has it. */
export interface RosterRow extends RowOfChild {
  /** Where the agency's officers find the child: the county where the place is protected. */
  readonly region: string;
  readonly location_protected: boolean;
}

/** Loads rows of the roster. `Row` adds what an agency besides needs for its rules. */
export function roster<Row extends RosterRow = RosterRow>(db: Knex) {
  return oneRow(rowsOfChildren<Row>(db, 'child'), childOf);
}
