import { type AgenciesOverHttp, agenciesOverHttp, type GatewayOverHttp } from '../support/agencies-over-http';
import { childIdOf, STORY } from '../support/databases';
import { BEHAVIOURS, type Behaviour, changing, type FaultyAgency } from '../support/faulty-agency';

// One agency fails in every way in which servers and networks fail: the client's answers.

/** For a busy machine; far less than the faults would take. */
const MARGIN = 5_000;

let agencies: AgenciesOverHttp;
/** A gateway with a long deadline, and one with a short one. */
let patient: GatewayOverHttp;
let hasty: GatewayOverHttp;
/** The short deadline in milliseconds: long enough without a fault. */
let deadline: number;
let education: FaultyAgency;
/** The answer without a fault. */
let healthy: unknown;

beforeAll(async () => {
  agencies = await agenciesOverHttp();
  // Each fault is tested separately here; consecutive faults are tested elsewhere.
  const limits = { requestMilliseconds: 60_000, breakerFaults: 1_000, responseBytes: 1024 * 1024 };
  patient = await agencies.gateway(limits);
  education = agencies.agency('education');
  healthy = await sections();
  const { milliseconds } = await ask();
  deadline = Math.min(Math.max(10 * milliseconds, 800), 4_000);
  hasty = await agencies.gateway({ ...limits, requestMilliseconds: deadline });
  for (let tries = 0; tries < 20 && (await ask(hasty)).body.errors !== undefined; tries += 1);
});
afterAll(() => agencies.close());
afterEach(() => {
  education.behaviour = BEHAVIOURS.answers;
});

const CHILD = childIdOf(STORY.leftBehind);
const OTHER = childIdOf(STORY.protectedAddress);

const QUERY = `query ($id: ID!) { child(id: $id) {
  identity { fullName } enrolment { school } pupil: attendance { month } lovingMother { name } } }`;

function ask(gateway = patient) {
  education.arrived.length = 0;
  return gateway.ask(QUERY, { variables: { id: CHILD } });
}

type Entity = Record<string, unknown>;
type Entities = { _entities: Entity[] };

const entity = (change: (entity: Entity) => unknown): Behaviour =>
  changing((body) => {
    const data = body.data as Entities;
    return { ...body, data: { _entities: data._entities.map(change) } };
  });

const withPart = (part: object): Behaviour => changing((body) => ({ ...body, ...part }));

interface Drill {
  readonly behaviour: Behaviour;
  readonly reason: string;
  /** Number of requests to the agency. */
  readonly times: number;
}

const CANNOT_BE_USED = { reason: 'FAULTY_ANSWER', times: 1 };
const GIVEN_UP = { reason: 'TIMED_OUT', times: 1 };
const IS_NOT_THERE = { reason: 'UNREACHABLE', times: 2 };

const DRILLS: Readonly<Record<string, Drill>> = {
  'accepts and hangs': { behaviour: BEHAVIOURS.hangs, ...GIVEN_UP },
  'answers after ten seconds': { behaviour: BEHAVIOURS.answersAfterTenSeconds, ...GIVEN_UP },
  'answers byte by byte, without end': { behaviour: BEHAVIOURS.drips, ...GIVEN_UP },
  'is not there behind its proxy': { behaviour: BEHAVIOURS.answers503, ...IS_NOT_THERE },
  'answers half a body, and is gone': { behaviour: BEHAVIOURS.answersHalf, ...IS_NOT_THERE },
  'answers 500': { behaviour: BEHAVIOURS.answers500, ...CANNOT_BE_USED },
  'answers what is no JSON': { behaviour: BEHAVIOURS.answersNoJson, ...CANNOT_BE_USED },
  'answers what is no HTTP': { behaviour: BEHAVIOURS.answersNoHttp, ...CANNOT_BE_USED },
  'answers half of the JSON': { behaviour: BEHAVIOURS.answersHalfTheJson, ...CANNOT_BE_USED },
  'answers more than it may': { behaviour: BEHAVIOURS.answersWithoutEnd, ...CANNOT_BE_USED },
  'answers JSON that is no object': { behaviour: changing(() => [1]), ...CANNOT_BE_USED },
  'answers no data and no error': { behaviour: withPart({ data: null }), ...CANNOT_BE_USED },
  'answers no entities': { behaviour: withPart({ data: {} }), ...CANNOT_BE_USED },
  'answers too few entities': { behaviour: withPart({ data: { _entities: [] } }), ...CANNOT_BE_USED },
  'answers an entity that is a text': { behaviour: withPart({ data: { _entities: ['x'] } }), ...CANNOT_BE_USED },
  'answers an object where a list is': { behaviour: entity((one) => ({ ...one, __as_pupil: {} })), ...CANNOT_BE_USED },
  'answers a list where an object is': { behaviour: entity((one) => ({ ...one, enrolment: [] })), ...CANNOT_BE_USED },
  'answers null where the schema has none': {
    behaviour: entity((one) => ({ ...one, __as_pupil: [{ month: null }] })),
    ...CANNOT_BE_USED,
  },
  'answers a number where a text is': {
    behaviour: entity((one) => ({ ...one, enrolment: { school: 7 } })),
    ...CANNOT_BE_USED,
  },
  'leaves out what was asked for': { behaviour: entity(({ __as_pupil: _, ...one }) => one), ...CANNOT_BE_USED },
  'answers what it was not asked for': {
    behaviour: entity((one) => ({ ...one, identity: { fullName: '假名' } })),
    ...CANNOT_BE_USED,
  },
  'answers another child’s entity': { behaviour: entity((one) => ({ ...one, __id: OTHER })), ...CANNOT_BE_USED },
  'answers an entity that does not say whose it is': {
    behaviour: entity(({ __id: _, ...one }) => one),
    ...CANNOT_BE_USED,
  },
  'answers errors that are none': { behaviour: withPart({ errors: 'secret-path' }), ...CANNOT_BE_USED },
  'tells refusals that are none': {
    behaviour: changing((body) => ({ ...body, extensions: { ...body.extensions, access: { denied: 7 } } })),
    ...CANNOT_BE_USED,
  },
};

test.each(Object.entries(DRILLS))(
  'an agency that %s is reported as unavailable, and the other sections are answered',
  async (_, { behaviour, reason, times }) => {
    education.behaviour = behaviour;
    const gateway = reason === 'TIMED_OUT' ? hasty : patient;
    const { status, body, text, milliseconds } = await ask(gateway);
    expect(status).toBe(200);
    expect(body.data.child).toEqual({
      identity: { fullName: expect.any(String) },
      enrolment: null,
      pupil: [],
      lovingMother: { name: expect.any(String) },
    });
    const { at } = body.extensions.access.unavailable[0];
    expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(60_000);
    expect(body.extensions.access.unavailable).toEqual([{ agency: 'EDUCATION', reason, at }]);
    expect(body.errors).toEqual(
      ['Child.enrolment', 'Child.attendance'].map((coordinate) => ({
        message: 'An agency could not be reached; its part of the answer is missing.',
        extensions: { code: 'AGENCY_UNAVAILABLE', agency: 'EDUCATION', reason, at, coordinate },
      })),
    );
    if (gateway === hasty) expect(milliseconds).toBeLessThan(deadline + MARGIN);
    expect(education.arrived).toHaveLength(times);
    expect(text).not.toMatch(/secret|127\.0\.0\.1|假名/);
    // The client's address is logged, too.
    expect(gateway.logged().replaceAll('"peer":"127.0.0.1"', '')).not.toMatch(/secret|127\.0\.0\.1/);
    expect(await sections()).toEqual(healthy);
  },
);

/** The answer is complete immediately after the agency recovers. */
async function sections(): Promise<unknown> {
  education.behaviour = BEHAVIOURS.answers;
  const { body } = await ask();
  expect(body.errors).toBeUndefined();
  expect(body.extensions.access.unavailable).toEqual([]);
  return body.data;
}

test('an agency that refuses connections is retried once, and answers as soon as it accepts them', async () => {
  await education.stop();
  try {
    const { body } = await ask();
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'UNREACHABLE' }]);
    expect(body.data.child.lovingMother).toEqual({ name: expect.any(String) });
  } finally {
    await education.resume();
  }
  expect(await sections()).toEqual(healthy);
});

test('a query is answered in full if its connection broke once', async () => {
  let first = true;
  education.behaviour = (response, answer) => {
    if (!first) return BEHAVIOURS.answers(response, answer);
    first = false;
    return response.socket?.destroy();
  };
  const { body } = await ask();
  expect(body.data).toEqual(healthy);
  expect(body.errors).toBeUndefined();
  expect(education.arrived).toHaveLength(2);
});

test('the connection of an abandoned answer is not reused', async () => {
  const used = new Set<unknown>();
  let late: (() => void) | undefined;
  education.behaviour = (response, answer) => {
    used.add(response.socket);
    late = () => void BEHAVIOURS.answers(response, answer);
  };
  await ask(hasty);
  education.behaviour = (response, answer) => {
    expect(used.has(response.socket)).toBe(false);
    late?.();
    return BEHAVIOURS.answers(response, answer);
  };
  const { body } = await ask(hasty);
  expect(body.data).toEqual(healthy);
});

test('a page of children has one error for each field of a faulty agency', async () => {
  education.behaviour = BEHAVIOURS.answers500;
  const { body } = await patient.ask('{ children(first: 20) { nodes { id attendance { month } } } }', {
    as: 'education-officer',
    purpose: 'OWN_DUTY',
  });
  expect(body.data.children.nodes).toHaveLength(20);
  expect(body.errors).toHaveLength(1);
  expect(body.errors[0].extensions).toMatchObject({ agency: 'EDUCATION', coordinate: 'Child.attendance' });
});

test('an agency’s error for one field affects no other agency’s section, and every emptied list has an error', async () => {
  education.behaviour = changing((body) => ({
    ...body,
    data: { _entities: [null] },
    errors: [{ message: 'x', path: ['_entities', 0, '__as_pupil'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  }));
  const { body } = await ask();
  expect(body.data.child).toMatchObject({ enrolment: null, pupil: [], lovingMother: { name: expect.any(String) } });
  expect(body.errors).toEqual([
    {
      message: 'The request could not be answered.',
      path: ['child', 'pupil'],
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    },
    {
      message: 'The request could not be answered.',
      extensions: { code: 'INTERNAL_SERVER_ERROR', coordinate: 'Child.enrolment' },
    },
  ]);
});

describe('the governance centre, which finds the children, fails', () => {
  const centre = () => agencies.agency('governance-center');
  afterEach(() => {
    centre().behaviour = BEHAVIOURS.answers;
  });

  const failing: [string, Behaviour, string][] = [
    ['answers 500', BEHAVIOURS.answers500, 'FAULTY_ANSWER'],
    ['is not there', BEHAVIOURS.answers503, 'UNREACHABLE'],
    ['hangs', BEHAVIOURS.hangs, 'TIMED_OUT'],
    ['answers a wrong shape', withPart({ data: { child: [] } }), 'FAULTY_ANSWER'],
    ['answers nothing for what was asked', withPart({ data: {} }), 'FAULTY_ANSWER'],
  ];
  test.each(failing)('if it %s, no other agency is asked, and the error names it', async (_, behaviour, reason) => {
    centre().behaviour = behaviour;
    const { body, milliseconds } = await ask(hasty);
    expect(body.data).toEqual({ child: null });
    expect(body.errors).toEqual([
      {
        message: expect.any(String),
        path: ['child'],
        extensions: {
          code: 'AGENCY_UNAVAILABLE',
          agency: 'GOVERNANCE_CENTER',
          reason,
          at: expect.any(String),
          coordinate: 'Query.child',
        },
      },
    ]);
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'GOVERNANCE_CENTER', reason }]);
    expect(education.arrived).toEqual([]);
    expect(milliseconds).toBeLessThan(deadline + MARGIN);
  });

  test('the ledger records which child and data were not answered', async () => {
    centre().behaviour = BEHAVIOURS.answers500;
    await ask();
    expect(patient.entries.at(-1)).toMatchObject({
      children: [CHILD],
      looks: [
        { agency: 'governance-center', dataClass: 'governance-center.index', answer: 'unavailable', children: 'all' },
      ],
    });
  });

  const REFERENCE = {
    as: 'county-case-worker',
    purpose: 'CASE_HANDLING',
    reference: 'case/fc000000-0000-8000-8000-00000000000a',
  };
  test.each(failing.slice(0, 3))('if it %s, a reference cannot be verified: 503', async (_, behaviour) => {
    centre().behaviour = behaviour;
    const { status, body, milliseconds } = await hasty.ask(QUERY, { ...REFERENCE, variables: { id: CHILD } });
    expect(status).toBe(503);
    expect(body).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'ACCESS_REFERENCE_UNVERIFIED' } }],
    });
    expect(milliseconds).toBeLessThan(deadline + MARGIN);
  });

  test('an emergency is accounted for even if an agency used all of the request’s time', async () => {
    education.behaviour = BEHAVIOURS.hangs;
    const { status, body } = await emergency();
    expect(status).toBe(200);
    expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'TIMED_OUT' }]);
    expect(body.data.child.identity).toEqual({ fullName: expect.any(String) });
  });

  test('an emergency that cannot be accounted for is not answered: 503', async () => {
    centre().behaviour = (response, answer) =>
      centre().arrived.at(-1)?.includes('useEmergency')
        ? BEHAVIOURS.hangs(response, answer)
        : BEHAVIOURS.answers(response, answer);
    centre().arrived.length = 0;
    const { status, body } = await emergency();
    expect(status).toBe(503);
    expect(body).toEqual({ errors: [{ message: expect.any(String), extensions: { code: 'EMERGENCY_UNACCOUNTED' } }] });
    expect(centre().arrived.filter((sent) => sent.includes('useEmergency'))).toHaveLength(1);
  });

  const emergency = () =>
    hasty.ask('query ($id: ID!) { child(id: $id) { identity { fullName } attendance { month } } }', {
      as: 'county-case-worker',
      purpose: 'EMERGENCY',
      reason: '孩子失联，需立即寻找下落',
      variables: { id: CHILD },
    });

  test.each<[string, Behaviour]>([
    ['breaks off', (response) => response.socket?.destroy()],
    ['is not there', BEHAVIOURS.answers503],
    ['hangs', BEHAVIOURS.hangs],
  ])('if it %s, a mutation is sent only once', async (_, behaviour) => {
    centre().behaviour = behaviour;
    centre().arrived.length = 0;
    const { body } = await hasty.ask(
      'mutation ($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }',
      {
        as: 'education-officer',
        purpose: 'MANDATORY_REPORT',
        variables: {
          input: {
            idempotencyKey: '3f1c1a9e-7a53-4b52-9d0e-6a3f0f6b1c11',
            channel: '学校',
            situation: '身体伤害',
            facts: '学生身上有伤痕',
            region: '990101001',
          },
        },
      },
    );
    expect(body.errors[0].extensions).toMatchObject({ code: 'AGENCY_UNAVAILABLE', agency: 'GOVERNANCE_CENTER' });
    expect(centre().arrived).toHaveLength(1);
  });
});

describe('two steps of one request share its deadline', () => {
  test('the second step has the remaining time', async () => {
    const centre = agencies.agency('governance-center');
    centre.behaviour = (response, answer) => setTimeout(() => BEHAVIOURS.answers(response, answer), deadline * 0.6);
    education.behaviour = (response, answer) => setTimeout(() => BEHAVIOURS.answers(response, answer), deadline * 0.6);
    try {
      const { body } = await ask(hasty);
      expect(body.extensions.access.unavailable).toMatchObject([{ agency: 'EDUCATION', reason: 'TIMED_OUT' }]);
    } finally {
      centre.behaviour = BEHAVIOURS.answers;
    }
  });
});
