import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfDocketItem, resourceOfMeeting } from './attributes';
import { listMeetings } from './data';
import { windowOf } from './window';

/** Finds the attributes by which rules decide about meetings. */
export const meetingFinders: ResourceFinders<Context> = {
  'Query.jointMeeting': async ({ id }: { id: string }, { load }) => resourceOfMeeting(await byUuid(load.meeting, id)),
  'Query.jointMeetings': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    meeting: { column: 'meeting_id', type: 'uuid' },
  }),
  JointMeeting: resourceOfMeeting,
  DocketItem: resourceOfDocketItem,
};

export const meetingQueries = {
  jointMeeting: (_, { id }, { load }) => byUuid(load.meeting, id),
  jointMeetings: listOf('Query.jointMeetings', listMeetings),
} satisfies Partial<QueryResolvers>;

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
    tasks: async (row, _, { load }) =>
      (await load.tasks.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
    opinions: async (row, _, { load }) =>
      (await load.opinionsOfCase.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
  },
} satisfies Pick<Resolvers, 'JointMeeting' | 'DocketItem'>;
