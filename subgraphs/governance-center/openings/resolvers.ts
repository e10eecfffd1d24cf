import type { ResourceAttributes } from '../../../shared/access/compile';
import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { NO_COLUMNS, PARTY, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { namedAgency } from '../named-agency';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { listReleaseRequests, type ReleaseRequestRow } from './data';

/** Attributes by which rules decide about a request for a release; null without one. */
export const resourceOfReleaseRequest = (row: ReleaseRequestRow | null): ResourceAttributes | null =>
  row && { region: row.region, agencies: row.agencies };

/** Finds the attributes by which rules decide about requests for releases. */
export const openingFinders: ResourceFinders<Context> = {
  'Query.releaseRequests': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    ...PARTY,
  }),
  ReleaseRequest: resourceOfReleaseRequest,
};

export const openingQueries = {
  releaseRequests: listOf('Query.releaseRequests', listReleaseRequests),
} satisfies Partial<QueryResolvers>;

export const openingTypes = {
  ReleaseRequest: {
    id: (row) => row.request_id,
  },
  DayCount: {
    agency: ({ agency }) => agency && namedAgency(agency),
  },
} satisfies Pick<Resolvers, 'ReleaseRequest' | 'DayCount'>;
