import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { CHILD, NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { countyOf } from '../lists/place';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfUse } from './attributes';
import { listEmergencyUses } from './data';

/** Finds the attributes by which rules decide about uses of emergency access. */
export const emergencyFinders: ResourceFinders<Context> = {
  'Query.emergencyUses': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CHILD }),
  EmergencyUse: resourceOfUse,
};

export const emergencyQueries = {
  emergencyUses: listOf('Query.emergencyUses', listEmergencyUses),
} satisfies Partial<QueryResolvers>;

export const emergencyTypes = {
  EmergencyUse: {
    id: (row) => row.use_id,
    child: (row) => row.child_id,
    region: (row, _, context) => countyOf(row.region, context),
  },
} satisfies Pick<Resolvers, 'EmergencyUse'>;
