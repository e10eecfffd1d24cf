import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import type { JointMeetingRow } from './data';

/** Attributes of a meeting for the rules; null without a row. */
export const resourceOfMeeting = (row: JointMeetingRow | null): ResourceAttributes | null =>
  row && { region: row.region, meeting: row.meeting_id, agencies: row.agencies.map(agencyNamed) };
