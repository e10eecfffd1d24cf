import { STORY_CASE } from '../../developer-kit/dev/graphiql/choices';
import { agenciesNamedIn } from '../support/agencies-named-in';
import { assessmentOf } from '../support/assessments';
import { childIdOf, STORY } from '../support/databases';
import { startSystem, type TestSystem, TRIAGE, visiting } from '../support/system';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());
beforeEach(() => system.forget());

/** All fields of a child in the client contract, from the original agencies' databases. */
const CONTRACT = /* GraphQL */ `
  id
  region { code name level }
  place { code name level }
  risk { level basis assessedAt confirmedBy nextVisitDue }
  riskHistory { level }
  protectionCategories { category leadAgency responsible since }
  cases { id number title level step dueAt overdue agencies openedAt closedAt version region { code }
    steps { step by agency at note } tasks { id agency title dueAt doneAt overdue outcome }
    meetings { id title kind heldAt agencies docket { decision case { id } tasks { id } } } children { id } }
  identity { fullName idNumber birthDate age ageBand sex ethnicity asOf }
  household { address registeredRegion residenceRegion members { name kinship livesTogether } }
  policeIncidents { receiptNumber type occurredAt handling }
  domesticViolenceWarnings { number issuedAt followUpDue }
  absenceAlerts { kind raisedAt resolvedAt }
  welfare { categories since reason }
  guardianship { assessment { scheme grade assessedAt nextDue } temporary { ground since placement } }
  benefits { kind monthlyAmount month }
  homeVisits { visitedAt visitor summary nextDue }
  enrolment { school schoolType grade className studentNumber boarding status asOf }
  attendance { month schoolDays absentDays unexcusedDays }
  dropoutAlerts { raisedAt stage returnedAt }
  bullyingReports { reportedAt role severity measure }
  wellbeingScreening { screenedAt referral score }
  specialNeedsPlan { startedAt placement reviewDue }
  protectionOrders { number kind issuedAt addressee servedAt replyDue repliedAt }
  victimSupport { needs oneStopInterviewDone legalAid since }
  judicialAid { kind grantedAt amount }
  familyComplaints { receivedAt kind handling reporter }
  safetyOrderApplications { appliedAt decision decidedAt validUntil }
  familyGuidance { startedAt ordered sessionsDone sessionsPlanned }
  lovingMother { name since lastContactAt nextContactDue }
  safetyOfficer { name tier lastVisitAt }
`;

/** Later agencies are asked for all their fields of a child. */
const { named: OF_CONTRACT, others: JOINED } = agenciesNamedIn(CONTRACT);
const WHOLE_CHILD = `${CONTRACT} ${JOINED.map(({ everything }) => everything).join(' ')}`;

/** Refused with an assessment: how agencies work on the child's cases, and everything that needs a case as reference. */
const DENIED = [
  'Case.agencies',
  'Case.steps',
  'Case.tasks',
  'Case.meetings',
  'Identity.birthDate',
  'Identity.ethnicity',
  'Child.policeIncidents',
  'Child.bullyingReports',
];
/** Refused on a visit. */
const NOT_ON_A_VISIT = [
  'Child.cases',
  'Identity.idNumber',
  'Identity.birthDate',
  'Identity.ethnicity',
  'Child.policeIncidents',
  'Child.benefits',
  'Enrolment.studentNumber',
  'Child.bullyingReports',
  'Child.wellbeingScreening',
  'Child.specialNeedsPlan',
  'Child.protectionOrders',
];

interface Refused {
  readonly path: readonly (string | number)[];
  readonly extensions: { readonly coordinate: string };
}

/** Refused fields of the contract; later agencies' cases decide about theirs. */
const refusedOfContract = (errors: readonly Refused[] = []) =>
  errors
    .filter(({ path }) => !JOINED.some(({ fields }) => path.some((step) => fields.includes(String(step)))))
    .map(({ extensions }) => extensions.coordinate);

/** Every agency of the contract was asked, and none more than once. */
function expectEachAskedOnce(agencies = OF_CONTRACT.map(({ agency }) => agency)): void {
  // The gateway itself has the centre count the children on a list of visits.
  const asked = system.subRequests
    .filter(({ request }) => !JSON.stringify(request.body).includes('useOpenings'))
    .map(({ agency }) => agency);
  expect(new Set(asked).size).toBe(asked.length);
  expect(OF_CONTRACT.length).toBeGreaterThan(5);
  expect(asked).toEqual(expect.arrayContaining(agencies));
}

const wholeChild = async (idNumber: string, as = 'county-case-worker') => {
  const id = childIdOf(idNumber);
  const options = { as, purpose: 'RISK_ASSESSMENT', reference: await assessmentOf(id, as), variables: { id } };
  // The reference is asked about once.
  await system.ask('{ __typename }', options);
  system.forget();
  const { status, body } = await system.ask(`query ($id: ID!) { child(id: $id) { ${WHOLE_CHILD} } }`, options);
  expect(status).toBe(200);
  expect(refusedOfContract(body.errors)).toEqual(DENIED);
  return body.data.child;
};

test('the left-behind child’s record comes from all agencies’ databases, each asked once', async () => {
  const child = await wholeChild(STORY.leftBehind, 'town-case-worker');
  expect(child).toMatchObject({
    id: childIdOf(STORY.leftBehind),
    region: { code: '990101', level: 'COUNTY' },
    place: { code: '990101001001', level: 'VILLAGE' },
    risk: { level: 'YELLOW' },
    identity: { fullName: '林小溪', idNumber: '990101************', birthDate: null, sex: 'FEMALE' },
    welfare: { categories: ['LEFT_BEHIND'] },
    enrolment: { school: '柳溪镇初级中学', studentNumber: 'G990101************' },
  });
  expect(
    child.household.members.filter((member: { kinship: string }) => ['父亲', '母亲'].includes(member.kinship)),
  ).toEqual([expect.objectContaining({ livesTogether: false }), expect.objectContaining({ livesTogether: false })]);
  for (const list of [
    'dropoutAlerts',
    'absenceAlerts',
    'protectionOrders',
    'attendance',
    'cases',
    'protectionCategories',
  ]) {
    expect({ list, length: child[list].length }).not.toEqual({ list, length: 0 });
  }
  expect(child.lovingMother.name).toEqual(expect.any(String));
  expectEachAskedOnce();
});

test('the left-behind child is on the docket of a regular meeting of all agencies', async () => {
  const query = 'query ($id: ID!) { child(id: $id) { cases { meetings { kind agencies } } } }';
  const handling = { as: 'county-case-worker', purpose: 'CASE_HANDLING', reference: STORY_CASE };
  const { body } = await system.ask(query, { ...handling, variables: { id: childIdOf(STORY.leftBehind) } });
  expect(body.data.child.cases[0].meetings).toEqual([
    expect.objectContaining({
      kind: 'REGULAR',
      agencies: expect.arrayContaining([
        'EDUCATION',
        'PUBLIC_SECURITY',
        'WOMENS_FEDERATION',
        'CIVIL_AFFAIRS',
        'PROCURATORATE',
      ]),
    }),
  ]);
});

test('the child of the protected address has a safety order and a case; complaints and support are hidden', async () => {
  const child = await wholeChild(STORY.protectedAddress);
  expect(child.risk.level).toBe('RED');
  expect(child.domesticViolenceWarnings).toHaveLength(1);
  expect(child.familyComplaints).toEqual([]);
  expect(child.victimSupport).toBeNull();
  expect(child.safetyOrderApplications[0].validUntil > new Date().toISOString().slice(0, 10)).toBe(true);
  expect(child.cases).toHaveLength(1);
});

test('only the police see a protected address; an ordinary one is shown', async () => {
  expect((await wholeChild(STORY.protectedAddress)).household).toMatchObject({
    address: null,
    members: expect.any(Array),
  });
  expect((await wholeChild(STORY.leftBehind)).household.address).toEqual(expect.any(String));
});

test('the sealed child is an ordinary pupil in every answer', async () => {
  const child = await wholeChild(STORY.sealed);
  expect(child).toMatchObject({
    enrolment: { status: '在读' },
    risk: null,
    cases: [],
    policeIncidents: [],
    protectionOrders: [],
    familyComplaints: [],
    protectionCategories: [],
    judicialAid: [],
    victimSupport: null,
  });
});

test('the unsupported child’s status and temporary guardianship are shown; reason and placement are hidden', async () => {
  const child = await wholeChild(STORY.unsupported);
  expect(child.welfare.categories).toContain('DE_FACTO_UNSUPPORTED');
  expect(child.welfare.reason).toBeNull();
  expect(child.guardianship.temporary).toMatchObject({ ground: expect.any(String), placement: null });
});

test('only the neighbouring county’s case worker sees the neighbour', async () => {
  expect((await wholeChild(STORY.neighbour, 'neighbour-case-worker')).place.code).toBe('990102001001');
  const { body } = await system.ask(`{ childByIdNumber(idNumber: "${STORY.neighbour}") { id } }`, TRIAGE);
  expect(body).toMatchObject({ data: { childByIdNumber: null }, extensions: { access: { denied: [] } } });
  expect(body.errors).toBeUndefined();
});

test('an unknown ID number is answered null, in lower case too', async () => {
  const find = async (idNumber: string) =>
    (
      await system.ask('query ($idNumber: String!) { childByIdNumber(idNumber: $idNumber) { id } }', {
        ...TRIAGE,
        variables: { idNumber },
      })
    ).body;
  expect(await find(STORY.nobody)).toMatchObject({ data: { childByIdNumber: null } });
  expect((await find(STORY.nobody)).errors).toBeUndefined();
  expect((await find(STORY.leftBehind.toLowerCase())).data.childByIdNumber).toEqual({
    id: childIdOf(STORY.leftBehind),
  });
});

/** View and key column of each statement, which reveals two statements for one kind of row. */
const kindsOfStatements = () =>
  system.statements
    .map(
      ({ agency, sql }) =>
        `${agency} ${/from "exposed"\."(\w+)"/.exec(sql)?.[1]} ${/count/.exec(sql)?.[0] ?? /"?(\w+)"? = any/.exec(sql)?.[1] ?? 'page'}`,
    )
    .sort();

test.each([
  [
    'children',
    `children(first: $first) { totalCount nodes { ${WHOLE_CHILD} } }`,
    visiting('county-case-worker'),
    NOT_ON_A_VISIT,
    15,
  ],
  [
    'cases',
    'cases(first: $first) { nodes { id number linked { id } region { name } } }',
    { ...TRIAGE, as: 'county-case-worker' },
    [],
    3,
  ],
])(
  'a list of many %s needs as many statements and sub-requests as a list of 1, one per kind of object',
  async (name, selection, options, denied, many) => {
    const counts = async (first: number) => {
      system.forget();
      const { body } = await system.ask(`query ($first: Int) { list: ${selection} }`, {
        ...options,
        variables: { first },
      });
      expect(refusedOfContract(body.errors)).toEqual(denied);
      expect(body.data.list.nodes.length).toBe(first);
      return { statements: kindsOfStatements(), subRequests: system.subRequests.length };
    };
    // The reference is asked about once.
    await system.ask('{ __typename }', options);
    const of = { many: await counts(many), one: await counts(1) };
    expect(of.many).toEqual(of.one);
    expect(new Set(of.one.statements).size).toBe(of.one.statements.length);
    // The procuratorate has nothing for those who visit.
    const visited = OF_CONTRACT.map(({ agency }) => agency).filter((agency) => agency !== 'procuratorate');
    if (name === 'children') expectEachAskedOnce(visited);
  },
);

test('lists page with cursors over exactly the items that the caller may know of', async () => {
  const page = async (after: string | null) =>
    (
      await system.ask(
        'query ($after: String) { children(first: 7, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id place { code } } } } }',
        { ...TRIAGE, variables: { after } },
      )
    ).body.data.children;
  const seen: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { totalCount, edges, pageInfo } = await page(after);
    for (const { node } of edges) {
      expect(node.place.code).toMatch(/^990101001/);
      seen.push(node.id);
    }
    if (!pageInfo.hasNextPage) {
      expect(new Set(seen).size).toBe(totalCount);
      expect(seen).toHaveLength(totalCount);
      break;
    }
    after = pageInfo.endCursor;
  }
});

test('clues, cases and meetings can be listed, filtered and found by id', async () => {
  const { body } = await system.ask(
    `{ cases(filter: { levels: [RED] }) { totalCount nodes { id level } }
       clues(filter: { awaitingFeedback: true }) { nodes { id situation receivedAt feedbackAt reporter } }
       jointMeetings(filter: { kind: CASE_CONFERENCE }) { nodes { id kind } } }`,
    { as: 'county-case-worker' },
  );
  expect(body.errors).toBeUndefined();
  expect(body.data.cases.totalCount).toBeGreaterThan(0);
  expect(body.data.cases.nodes.every(({ level }: { level: string }) => level === 'RED')).toBe(true);
  expect(body.data.clues.nodes.every(({ feedbackAt }: { feedbackAt: null }) => feedbackAt === null)).toBe(true);
  expect(body.data.jointMeetings.nodes.map(({ kind }: { kind: string }) => kind)).toContain('CASE_CONFERENCE');
  const [found, meeting] = [body.data.cases.nodes[0].id, body.data.jointMeetings.nodes[0].id];
  const one = await system.ask(
    `{ case(id: "${found}") { id } jointMeeting(id: "${meeting}") { id } missing: case(id: "nonsense") { id } clue(id: "nonsense") { id } }`,
    { as: 'county-case-worker' },
  );
  expect(one.body.data).toEqual({ case: { id: found }, jointMeeting: { id: meeting }, missing: null, clue: null });
});

test('a filter by risk level finds the children at that level', async () => {
  const { body } = await system.ask(
    '{ children(filter: { riskLevels: [RED] }) { totalCount nodes { risk { level } } } }',
    { as: 'county-case-worker' },
  );
  expect(body.data.children.totalCount).toBeGreaterThan(0);
  expect(body.data.children.nodes.every((node: { risk: { level: string } }) => node.risk.level === 'RED')).toBe(true);
});

test.each(['education-developer', 'auditor', 'education-officer'])(
  '%s sees nothing for an assessment, in records and lists, and no agency is asked',
  async (as) => {
    const { body } = await system.ask(
      `query ($id: ID!) { child(id: $id) { id region { code } identity { fullName } } children { totalCount nodes { id } } cases { totalCount } }`,
      { as, variables: { id: childIdOf(STORY.leftBehind) } },
    );
    expect(body.data).toEqual({ child: null, children: { totalCount: 0, nodes: [] }, cases: { totalCount: 0 } });
    expect(body.extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate).sort()).toEqual([
      'Query.cases',
      'Query.child',
      'Query.children',
    ]);
    expect(system.subRequests).toEqual([]);
  },
);

test('a filter on a refused field finds nothing, and the refusal is reported', async () => {
  const { body } = await system.ask('{ children(filter: { riskLevels: [RED] }) { totalCount nodes { id } } }', {
    as: 'education-officer',
    purpose: 'OWN_DUTY',
  });
  expect(body.data).toEqual({ children: { totalCount: 0, nodes: [] } });
  expect(body.errors).toEqual([
    expect.objectContaining({
      path: ['children'],
      extensions: expect.objectContaining({ coordinate: 'Child.risk', dataClass: 'governance-center.risk' }),
    }),
  ]);
});

test('a docket shows the items of cases that the caller may know of, and the clerk all items without their content', async () => {
  const selection = 'jointMeetings(first: 50) { nodes { id docket { caseId } withCases: docket { case { id } } } }';
  const all = (await system.ask(`{ ${selection} }`, { as: 'centre-officer', purpose: 'OWN_DUTY' })).body;
  const meetings: { id: string; docket: []; withCases: { case: { id: string } }[] }[] = all.data.jointMeetings.nodes;
  const full = meetings.find(({ docket }) => docket.length > 1);
  if (full === undefined) throw new Error('The district has no meeting about several cases.');
  const [one] = full.withCases;

  const handling = await system.ask(`{ ${selection} }`, {
    as: 'county-case-worker',
    purpose: 'CASE_HANDLING',
    reference: `case/${one?.case.id}`,
  });
  expect(handling.body.errors).toBeUndefined();
  expect(handling.body.data.jointMeetings.nodes).toContainEqual({
    id: full.id,
    docket: [expect.anything()],
    withCases: [one],
  });

  const clerk = await system.ask('{ jointMeetings(first: 50) { nodes { id docket { caseId } } } }', {
    as: 'meeting-clerk',
    purpose: 'OWN_DUTY',
  });
  expect(clerk.body.errors).toBeUndefined();
  expect(clerk.body.data.jointMeetings.nodes).toContainEqual({ id: full.id, docket: full.docket });
});

test.each([
  ['supervisor', 'SUPERVISION', true],
  ['auditor', 'ACCESS_AUDIT', false],
] as const)('(l) the %s finds no child, not even by pseudonym or in a case', async (as, purpose, readsCases) => {
  const { body } = await system.ask(
    `{ children(first: 1) { totalCount } child(id: "${childIdOf(STORY.leftBehind)}") { id }
      cases(first: 100) { nodes { number children { id } } } }`,
    { as, purpose },
  );
  expect(body.data.children).toEqual({ totalCount: 0 });
  expect(body.data.child).toBeNull();
  const cases: { number: string | null; children: unknown[] }[] = body.data.cases.nodes;
  expect(cases.some(({ number }) => number !== null)).toBe(readsCases);
  expect(cases.flatMap(({ children }) => children)).toEqual([]);
});

describe('operations follow the GraphQL specification', () => {
  const CHILD = `child(id: "${childIdOf(STORY.leftBehind)}")`;
  const clean = async (query: string, variables: Record<string, unknown> = {}) => {
    const { body } = await system.ask(query, { variables });
    expect({ errors: body.errors, unavailable: body.extensions.access.unavailable }).toEqual({ unavailable: [] });
    return body.data;
  };

  test('an excluded selection does not remove another selection of the same field', async () => {
    const [whole, once] = await Promise.all([
      clean(`{ child: ${CHILD} { household { address } risk { level } } }`),
      clean(
        `query ($more: Boolean!) { child: ${CHILD} { household { address } household @include(if: false) { members { name } }
           risk { level } ...Basis @include(if: $more) } } fragment Basis on Child { risk { basis } }`,
        { more: false },
      ),
    ]);
    expect(once).toEqual(whole);
  });

  test('a response key may have the name of one of the plan’s', async () => {
    const { child } = await clean(`{ child: ${CHILD} { risk { level } identity { fullName } } }`);
    expect(await clean(`{ id: ${CHILD} { id: risk { level } __id: identity { fullName } } }`)).toEqual({
      id: { id: child.risk, __id: child.identity },
    });
  });
});
