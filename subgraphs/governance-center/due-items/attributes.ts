import type { ResourceAttributes } from '../../../shared/access/compile';
import type { DueItemRow } from './data';

/** Attributes of a due item for the rules; null without a row. */
export const resourceOfDueItem = (row: DueItemRow | null): ResourceAttributes | null =>
  row && {
    region: row.region,
    child: row.child_id,
    caseId: row.case_id,
    assignee: row.assignee,
    due: row.kind,
    assignment: row.assignment,
  };
