import type { Knex } from 'knex';
import { childOf, rowsByKey, rowsOfChildren } from '../../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import type { Agency, Help, ProtectionCategory, VisitParty } from '../schema.types';

export interface ProtectionAssignmentRow {
  readonly child_id: string;
  readonly category: ProtectionCategory;
  readonly lead_agency: Agency;
  readonly responsible: string | null;
  readonly since: string;
  readonly assignment_id: string;
  readonly next_visit_due: string | null;
  readonly ended_on: string | null;
}

export interface ProtectionVisitRow {
  readonly assignment_id: string;
  readonly party: VisitParty;
  readonly helps: readonly Help[];
  readonly visited_at: Date;
  readonly visited_by: string | null;
  readonly agency: Agency;
  readonly note: string | null;
  /** The purpose it was written for; `UNKNOWN` of older ones. */
  readonly written_for: string;
}

/** One SQL statement per kind of row and request. */
export function protectionLoaders(db: Knex) {
  return {
    protectionAssignments: manyRows(
      rowsOfChildren<ProtectionAssignmentRow>(db, 'protection_assignment', ['since', 'category']),
      childOf,
    ),
    protectionAssignment: oneRow(
      rowsByKey<ProtectionAssignmentRow>(db, 'protection_assignment', 'assignment_id'),
      (row) => row.assignment_id,
    ),
    protectionVisits: manyRows(
      rowsByKey<ProtectionVisitRow>(db, 'protection_visit', 'assignment_id', ['visited_at', 'visit_id']),
      (row) => row.assignment_id,
    ),
  };
}
