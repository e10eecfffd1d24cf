import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    legalAidProvided: async ({ id }, _, { load }) => (await load.legalAid.load(id)).length > 0,
    legalAidMatters: ({ id }, _, { load }) => load.legalAid.load(id),
    mediations: ({ id }, _, { load }) => load.mediations.load(id),
  },
};
