import { AGENCIES, enumName } from '../../../shared/domain/agencies';
import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { COUNTY, NEIGHBOUR_COUNTY } from '../../../shared/synthetic/geography';
import type { Draws } from '../../../shared/synthetic/random';
import { attending } from '../participation/seed';
import { syntheticId } from '../synthetic-id';

/** Days from `today` of the county's regular meetings, every two weeks. */
const REGULAR_MEETINGS = [-39, -25, -11, 3, 17, 31];
const STORY_MEETING = 3;
/** Keeps dockets at a size that a meeting can deal with. */
const DOCKET_SHARE = 0.1;

/** The county's regular meetings with their confirmed participants. */
export const regularMeetings = (district: District): Rows => ({
  joint_meeting: REGULAR_MEETINGS.map((days) => ({
    meeting_id: meetingId(district, days),
    kind: 'REGULAR',
    held_at: at(addDays(district.today, days), '09:00'),
    region: COUNTY,
    agencies: AGENCIES.map(enumName),
  })),
  participation: REGULAR_MEETINGS.flatMap((days) =>
    attending(district, meetingId(district, days), addDays(district.today, days), days),
  ),
});

/** A case conference is held for one case; regular meetings are shared. */
export function meetingOf({ story, region, index }: SyntheticChild, district: District, draws: Draws) {
  if (story === 'left-behind')
    return { id: meetingId(district, STORY_MEETING), decided: false, own: [], confirmed: [] };
  if (story === 'protected-address') {
    const id = syntheticId(district, 'conference', index);
    const conference = {
      meeting_id: id,
      kind: 'CASE_CONFERENCE',
      held_at: at(addDays(district.today, 1), '14:30'),
      region: COUNTY,
      agencies: AGENCIES.map(enumName),
    };
    const confirmed = attending(district, id, addDays(district.today, 1), index);
    return { id, decided: false, own: [conference], confirmed };
  }
  if (region.startsWith(NEIGHBOUR_COUNTY) || !draws.chance('docket', DOCKET_SHARE)) return null;
  const days = draws.pick('meeting', REGULAR_MEETINGS);
  return { id: meetingId(district, days), decided: days < 0, own: [], confirmed: [] };
}

/** A case on the docket of its meeting. */
export function docketRows(meeting: ReturnType<typeof meetingOf>, case_id: string, { index }: SyntheticChild): Rows {
  if (meeting === null) return {};
  const decision = meeting.decided ? '由相关单位联合走访，一个月内反馈' : null;
  return {
    joint_meeting: meeting.own,
    docket_item: [{ meeting_id: meeting.id, position: index, case_id, decision }],
  };
}

// Private:

const meetingId = (district: District, days: number): string => syntheticId(district, 'meeting', days);
