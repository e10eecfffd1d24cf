import type { Knex } from 'knex';
import type { Totals } from './totals';

/** What lists and reports are asked by: connections of their own, so that many of them leave records theirs. */
export interface Lists {
  /** On the reader role. */
  readonly db: Knex;
  readonly totals: Totals;
}
