import { connect } from '../../shared/db/connect';
import { PURPOSES } from '../../shared/domain/purpose';
import { type CaseWork, HALF_A_MINUTE, type PassingTime, passingTime, startCaseWork } from '../support/case-work';
import { testDatabase } from '../support/databases';
import { LEFT_BEHIND_ASSESSMENT, visitsOf } from '../support/references';
import { type AskOptions, TRIAGE, visiting } from '../support/system';

// An officer alone, over a whole day, with every purpose and with every reference that they can get without anybody's help: whose
// name and place they learn is what grants, lists and numbers say. Emergency access is written down child by child and reviewed:
// break-glass.test.ts.

const COUNTY = '990101';
const BATCH = 20;
const ASKED_OF = 5;
/** `openings.assessments.perDay` of the practice. */
const ASSESSMENTS = 30;

let time: PassingTime;
let work: CaseWork;
/** Children of the county whose place is protected. */
let hidden: ReadonlySet<string>;
/** Those and one in five others. */
let askedByPseudonym: readonly string[];
let numbers: ReadonlyMap<string, string>;

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('attacker', time.clock);
  const rows = await work.owner('base.child').whereLike('region', `${COUNTY}%`).orderBy('child_id');
  hidden = new Set(rows.filter(({ location_protected }) => location_protected).map(({ child_id }) => child_id));
  const some = rows.filter(({ child_id }, index) => index % ASKED_OF === 0 || hidden.has(child_id));
  askedByPseudonym = some.map(({ child_id }) => child_id);
  const police = connect(testDatabase('public-security').ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  const identities = await police('base.person').select('child_id', 'id_number');
  numbers = new Map(identities.map(({ child_id, id_number }) => [child_id, id_number]));
  await police.destroy();
});
afterAll(async () => {
  await work.close();
  time.restore();
});

/** What an officer has learned of a child: values by field. */
type Learned = Map<string, Map<string, unknown>>;

const PLACES = ['place', 'address', 'residenceRegion', 'members', 'school'];

const ABOUT = `id place { code }
  identity { fullName sex birthDate age idNumber }
  household { address residenceRegion members { kinship } }
  enrolment { school studentNumber }`;

/** Asks under a purpose and a reference: for the list of all children, and for some by the pseudonym. */
async function learn(learned: Learned, options: AskOptions): Promise<void> {
  let after: string | null = null;
  do {
    const list: string = `{ children(first: 100${after ? `, after: "${after}"` : ''}) {
      nodes { ${ABOUT} } pageInfo { endCursor hasNextPage } } }`;
    const { body } = await work.system.ask(list, options);
    expect(body.errors?.[0]?.extensions.code).not.toBe('GRAPHQL_VALIDATION_FAILED');
    const page = body?.data?.children;
    for (const node of page?.nodes ?? []) note(learned, node);
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  for (let from = 0; from < askedByPseudonym.length; from += BATCH) {
    const asked = askedByPseudonym.slice(from, from + BATCH);
    const query = `{ ${asked.map((id, index) => `c${index}: child(id: "${id}") { ${ABOUT} }`).join('\n')} }`;
    const { status, body } = await work.system.ask(query, options);
    // A reference that is refused is refused for every child.
    if (status === 403 && body.errors[0].extensions.code === 'ACCESS_REFERENCE_REFUSED') return;
    for (const node of Object.values(body?.data ?? {})) note(learned, node);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: an answer has as much as the caller may see.
function note(learned: Learned, node: any): void {
  if (node === null || node === undefined) return;
  const { identity, household, enrolment } = node;
  const facts = {
    name: identity?.fullName,
    birthDate: identity?.birthDate,
    number: identity?.idNumber,
    studentNumber: enrolment?.studentNumber,
    place: node.place?.code,
    address: household?.address,
    residenceRegion: household?.residenceRegion,
    members: household?.members?.length > 0 ? household.members : undefined,
    school: enrolment?.school,
  };
  // 公民身份号码 and birth date together leave few numbers, even if the former is masked.
  expect(Boolean(facts.number) && Boolean(facts.birthDate)).toBe(false);
  const known = learned.get(node.id) ?? new Map<string, unknown>();
  learned.set(node.id, known);
  for (const [what, value] of Object.entries(facts)) {
    const isMasked = typeof value === 'string' && value.includes('*');
    if (value !== undefined && value !== null && !(isMasked && what === 'name')) known.set(what, value);
  }
}

/** Children of whom one of these is known. */
const knownBy = (learned: Learned, ...what: readonly string[]): readonly string[] =>
  [...learned].filter(([, known]) => what.some((one) => known.has(one))).map(([child]) => child);

/** A number of which no more than the county is left. */
const MASKED = /^\d{6}\*{12}$/;

/** No protected place, and no number but for its county. An agency's own registers are its own. */
function expectNothingHidden(learned: Learned, ...own: readonly string[]): void {
  const places = PLACES.filter((place) => !own.includes(place));
  expect(knownBy(learned, ...places).filter((child) => hidden.has(child))).toEqual([]);
  for (const [child, known] of learned) {
    const number = numbers.get(child) ?? '';
    expect(String(known.get('number') ?? '990101************')).toMatch(MASKED);
    if (!own.includes('school')) expect(String(known.get('studentNumber') ?? '')).not.toContain(number);
  }
}

const PLAIN_PURPOSES = PURPOSES.filter((purpose) => purpose !== 'EMERGENCY');

/** Every purpose without a reference, and these references with the purposes that can have them. */
async function wholeDay(officer: string, references: readonly (readonly [string, string])[]): Promise<Learned> {
  const learned: Learned = new Map();
  await time.pass(HALF_A_MINUTE);
  for (const purpose of PLAIN_PURPOSES) await learn(learned, { as: officer, purpose });
  for (const [purpose, reference] of references) await learn(learned, { as: officer, purpose, reference });
  return learned;
}

const idsOf = (rows: readonly Record<string, unknown>[], column: string) => rows.map((row) => String(row[column]));

// The duty of the last one has ended.
test.each([
  ['education-officer', 'some'],
  ['womens-federation-officer', 'some'],
  ['justice-bureau-officer', 'no'],
])('%s learns %s names, of children to whom the agency owes help alone', async (officer, names) => {
  const agency = officer.replace('-officer', '');
  const AGENCY = agency.toUpperCase().replaceAll('-', '_');
  const tasks = await work.owner('base.task').where({ agency: AGENCY });
  const led = await work.owner('base.protection_assignment').where({ lead_agency: AGENCY });
  const clues = await work.owner('base.clue').whereRaw('? = any (recipients)', [AGENCY]);
  const others = await work.owner('base.task').whereNot({ agency: AGENCY }).limit(3);
  const learned = await wholeDay(officer, [
    ...idsOf([...tasks, ...others], 'task_id').map((id) => ['WELFARE_SERVICE', `task/${id}`] as const),
    ...idsOf(led, 'assignment_id').map((id) => ['WELFARE_SERVICE', `protection/${id}`] as const),
    ...idsOf(clues, 'clue_id').map((id) => ['MANDATORY_REPORT', `clue/${id}`] as const),
  ]);
  const owed = new Set([
    ...idsOf(await work.owner('base.task_child').whereIn('task_id', idsOf(tasks, 'task_id')), 'child_id'),
    ...idsOf(led, 'child_id'),
    ...idsOf(clues, 'child_id'),
  ]);
  expect(knownBy(learned, 'name').length > 0).toBe(names === 'some');
  expect(knownBy(learned, 'name', 'birthDate').filter((child) => !owed.has(child))).toEqual([]);
  expect(knownBy(learned, 'address', 'place', 'members').filter((child) => !owed.has(child))).toEqual([]);
  expectNothingHidden(learned, ...(agency === 'education' ? ['school'] : []));
});

test.each(['education-member', 'prosecutor-member'])(
  '%s learns the names of children on a docket of theirs, and the place of none beside their own agency’s',
  async (member) => {
    const meetings = await work.owner('base.joint_meeting');
    const learned = await wholeDay(
      member,
      idsOf(meetings, 'meeting_id').map((id) => ['JOINT_MEETING', `meeting/${id}`] as const),
    );
    const parts = await work
      .owner('base.participation')
      .where({ officer: member })
      .whereNotNull('participation.meeting_id')
      .join('base.docket_item', 'docket_item.meeting_id', 'participation.meeting_id')
      .join('base.case_child', 'case_child.case_id', 'docket_item.case_id');
    const discussed = new Set(idsOf(parts, 'child_id'));
    expect(discussed.size).toBeGreaterThan(0);
    expect(knownBy(learned, 'name', 'birthDate').filter((child) => !discussed.has(child))).toEqual([]);
    expect(knownBy(learned, 'place', 'residenceRegion')).toEqual([]);
    expectNothingHidden(learned, ...(member === 'education-member' ? ['school'] : []));
  },
);

/** Children of the cases for which an officer is confirmed. */
async function handled(officer: string): Promise<readonly string[]> {
  const parts = work.owner('base.participation').where({ officer }).whereNull('withdrawn_at');
  return parts.join('base.case_child', 'case_child.case_id', 'participation.case_id').pluck('child_id');
}

/** Children on the list of visits of an officer. */
async function listed(officer: string): Promise<readonly string[]> {
  const { body } = await work.system.ask('{ children(first: 200) { nodes { id } } }', visiting(officer));
  return body.data.children.nodes.map(({ id }: { id: string }) => id);
}

test('(h) county-case-worker learns the names of thirty children whom they open in a day, of those to visit, and of those in their cases', async () => {
  const officer = 'county-case-worker';
  const everybody = await work
    .owner('base.child')
    .whereLike('region', `${COUNTY}%`)
    .orderBy('child_id')
    .pluck('child_id');
  const opened = new Map<string, string>();
  const codes = new Set<string>();
  for (const child of everybody.slice(0, 2 * ASSESSMENTS)) {
    const input = { child, ground: 'OBSERVED', note: '核实监护情况' };
    const { body } = await work.act('openAssessment', input, { ...TRIAGE, as: officer, select: 'reference' });
    const { reference } = body.data.openAssessment ?? {};
    if (reference === undefined) codes.add(body.errors[0].extensions.code);
    else opened.set(child, reference);
  }
  expect([opened.size, [...codes]]).toEqual([ASSESSMENTS, ['OPENINGS_USED_UP']]);
  const cases = await work.owner('base.case_file');
  const meetings = await work.owner('base.joint_meeting');
  const learned = await wholeDay(officer, [
    ...[...opened.values()].map((reference) => ['RISK_ASSESSMENT', reference] as const),
    ...['county-case-worker', 'town-case-worker', 'child-director'].map((one) => ['VISIT', visitsOf(one)] as const),
    ...idsOf(cases, 'case_id').map((id) => ['CASE_HANDLING', `case/${id}`] as const),
    ...idsOf(meetings, 'meeting_id').map((id) => ['JOINT_MEETING', `meeting/${id}`] as const),
  ]);
  const own = new Set([...opened.keys(), ...(await listed(officer)), ...(await handled(officer))]);
  const names = knownBy(learned, 'name');
  expect(names).toEqual(expect.arrayContaining([...opened.keys()]));
  expect(names.filter((child) => !own.has(child))).toEqual([]);
  const facts = ['birthDate', 'number', 'address', 'residenceRegion', 'members', 'school', 'studentNumber'];
  expect(knownBy(learned, ...facts).filter((child) => !own.has(child))).toEqual([]);
  expectNothingHidden(learned);
});

test.each(['child-director', 'second-child-director'])(
  '%s learns the names of the children to visit, and of nobody else of the village',
  async (director) => {
    const learned = await wholeDay(director, [
      ...['child-director', 'second-child-director'].map((one) => ['VISIT', visitsOf(one)] as const),
      ['RISK_ASSESSMENT', LEFT_BEHIND_ASSESSMENT],
    ]);
    const list = await listed(director);
    expect(list.length).toBeGreaterThan(0);
    expect([...learned.keys()].toSorted()).toEqual(list.toSorted());
    expect(knownBy(learned, 'name').toSorted()).toEqual(list.toSorted());
    expect(knownBy(learned, 'birthDate', 'number', 'studentNumber')).toEqual([]);
    expectNothingHidden(learned);
  },
);
