import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { NO_COLUMNS, PARTY, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfParticipation, resourceOfReferred } from './attributes';
import { kindOfReference, listParticipations, referenceIdOf } from './data';
import { grantOf } from './grant';

/** Finds the attributes by which rules decide about participation and grants. */
export const participationFinders: ResourceFinders<Context> = {
  'Query.participations': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    ...PARTY,
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
    kind: (row) => present(kindOfReference(row)),
    referenceId: (row) => present(referenceIdOf(row)),
  },
} satisfies Pick<Resolvers, 'Participation'>;
