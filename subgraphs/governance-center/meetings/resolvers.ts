import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfCase } from '../cases/attributes';
import type { Context } from '../context';
import { NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfMeeting } from './attributes';
import { type DocketItemRow, type JointMeetingRow, listMeetings } from './data';
import { windowOf } from './window';

/**
 * A docket item needs its case, so a caller who may read cases sees the items of those that they may know of. A caller
 * who may read none, such as the clerk, sees all items without the cases.
 */
async function docketOf({ meeting_id }: JointMeetingRow, { load, reads }: Context): Promise<readonly DocketItemRow[]> {
  const items = await load.docketOfMeeting.load(meeting_id);
  if (!reads('Case.id')) return items;
  const cases = await Promise.all(items.map(({ case_id }) => load.case.load(case_id)));
  return items.filter((_, index) => reads('Case.id', resourceOfCase(cases[index] ?? null)));
}

/** Finds the attributes by which rules decide about meetings. */
export const meetingFinders: ResourceFinders<Context> = {
  'Query.jointMeeting': async ({ id }: { id: string }, { load }) => resourceOfMeeting(await byUuid(load.meeting, id)),
  'Query.jointMeetings': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    meeting: { column: 'meeting_id', type: 'uuid' },
  }),
  JointMeeting: resourceOfMeeting,
};

export const meetingQueries = {
  jointMeeting: (_, { id }, { load }) => byUuid(load.meeting, id),
  jointMeetings: listOf('Query.jointMeetings', listMeetings),
} satisfies Partial<QueryResolvers>;

export const meetingTypes = {
  JointMeeting: {
    id: (row) => row.meeting_id,
    docket: (row, _, context) => docketOf(row, context),
    attendees: (row, _, { load }) => load.attendees.load(row.meeting_id),
    opensAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).opensAt,
    closesAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).closesAt,
  },
  DocketItem: {
    case: async (row, _, { load }) => present(await load.case.load(row.case_id)),
    tasks: async (row, _, { load }) =>
      (await load.tasks.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
    opinions: async (row, _, { load }) =>
      (await load.opinionsOfCase.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
  },
} satisfies Pick<Resolvers, 'JointMeeting' | 'DocketItem'>;
