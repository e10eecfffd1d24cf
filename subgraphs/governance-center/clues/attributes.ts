import type { ResourceAttributes } from '../../../shared/access/compile';
import type { ClueRow } from './data';

/** Attributes of a clue for the rules; null without a row. */
export const resourceOfClue = (row: ClueRow | null): ResourceAttributes | null =>
  row && {
    region: row.region,
    child: row.child_id,
    caseId: row.case_id,
    clue: row.clue_id,
    recipients: row.recipients,
    leadRecipient: row.lead_recipient,
  };

/** Attributes of a receipt, which is visible in the region of the report. */
export const resourceOfReceipt = (row: ClueRow | null): ResourceAttributes | null =>
  row && { region: row.reported_region ?? row.region };
