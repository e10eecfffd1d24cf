import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => resourceOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    familyComplaints: ({ id }, _, { load }) => load.complaints.load(id),
    safetyOrderApplications: ({ id }, _, { load }) => load.safetyOrders.load(id),
    familyGuidance: ({ id }, _, { load }) => load.guidance.load(id),
    lovingMother: ({ id }, _, { load }) => load.lovingMother.load(id),
    safetyOfficer: ({ id }, _, { load }) => load.safetyOfficer.load(id),
  },
  FamilyGuidance: {
    // Never false: guidance taken up freely looks like an order that is hidden.
    ordered: (row) => row.ordered || null,
  },
};
