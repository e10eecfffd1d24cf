import type { Knex } from 'knex';
import { childOf, rowsByKey, rowsOfChildren } from '../../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import type { Agency, Help, VisitParty } from '../schema.types';

export interface MisconductSupportRow {
  readonly support_id: string;
  readonly child_id: string;
  readonly lead_agency: Agency;
  readonly helpers: readonly Agency[];
  readonly since: string;
  readonly next_visit_due: string | null;
  readonly ended_on: string | null;
}

export interface SupportVisitRow {
  readonly support_id: string;
  readonly party: VisitParty;
  readonly helps: readonly Help[];
  readonly visited_at: Date;
  readonly visited_by: string;
  readonly agency: Agency;
  readonly note: string | null;
}

/** One SQL statement per kind of row and request. */
export function misconductSupportLoaders(db: Knex) {
  return {
    misconductSupports: manyRows(
      rowsOfChildren<MisconductSupportRow>(db, 'misconduct_support', ['since', 'support_id']),
      childOf,
    ),
    misconductSupport: oneRow(
      rowsByKey<MisconductSupportRow>(db, 'misconduct_support', 'support_id'),
      (row) => row.support_id,
    ),
    supportVisits: manyRows(
      rowsByKey<SupportVisitRow>(db, 'support_visit', 'support_id', ['visited_at', 'visit_id']),
      (row) => row.support_id,
    ),
  };
}
