import type { RecordFinders } from '../../shared/access/record-finders';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import { ageOn, todayInChina } from '../../shared/dates';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import { ageBand } from './age-band';
import type {
  AbsenceAlertRow,
  HouseholdMemberRow,
  HouseholdRow,
  IncidentRow,
  Loaders,
  PersonRow,
  WarningRow,
} from './data';

type Context = SubgraphContext<Loaders>;

/** GB/T 2261.1 */
const SEX: Readonly<Record<number, string>> = { 0: 'UNKNOWN', 1: 'MALE', 2: 'FEMALE', 9: 'UNSPECIFIED' };

export const records: RecordFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => recordOfChild(await load.child.load(id)),
  Household: async ({ child_id, address_protected }: HouseholdRow, { load }) => {
    const child = recordOfChild(await load.child.load(child_id));
    return child && { ...child, addressProtected: address_protected };
  },
};

export const resolvers: Resolvers<Context> = {
  Child: {
    __resolveReference: childReference,
    identity: ({ id }: ChildKey, _, { load }) => load.person.load(id),
    household: ({ id }: ChildKey, _, { load }) => load.household.load(id),
    policeIncidents: ({ id }: ChildKey, _, { load }) => load.incidents.load(id),
    domesticViolenceWarnings: ({ id }: ChildKey, _, { load }) => load.warnings.load(id),
    absenceAlerts: ({ id }: ChildKey, _, { load }) => load.absenceAlerts.load(id),
  },
  Identity: {
    fullName: (row: PersonRow) => row.full_name,
    idNumber: (row: PersonRow) => row.id_number,
    birthDate: (row: PersonRow) => row.birth_date,
    age: (row: PersonRow) => ageOn(todayInChina(), row.birth_date),
    ageBand: (row: PersonRow) => ageBand(ageOn(todayInChina(), row.birth_date)),
    sex: (row: PersonRow) => SEX[row.sex],
    asOf: (row: PersonRow) => row.as_of,
  },
  Household: {
    registeredRegion: (row: HouseholdRow) => row.registered_region,
    residenceRegion: (row: HouseholdRow) => row.residence_region,
    members: (row: HouseholdRow, _, { load }) => load.members.load(row.child_id),
  },
  HouseholdMember: {
    livesTogether: (row: HouseholdMemberRow) => row.lives_together,
  },
  PoliceIncident: {
    receiptNumber: (row: IncidentRow) => row.receipt_number,
    occurredAt: (row: IncidentRow) => row.occurred_at,
  },
  DomesticViolenceWarning: {
    issuedAt: (row: WarningRow) => row.issued_at,
    followUpDue: (row: WarningRow) => row.follow_up_due,
  },
  AbsenceAlert: {
    raisedAt: (row: AbsenceAlertRow) => row.raised_at,
    resolvedAt: (row: AbsenceAlertRow) => row.resolved_at,
  },
};
