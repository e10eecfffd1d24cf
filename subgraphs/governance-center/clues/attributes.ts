import type { ResourceAttributes } from '../../../shared/access/compile';
import type { ClueRow } from './data';

/** Attributes of a clue for the rules; null for none. */
export const resourceOfClue = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id, caseId: row.case_id };

/** The same of a receipt, which is read in the region where the clue was reported. */
export const resourceOfReceipt = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.reported_region ?? row.region };
