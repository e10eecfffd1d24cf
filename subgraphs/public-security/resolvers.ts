import { ageOn, todayInChina } from '../../shared/domain/dates';
import { type ChildKey, childReference, resourceOfChild } from '../../shared/subgraph/child-reference';
import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import { ageBand } from './age-band';
import type { DomesticViolenceWarningRow } from './data';
import type { Context, Resolvers } from './resolvers.types';
import type { Sex } from './schema.types';

/** Of a region code: province, city and county. */
const COUNTY_DIGITS = 6;

/** GB/T 2261.1 */
const SEX: Readonly<Record<number, Sex>> = { 0: 'UNKNOWN', 1: 'MALE', 2: 'FEMALE', 9: 'UNSPECIFIED' };

export const records: ResourceFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => {
    const row = await load.child.load(id);
    const child = resourceOfChild(row);
    return child && { ...child, followUp: row?.follow_up === true };
  },
  DomesticViolenceWarning: async ({ child_id, follow_up }: DomesticViolenceWarningRow, { load }) => {
    const child = resourceOfChild(await load.child.load(child_id));
    return child && { ...child, followUp: follow_up };
  },
};

export const resolvers: Resolvers = {
  Child: {
    __resolveReference: childReference,
    identity: ({ id }, _, { load }) => load.person.load(id),
    household: ({ id }, _, { load }) => load.household.load(id),
    policeIncidents: ({ id }, _, { load }) => load.incidents.load(id),
    domesticViolenceWarnings: ({ id }, _, { load }) => load.warnings.load(id),
    absenceAlerts: ({ id }, _, { load }) => load.absenceAlerts.load(id),
    locationProtections: ({ id }, _, { load }) => load.locationProtections.load(id),
  },
  Identity: {
    age: (row) => ageOn(todayInChina(), row.birth_date),
    ageBand: (row) => ageBand(ageOn(todayInChina(), row.birth_date)),
    sex: (row) => SEX[row.sex] ?? null,
  },
  Household: {
    registeredRegion: (row) => row.registered_region.slice(0, COUNTY_DIGITS),
    registeredPlace: (row) => (row.registered_region.length > COUNTY_DIGITS ? row.registered_region : null),
    members: (row, _, { load }) => load.members.load(row.child_id),
  },
};
