import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    welfare: ({ id }, _, { load }) => load.welfare.load(id),
    // Every child has it: if it depended on its parts, its presence would reveal a part that is hidden.
    guardianship: ({ id }) => ({ child_id: id }),
    benefits: ({ id }, _, { load }) => load.benefits.load(id),
    homeVisits: ({ id }, _, { load }) => load.homeVisits.load(id),
  },
  Guardianship: {
    assessment: ({ child_id }, _, { load }) => load.assessment.load(child_id),
    temporary: ({ child_id }, _, { load }) => load.temporaryGuardianship.load(child_id),
  },
};
