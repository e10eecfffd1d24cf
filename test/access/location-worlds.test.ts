import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { demoCaller } from '../support/identity-provider';
import { ASKERS, type Asker } from '../support/worlds/askers';
import { type Comparison, startComparison } from '../support/worlds/comparison';
import { differences } from '../support/worlds/differences';
import type { Observation } from '../support/worlds/observe';
import { listQueries, type Query, recordQueries } from '../support/worlds/queries';
import { ownerOf } from '../support/worlds/world';

// The same child, once with a protected place and once with a place that no agency knows (未成年人保护法 art. 103): nobody can
// tell one from the other but the police, outside meetings, and officers on their own duty, from the data of their own agency.

const ROSTER: Readonly<Partial<Record<Agency, string>>> = { 'public-security': 'base.person' };
const COUNTY = '990101';

/** What agencies do not have of a child whose place is not known. */
const FORGET_PLACE: Readonly<Partial<Record<Agency, readonly string[]>>> = {
  'governance-center': ['update base.protection_assignment set responsible = null where child_id = ?'],
  'public-security': [
    `update base.household set address = null, residence_region = null, registered_region = '${COUNTY}' where child_id = ?`,
    'delete from base.household_member where child_id = ?',
  ],
  'civil-affairs': ['update base.home_visit set visitor = null, summary = null where child_id = ?'],
  education: [
    'update base.enrolment set school = null, school_type = null, class_name = null, boarding = null where child_id = ?',
    'update base.special_needs_plan set placement = null where child_id = ?',
  ],
  procuratorate: ['update base.legal_document set addressee = null where child_id = ?'],
  'womens-federation': [
    'update base.loving_mother set name = null where child_id = ?',
    'update base.safety_officer set name = null where child_id = ?',
  ],
};

let comparison: Comparison;
beforeAll(async () => {
  comparison = await startComparison('location_worlds');
});
afterAll(() => comparison?.close());

/** Whom the rules tell of protected places: all of them, or those that the own agency knows. */
function mayRead({ caller, purpose }: Asker): boolean {
  const { agency, roles } = demoCaller(caller);
  if (agency === 'public-security' && purpose !== 'JOINT_MEETING') return true;
  return roles.includes('agency-officer') && purpose === 'OWN_DUTY' && FORGET_PLACE[agency] !== undefined;
}

async function setRosters(values: Readonly<Record<string, unknown>>): Promise<void> {
  const { world } = comparison;
  for (const agency of AGENCIES) {
    await ownerOf(
      world.owners,
      agency,
    )(ROSTER[agency] ?? 'base.child')
      .where({ child_id: world.focus.child })
      .update(values);
  }
  await comparison.forget();
}

async function look(askers: readonly Asker[], queries: readonly Query[]): Promise<ReadonlyMap<string, Observation>> {
  const seen = new Map<string, Observation>();
  for (const asker of askers)
    for (const query of queries) seen.set(`${asker.name}: ${query.name}`, await comparison.ask(asker, query));
  return seen;
}

test('a protected place is answered, counted, listed and asked for like a place that is not known', async () => {
  const { world } = comparison;
  const queries = [...recordQueries(world.focus), ...listQueries(world.focus)];
  const askers = ASKERS.filter((asker) => !mayRead(asker));
  const police = ASKERS.filter(({ name }) => name === 'police-officer OWN_DUTY');
  const byId = recordQueries(world.focus).slice(1);

  await setRosters({ location_protected: true });
  const hidden = await look(askers, queries);
  const [readByPolice] = [...(await look(police, byId)).values()];

  await setRosters({ location_protected: false, region: COUNTY });
  for (const [agency, statements] of Object.entries(FORGET_PLACE) as [Agency, readonly string[]][]) {
    for (const statement of statements) await ownerOf(world.owners, agency).raw(statement, [world.focus.child]);
  }
  const unknown = await look(askers, queries);
  const [nothingToRead] = [...(await look(police, byId)).values()];

  const found = [...hidden].flatMap(([name, one]) =>
    differences(one, unknown.get(name) as Observation).map((difference) => `${name}: ${difference}`),
  );
  expect(found).toEqual([]);
  // The police read what others did not, and some of the others found the child.
  expect(readByPolice?.reply.body.data.child.household.address).toEqual(expect.any(String));
  expect(nothingToRead?.reply.body.data.child.household.address).toBeNull();
  const finding = [...hidden].filter(([, { reply }]) => reply.body.data?.child?.id === world.focus.child);
  expect(finding.length).toBeGreaterThan(5);
});
