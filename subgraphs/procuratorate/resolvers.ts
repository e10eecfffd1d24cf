import { agencyNamed } from '../../shared/domain/agencies';
import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => {
    const row = await load.child.load(id);
    const child = resourceOfChild(row);
    return child && row?.helpers ? { ...child, helpers: row.helpers.map(agencyNamed) } : child;
  },
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    protectionOrders: ({ id }, _, { load }) => load.legalDocuments.load(id),
    victimSupport: ({ id }, _, { load }) => load.victimSupport.load(id),
    judicialAid: ({ id }, _, { load }) => load.judicialAid.load(id),
  },
};
