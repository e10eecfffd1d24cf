import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfParticipation, resourceOfReferred } from './attributes';
import { listParticipations } from './data';
import { grantOf } from './grant';

/** Finds the attributes by which rules decide about participation and grants. */
export const participationFinders: ResourceFinders<Context> = {
  'Query.participations': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    agencies: { column: 'party', type: 'text', element: true },
  }),
  'Query.grant': resourceOfReferred,
  Participation: resourceOfParticipation,
};

export const participationQueries = {
  participations: listOf('Query.participations', listParticipations),
  grant: (_, referred, context) => grantOf(referred, context),
} satisfies Partial<QueryResolvers>;

export const participationTypes = {
  Participation: {
    id: (row) => row.participation_id,
    kind: (row) => (row.case_id === null ? 'MEETING' : 'CASE'),
    referenceId: (row) => present(row.case_id ?? row.meeting_id),
  },
} satisfies Pick<Resolvers, 'Participation'>;
