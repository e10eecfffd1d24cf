import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { NO_COLUMNS, PARTY, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { present } from '../present';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfDuty } from './attributes';
import { listDuties } from './data';
import { isInForce } from './duty-of';

/** Finds the attributes by which rules decide about standing duties. */
export const dutyFinders: ResourceFinders<Context> = {
  'Query.duties': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    ...PARTY,
  }),
  Duty: resourceOfDuty,
};

export const dutyQueries = {
  duties: listOf('Query.duties', listDuties),
} satisfies Partial<QueryResolvers>;

export const dutyTypes = {
  Duty: {
    id: (row) => row.duty_id,
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    from: (row) => row.valid_from,
    until: (row) => row.valid_until,
    inForce: (row, _, { now }) => isInForce(row, now),
  },
} satisfies Pick<Resolvers, 'Duty'>;
