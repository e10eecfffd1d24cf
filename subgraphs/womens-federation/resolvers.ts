import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { FamilyComplaintRow, SafetyOrderApplicationRow } from './data';
import type { Context, Resolvers } from './resolvers.types';

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => {
    const row = await load.child.load(id);
    const child = resourceOfChild(row);
    return child && { ...child, violence: row?.violence === true, inForce: row?.in_force === true };
  },
  FamilyComplaint: async ({ child_id, violence }: FamilyComplaintRow, { load }) => {
    const child = resourceOfChild(await load.child.load(child_id));
    return child && { ...child, violence };
  },
  SafetyOrderApplication: async ({ child_id, in_force }: SafetyOrderApplicationRow, { load }) => {
    const child = resourceOfChild(await load.child.load(child_id));
    return child && { ...child, inForce: in_force };
  },
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
