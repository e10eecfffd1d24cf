import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Context, Resolvers } from './schema.types';

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
  FamilyComplaint: {
    receivedAt: (row) => row.received_at,
  },
  SafetyOrderApplication: {
    appliedAt: (row) => row.applied_at,
    decidedAt: (row) => row.decided_at,
    validUntil: (row) => row.valid_until,
  },
  FamilyGuidance: {
    startedAt: (row) => row.started_at,
    sessionsDone: (row) => row.sessions_done,
    sessionsPlanned: (row) => row.sessions_planned,
  },
  LovingMotherPair: {
    lastContactAt: (row) => row.last_contact_at,
    nextContactDue: (row) => row.next_contact_due,
  },
  SafetyOfficer: {
    lastVisitAt: (row) => row.last_visit_at,
  },
};
