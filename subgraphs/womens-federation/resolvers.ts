import type { RecordFinders } from '../../shared/access/record-finders';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import type {
  FamilyComplaintRow,
  FamilyGuidanceRow,
  Loaders,
  LovingMotherRow,
  SafetyOfficerRow,
  SafetyOrderRow,
} from './data';

type Context = SubgraphContext<Loaders>;

export const records: RecordFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => recordOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers<Context> = {
  Child: {
    __resolveReference: childReference,
    familyComplaints: ({ id }: ChildKey, _, { load }) => load.complaints.load(id),
    safetyOrderApplications: ({ id }: ChildKey, _, { load }) => load.safetyOrders.load(id),
    familyGuidance: ({ id }: ChildKey, _, { load }) => load.guidance.load(id),
    lovingMother: ({ id }: ChildKey, _, { load }) => load.lovingMother.load(id),
    safetyOfficer: ({ id }: ChildKey, _, { load }) => load.safetyOfficer.load(id),
  },
  FamilyComplaint: {
    receivedAt: (row: FamilyComplaintRow) => row.received_at,
  },
  SafetyOrderApplication: {
    appliedAt: (row: SafetyOrderRow) => row.applied_at,
    decidedAt: (row: SafetyOrderRow) => row.decided_at,
    validUntil: (row: SafetyOrderRow) => row.valid_until,
  },
  FamilyGuidance: {
    startedAt: (row: FamilyGuidanceRow) => row.started_at,
    sessionsDone: (row: FamilyGuidanceRow) => row.sessions_done,
    sessionsPlanned: (row: FamilyGuidanceRow) => row.sessions_planned,
  },
  LovingMotherPair: {
    lastContactAt: (row: LovingMotherRow) => row.last_contact_at,
    nextContactDue: (row: LovingMotherRow) => row.next_contact_due,
  },
  SafetyOfficer: {
    lastVisitAt: (row: SafetyOfficerRow) => row.last_visit_at,
  },
};
