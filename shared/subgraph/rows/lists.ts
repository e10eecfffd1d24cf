import type { Knex } from 'knex';
import type { Totals } from './totals';

/** Connections for lists and reports, so that many of them do not block records. */
export interface Lists {
  /** On the reader role. */
  readonly db: Knex;
  readonly totals: Totals;
}
