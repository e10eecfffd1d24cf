import { STORY_CASE } from '../../developer-kit/dev/graphiql/choices';
import type { AccessTrace } from '../../shared/access/accesses';
import { AGENCIES, type Agency, enumName } from '../../shared/domain/agencies';
import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { childIdOf, STORY } from '../support/databases';
import { FULL_CHILD } from '../support/full-child';
import { startSystem, type TestSystem, TRIAGE } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

// A faulty or malicious agency harms only its own part of the answer.

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

type Body = SubgraphResponse['body'];

const CHILD = childIdOf(STORY.leftBehind);
const QUERY = `query ($id: ID!) { child(id: $id) {
  identity { fullName } enrolment { school } attendance { month } lovingMother { name } } }`;

/** Sends a query while one agency's answers are changed. */
async function askWhile(agency: Agency, change: (body: Body) => unknown, status = 200) {
  const undo = wrapAgency(system, agency, (handle) => async (request) => {
    const { body } = await handle(request);
    return { status, body: change(JSON.parse(JSON.stringify(body))) as Body };
  });
  try {
    return await system.ask(QUERY, { variables: { id: CHILD } });
  } finally {
    undo();
  }
}

describe('an agency’s error', () => {
  const NAME = '林小溪';
  const NUMBER = STORY.leftBehind;
  const words = `${NAME}，${NUMBER}`;
  const failing = (error: object) => (body: Body) => ({
    ...body,
    data: { _entities: [{ enrolment: null, attendance: [], __id: CHILD }] },
    errors: [{ message: words, path: ['_entities', 0, 'enrolment'], ...error }],
  });

  test.each<[string, object]>([
    ['as its message', {}],
    ['with a code of the catalogue', { extensions: { code: 'RECORD_NOT_FOUND' } }],
    ['as facts', { extensions: { code: 'CONFLICT', argument: words, fault: words, current: words, limit: words } }],
    ['as what the gateway says itself', { extensions: { code: 'CONFLICT', agency: words, reason: words, at: words } }],
    ['as a coordinate', { extensions: { code: 'CONFLICT', coordinate: `Child.${NAME}`, dataClass: words } }],
    ['as a trace', { extensions: { stacktrace: [words], exception: { words } }, locations: [{ line: 1, words }] }],
  ])('%s does not reach the client', async (_, error) => {
    const { body, text } = await askWhile('education', failing(error));
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].path).toEqual(['child', 'enrolment']);
    expect(text.replaceAll(`"fullName":"${NAME}"`, '')).not.toMatch(new RegExp(`${NAME}|${NUMBER}`));
    expect(system.logged()).not.toMatch(new RegExp(`${NAME}|${NUMBER}`));
  });

  test('with a foreign path does not answer the request', async () => {
    const { body, text } = await askWhile('education', failing({ path: ['_entities', 0, NUMBER] }));
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'FAULTY_ANSWER' }]);
    expect(body.data.child.lovingMother).toEqual({ name: expect.any(String) });
    expect(text).not.toContain(NUMBER);
  });

  test('a hundred thousand times does not answer the request', async () => {
    const { body } = await askWhile('education', (answer) => {
      const failed = failing({})(answer);
      return { ...failed, errors: Array.from({ length: 100_000 }, () => failed.errors[0]) };
    });
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'FAULTY_ANSWER' }]);
    expect(body.data.child.lovingMother).toEqual({ name: expect.any(String) });
  });

  test('that refuses the whole operation does not reach the client', async () => {
    const refused = () => ({ errors: [{ message: words, extensions: { code: 'BAD_USER_INPUT', argument: words } }] });
    const { body, text } = await askWhile('education', refused, 400);
    expect(body.errors).toEqual(
      ['Child.enrolment', 'Child.attendance'].map(() => ({
        message: 'An argument is not valid.',
        extensions: { code: 'BAD_USER_INPUT' },
      })),
    );
    expect(text).not.toContain(NUMBER);
  });
});

describe('an agency’s reported accesses and refusals', () => {
  const OTHER = childIdOf(STORY.protectedAddress);
  /** Selects a permitted field of every agency. */
  const ALL = `query ($id: ID!) { child(id: $id) {
    region { name } risk { level }
    identity { fullName } household { address members { kinship } }
    welfare { categories } guardianship { assessment { grade } }
    enrolment { school studentNumber } attendance { month }
    mediations { kind } legalAidProvided
    protectionOrders { kind } victimSupport { __typename }
    lovingMother { name } familyGuidance { ordered } } }`;
  const ask = () =>
    system.ask(ALL, {
      as: 'county-case-worker',
      purpose: 'CASE_HANDLING',
      reference: `case/${FULL_CHILD.case.id}`,
      variables: { id: FULL_CHILD.id },
    });

  /** The ledger's entry about the children of one request, without varying parts. */
  async function recorded({ headers }: { readonly headers: Headers }) {
    const [entry] = await system.entries(headers.get('x-request-id'));
    return { children: entry?.children, looks: entry?.looks };
  }

  let known: Promise<{ answer: Awaited<ReturnType<typeof ask>>; expected: Awaited<ReturnType<typeof recorded>> }>;
  /** The answer and entry of honest agencies. */
  const truth = () => {
    known ??= ask().then(async (answer) => ({ answer, expected: await recorded(answer) }));
    return known;
  };

  interface Telling {
    readonly agency: Agency;
    readonly looks: AccessTrace;
    readonly data: unknown;
  }

  const withLooks = (change: (telling: Telling) => unknown) => (body: Body, agency: Agency) => ({
    ...body,
    extensions: {
      ...body.extensions,
      looks: change({ agency, looks: body.extensions?.looks as AccessTrace, data: body.data }),
    },
  });
  const withAccess = (access: (agency: Agency) => unknown) => (body: Body, agency: Agency) => ({
    ...body,
    extensions: { ...body.extensions, access: access(agency) },
  });
  const another = (agency: Agency) => (agency === 'education' ? 'civil-affairs' : 'education');
  const invented = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(43, 'x'));
  /** The honest agency's report about other children. */
  const about = (children: readonly string[]) => withLooks(({ looks }) => ({ ...looks, children }));

  const isShown = ({ answer }: AccessTrace['looks'][number]) => answer === 'clear' || answer === 'masked';

  const LIES: Readonly<Record<string, (body: Body, agency: Agency) => unknown>> = {
    'that nobody looked at anything': withLooks(() => ({ looks: [], places: [] })),
    'all but one of the classes that it delivered': withLooks(({ looks }) => ({
      ...looks,
      looks: looks.looks.filter((look) => look.dataClass !== looks.looks.find(isShown)?.dataClass),
    })),
    'that it refused what it delivered': withLooks(({ looks }) => ({
      ...looks,
      looks: looks.looks.map((look) => (isShown(look) ? { ...look, answer: 'refused' } : look)),
    })),
    'that what it delivered was about nobody': withLooks(({ looks }) => ({
      ...looks,
      looks: looks.looks.map((look) => ({ ...look, children: [] })),
    })),
    'another child in the place of the one that it was asked about': about([OTHER]),
    'another child besides': about([FULL_CHILD.id, OTHER]),
    'a hundred thousand children who do not exist': about(invented(100_000)),
    'a child of whom an ID number is made': about([FULL_CHILD.id, `${FULL_CHILD.idNumber}${'x'.repeat(25)}`]),
    'the same child twice': about([FULL_CHILD.id, FULL_CHILD.id]),
    'looks at a class of another agency': withLooks(({ looks, agency }) => ({
      ...looks,
      looks: [
        ...looks.looks,
        {
          dataClass: another(agency) === 'education' ? 'education.schooling' : 'civil-affairs.welfare',
          answer: 'clear',
          children: 'all',
        },
      ],
    })),
    'looks at a class of its own that nobody asked for': withLooks(({ looks, agency }) => ({
      ...looks,
      looks: [...looks.looks, { dataClass: `${agency}.secret`, answer: 'clear', children: 'all' }],
    })),
    'a hundred thousand looks': withLooks(({ looks }) => ({
      ...looks,
      looks: Array.from({ length: 100_000 }, () => looks.looks[0]),
    })),
    'a hundred thousand children of one look': withLooks(({ looks }) => ({
      ...looks,
      looks: looks.looks.map((look) => ({ ...look, children: Array.from({ length: 100_000 }, () => 0) })),
    })),
    'children at places that were not asked for': withLooks(({ looks }) => ({
      ...looks,
      places: [{ path: ['elsewhere'], children: 'all' }],
    })),
    'a refusal of another agency’s field': withAccess((agency) => ({
      denied: [
        another(agency) === 'education'
          ? { coordinate: 'Child.enrolment', dataClass: 'education.schooling', path: ['_entities', '@', 'enrolment'] }
          : { coordinate: 'Child.welfare', dataClass: 'civil-affairs.welfare', path: ['_entities', '@', 'welfare'] },
      ],
      masked: [],
    })),
    'a mask of another agency’s field': withAccess((agency) => ({
      denied: [],
      masked: [another(agency) === 'education' ? 'Enrolment.studentNumber' : 'GuardianshipAssessment.grade'],
    })),
    'a hundred thousand masks': withAccess(() => ({
      denied: [],
      masked: Array.from({ length: 100_000 }, () => 'Enrolment.school'),
    })),
    'a refusal with a text of its own': withAccess((agency) => ({
      denied: [{ coordinate: 'Child.risk', dataClass: `${agency}.林小溪`, path: ['child'] }],
      masked: [],
    })),
  };

  test.each(AGENCIES.flatMap((agency) => Object.keys(LIES).map((lie) => [agency, lie] as const)))(
    '%s reports %s: its part is missing, and the ledger has nothing of it',
    async (agency, lie) => {
      const { answer: honest, expected } = await truth();
      expect(honest.body.extensions.access.unavailable).toEqual([]);
      let lied = 0;
      const undo = wrapAgency(system, agency, (handle) => async (request) => {
        const { status, body } = await handle(request);
        lied += 1;
        return { status, body: LIES[lie]?.(JSON.parse(JSON.stringify(body)), agency) as Body };
      });
      const answer = await ask().finally(undo);
      expect(lied).toBeGreaterThan(0);
      expect(answer.status).toBe(200);
      expect(answer.body.extensions.access.unavailable).toMatchObject([
        { agency: enumName(agency), reason: 'FAULTY_ANSWER' },
      ]);
      const told = await recorded(answer);
      expect(told.children).toEqual(expected.children);
      // Without the centre, no agency is asked; otherwise all others have answered normally.
      if (agency === 'governance-center') return;
      const others = (looks = told.looks) => looks?.filter((look) => look.agency !== agency);
      expect(others()).toEqual(others(expected.looks));
    },
  );

  test.each<[string, string]>([
    ['a page of children', '{ children(first: 5) { nodes { region { name } risk { level } } } }'],
    ['a page of children of whom nothing was asked', '{ children(first: 5) { nodes { __typename } } }'],
    ['a page of cases', '{ cases(first: 5) { nodes { title children { risk { level } } } } }'],
  ])('the centre’s report without one child of %s is refused', async (_, query) => {
    const handling = { as: 'county-case-worker', purpose: 'CASE_HANDLING', reference: STORY_CASE };
    const asking = () =>
      system.ask(query, query.includes('cases') ? handling : { ...TRIAGE, as: 'county-case-worker' });
    expect((await asking()).body.extensions.access.unavailable).toEqual([]);
    const undo = wrapAgency(system, 'governance-center', (handle) => async (request) => {
      const { status, body } = await handle(request);
      const { children = [], looks = [] } = (body.extensions?.looks ?? {}) as AccessTrace;
      const others = children.slice(1).map((_, index) => index + 1);
      const without = looks.map((look) => ({
        ...look,
        children: look.children === 'all' ? others : look.children.filter((index) => index > 0),
      }));
      return {
        status,
        body: {
          ...body,
          extensions: { ...body.extensions, looks: { ...body.extensions?.looks, looks: without } },
        } as Body,
      };
    });
    const { body } = await asking().finally(undo);
    expect(body.extensions.access.unavailable).toMatchObject([
      { agency: 'GOVERNANCE_CENTER', reason: 'FAULTY_ANSWER' },
    ]);
  });
});
