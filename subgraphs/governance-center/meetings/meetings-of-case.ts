import type { Knex } from 'knex';
import { uuid } from '../mutations/input';
import { table } from '../mutations/table';
import type { JointMeetingRow } from './data';

/**
 * Locks the meetings that have a case on the docket, in the order of their ids. A mutation that needs them does so before
 * it locks the case, as those on dockets do: nobody then waits for one another.
 */
export async function lockMeetingsOfCase(
  transaction: Knex.Transaction,
  caseId: string,
): Promise<readonly JointMeetingRow[]> {
  const items = table(transaction, 'docket_item')
    .where({ case_id: uuid(caseId, 'case') })
    .whereNull('taken_off_at')
    .select('meeting_id');
  return table(transaction, 'joint_meeting').whereIn('meeting_id', items).orderBy('meeting_id').forUpdate();
}
