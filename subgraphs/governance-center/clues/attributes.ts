import type { ResourceAttributes } from '../../../shared/access/compile';
import type { ClueRow } from './data';

export const resourceOfClue = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id, caseId: row.case_id };

/** What a reporter may ask about goes by where it was reported. */
export const resourceOfReceipt = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.reported_region ?? row.region };
