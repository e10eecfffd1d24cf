import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import type { Context } from '../context';
import type { DocketItemRow, JointMeetingRow } from './data';

/** Attributes of a meeting for the rules; null without a row. */
export const resourceOfMeeting = (row: JointMeetingRow | null): ResourceAttributes | null =>
  row && { region: row.region, meeting: row.meeting_id, agencies: row.agencies.map(agencyNamed) };

/** Attributes of a docket item for the rules: those of its meeting, and its case. */
export async function resourceOfDocketItem(
  { meeting_id, case_id }: DocketItemRow,
  { load }: Context,
): Promise<ResourceAttributes | null> {
  const meeting = resourceOfMeeting(await load.meeting.load(meeting_id));
  return meeting && { ...meeting, caseId: case_id };
}
