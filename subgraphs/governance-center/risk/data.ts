import type { Knex } from 'knex';
import { childOf, rowsByKey, rowsOfChildren } from '../../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import type { RiskLevel } from '../schema.types';

export interface RiskAssessmentRow {
  readonly child_id: string;
  readonly level: RiskLevel;
  readonly basis: readonly string[];
  readonly assessed_at: Date;
  readonly confirmed_by: string | null;
  readonly next_visit_due: string | null;
  readonly in_force: boolean;
  readonly practice: string | null;
  readonly reason: string | null;
  readonly assessment_key: string;
}

export interface RiskVisitRow {
  readonly assessment_key: string;
  readonly visited_at: Date;
  readonly visited_by: string | null;
  readonly note: string | null;
  /** The purpose it was written for; `UNKNOWN` of older ones. */
  readonly written_for: string;
  /** The visited child. */
  readonly child_id: string;
}

export interface RiskProposalRow {
  readonly proposal_id: string;
  readonly child_id: string;
  readonly level: RiskLevel | null;
  readonly basis: readonly string[];
  readonly practice: string;
  readonly proposed_at: Date;
  readonly settled_at: Date | null;
}

/** One SQL statement per kind of row and request. */
export function riskLoaders(db: Knex) {
  return {
    // Includes the assessment in force, so one statement serves both fields.
    riskAssessments: manyRows(
      rowsOfChildren<RiskAssessmentRow>(db, 'risk_assessment', ['-assessed_at', '-assessment_id']),
      childOf,
    ),
    riskVisits: manyRows(
      rowsByKey<Omit<RiskVisitRow, 'child_id'>>(db, 'risk_visit', 'assessment_key', ['visited_at', 'visit_id']),
      (row) => row.assessment_key,
    ),
    riskProposals: manyRows(rowsOfChildren<RiskProposalRow>(db, 'risk_proposal', ['-proposed_at']), childOf),
    riskProposal: oneRow(rowsByKey<RiskProposalRow>(db, 'risk_proposal', 'proposal_id'), (row) => row.proposal_id),
  };
}
