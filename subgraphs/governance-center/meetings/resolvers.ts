import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfDocketItem, resourceOfMeeting } from './attributes';
import { type DocketItemRow, type EarlierDecisionRow, type JointMeetingRow, listMeetings } from './data';
import { windowOf } from './window';

/** Finds the attributes by which rules decide about meetings. */
export const meetingFinders: ResourceFinders<Context> = {
  'Query.jointMeeting': async ({ id }: { id: string }, { load }) => resourceOfMeeting(await byUuid(load.meeting, id)),
  'Query.jointMeetings': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    meeting: { column: 'meeting_id', type: 'uuid' },
    agencies: { column: 'parties', type: 'text[]' },
  }),
  JointMeeting: resourceOfMeeting,
  DocketItem: resourceOfDocketItem,
};

/** The decisions about an item's case in meetings held before this one, latest first. */
async function earlierDecisions(row: DocketItemRow, { load }: Context): Promise<readonly EarlierDecisionRow[]> {
  const items = (await load.docketOfCase.load(row.case_id)).filter(({ decided_at }) => decided_at !== null);
  const [present, ...meetings] = await Promise.all(
    [row, ...items].map(async ({ meeting_id }) => expected(await load.meeting.load(meeting_id))),
  );
  return items
    .map((item, index) => ({ item, meeting: expected(meetings[index] ?? null) }))
    .filter(({ meeting }) => meeting.held_at < expected(present ?? null).held_at)
    .toSorted((a, b) => b.meeting.held_at.getTime() - a.meeting.held_at.getTime());
}

const expected: (row: JointMeetingRow | null) => JointMeetingRow = present;

export const meetingQueries = {
  jointMeeting: (_, { id }, { load }) => byUuid(load.meeting, id),
  jointMeetings: listOf('Query.jointMeetings', listMeetings),
} satisfies Partial<QueryResolvers>;

/** The tasks of a meeting's decision about a case. */
const tasksOf = async ({ case_id, meeting_id }: DocketItemRow, { load }: Context) =>
  (await load.tasks.load(case_id)).filter((task) => task.meeting_id === meeting_id);

export const meetingTypes = {
  JointMeeting: {
    id: (row) => row.meeting_id,
    docket: (row, _, { load }) => load.docketOfMeeting.load(row.meeting_id),
    attendees: (row, _, { load }) => load.attendees.load(row.meeting_id),
    opensAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).opensAt,
    closesAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).closesAt,
  },
  DocketItem: {
    case: (row, _, { load }) => load.case.load(row.case_id),
    caseNumber: async (row, _, { load }) => present(await load.case.load(row.case_id)).number,
    caseKind: async (row, _, { load }) => present(await load.case.load(row.case_id)).kind,
    caseLevel: async (row, _, { load }) => present(await load.case.load(row.case_id)).level,
    tasks: (row, _, context) => tasksOf(row, context),
    earlier: (row, _, context) => earlierDecisions(row, context),
    formerDecisions: async (row, _, { load }) =>
      (await load.formerDecisionsOfCase.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
    opinions: async (row, _, { load }) =>
      (await load.opinionsOfCase.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
  },
  EarlierDecision: {
    meeting: ({ meeting }) => meeting.title,
    heldAt: ({ meeting }) => meeting.held_at,
    decision: ({ item }) => item.decision,
    tasks: ({ item }, _, context) => tasksOf(item, context),
  },
  MeetingAttendee: {
    confirmed: async ({ meeting_id, officer, agency }, _, { load }) =>
      (await load.partsInMeeting.load(meeting_id)).some(
        (part) => part.officer === officer && part.agency === agency && part.withdrawn_at === null,
      ),
  },
} satisfies Pick<Resolvers, 'JointMeeting' | 'DocketItem' | 'EarlierDecision' | 'MeetingAttendee'>;
