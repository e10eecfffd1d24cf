import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    // each class
    sampleClass: ({ id }, _, { load }) => load.sampleClass.load(id),
    // end
  },
};
