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
    // The container is present if either of its parts is, so its presence reveals nothing more.
    guardianship: async ({ id }, _, { load }) => {
      const [assessment, temporary] = await Promise.all([
        load.assessment.load(id),
        load.temporaryGuardianship.load(id),
      ]);
      return assessment === null && temporary === null ? null : { assessment, temporary };
    },
    benefits: ({ id }, _, { load }) => load.benefits.load(id),
    homeVisits: ({ id }, _, { load }) => load.homeVisits.load(id),
  },
};
