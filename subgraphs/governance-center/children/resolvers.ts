import { parseIdNumber } from '../../../shared/domain/id-number';
import { failure } from '../../../shared/protocol/errors';
import { type ChildKey, childReference } from '../../../shared/subgraph/child-reference';
import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { EMPTY_PAGE } from '../../../shared/subgraph/rows/page';
import type { Context } from '../context';
import { CHILD, NO_COLUMNS, REGION } from '../lists/columns';
import { checkRegion } from '../lists/list-of';
import { countyOf, namesPlace, placeOf } from '../lists/place';
import type { ChildResolvers, QueryResolvers } from '../resolvers.types';
import { resourceOfChildNamed } from './attributes';
import { keyOf } from './child-key';
import { listChildren } from './data';

/** @throws BAD_USER_INPUT, which names the faulty part without the value. */
function childIdOf(idNumber: string, { childIds }: Context): string {
  const parsed = parseIdNumber(idNumber);
  if (parsed.ok) return childIds.derive(parsed.value);
  throw failure('BAD_USER_INPUT', 'The ID number is not valid (GB 11643).', {
    argument: 'idNumber',
    fault: parsed.fault,
  });
}

/** Finds the attributes by which rules decide about the children's index. */
export const childFinders: ResourceFinders<Context> = {
  'Query.child': ({ id }: { id: string }, context) => resourceOfChildNamed(id, context),
  'Query.childByIdNumber': ({ idNumber }: { idNumber: string }, context) =>
    resourceOfChildNamed(childIdOf(idNumber, context), context),
  'Query.children': filteredInSql(
    { ...NO_COLUMNS, ...REGION, ...CHILD, locationProtected: { column: 'location_protected', type: 'boolean' } },
    { 'Child.risk': ({ filter }) => Boolean(filter?.riskLevels), 'Child.place': namesPlace },
  ),
  Child: ({ id }: ChildKey, context) => resourceOfChildNamed(id, context),
};

export const childQueries = {
  child: (_, { id }) => ({ id }),
  childByIdNumber: (_, { idNumber }, context) => ({ id: childIdOf(idNumber, context) }),
  async children(_, { filter, ...pageArguments }, { lists, load, visibleRows }) {
    checkRegion(filter);
    const rows = visibleRows('Query.children', { filter });
    if (rows === null) return EMPTY_PAGE;
    const { nodes, edges, ...rest } = await listChildren(lists, rows, filter ?? {}, pageArguments);
    for (const row of nodes) load.child.prime(row.child_id, row);
    return {
      ...rest,
      nodes: nodes.map(keyOf),
      edges: edges.map(({ cursor, node }) => ({ cursor, node: keyOf(node) })),
    };
  },
} satisfies Partial<QueryResolvers>;

/** Fields of `Child`. */
export const childFields = {
  __resolveReference: childReference,
  region: async ({ id }, _, context) => countyOf((await context.load.child.load(id))?.region ?? '', context),
  place: async ({ id }, _, context) => placeOf((await context.load.child.load(id))?.region ?? '', context),
} satisfies Partial<ChildResolvers>;
