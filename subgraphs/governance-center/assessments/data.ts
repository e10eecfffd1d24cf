import type { Knex } from 'knex';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import { oneRow } from '../../../shared/subgraph/rows/loaders';

/** An assessment of one child, or of one clue. */
export interface OpenedAssessmentRow {
  readonly assessment_id: string;
  readonly officer: string;
  readonly agency: string;
  readonly duty_id: string;
  readonly child_id: string | null;
  readonly clue_id: string | null;
  readonly opened_at: Date;
  readonly expires_at: Date;
}

/** One SQL statement per kind of row and request. */
export function assessmentLoaders(db: Knex) {
  return {
    openedAssessment: oneRow(
      rowsByKey<OpenedAssessmentRow>(db, 'opened_assessment', 'assessment_id'),
      (row) => row.assessment_id,
    ),
  };
}
