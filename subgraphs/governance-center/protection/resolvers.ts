import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import type { ChildResolvers, Resolvers } from '../resolvers.types';
import { resourceOfAssignment, resourceOfProtectionVisit } from './attributes';

/** Finds the attributes by which rules decide about protection assignments. */
export const protectionFinders: ResourceFinders<Context> = {
  ProtectionAssignment: resourceOfAssignment,
  ProtectionVisit: resourceOfProtectionVisit,
};

/** Fields of `Child`. */
export const protectionOfChild = {
  protectionCategories: async ({ id }, _, { load }) =>
    (await load.protectionAssignments.load(id)).filter(({ ended_on }) => ended_on === null),
} satisfies Partial<ChildResolvers>;

export const protectionTypes = {
  ProtectionAssignment: {
    id: (row) => row.assignment_id,
    visits: (row, _, { load }) => load.protectionVisits.load(row.assignment_id),
  },
  ProtectionVisit: {
    by: (row) => row.visited_by,
  },
} satisfies Pick<Resolvers, 'ProtectionAssignment' | 'ProtectionVisit'>;
