import { STORY_CASE } from '../../developer-kit/dev/graphiql/choices';
import type { AccessTrace } from '../../shared/access/accesses';
import type { LedgerEntry, RecordedOutcome } from '../../shared/protocol/ledger-entry';
import { assessmentOf } from '../support/assessments';
import { startCaseWork } from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import { FULL_CHILD, FULL_CHILD_ANSWERS } from '../support/full-child';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { type AskOptions, type Reply, startSystem, type TestSystem, TRIAGE, visiting } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

let system: TestSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const CHILD = childIdOf(STORY.leftBehind);
const OTHER = childIdOf(STORY.unsupported);
const NEIGHBOUR = childIdOf(STORY.neighbour);

/** The ledger entries of one request. */
const entriesOf = ({ headers }: Reply) => system.entries(headers.get('x-request-id'));

async function entryOf(reply: Reply): Promise<LedgerEntry> {
  const entries = await entriesOf(reply);
  expect(entries).toHaveLength(1);
  return entries[0] as LedgerEntry;
}

/** `education.schooling clear` -> its children. */
function looksOf({ looks, children }: LedgerEntry): Record<string, readonly string[]> {
  return Object.fromEntries(
    looks.map(({ dataClass, answer, children: indices }) => [
      `${dataClass} ${answer}`,
      indices === 'all' ? children : indices.map((index) => children[index] as string),
    ]),
  );
}

async function looks(query: string, options?: AskOptions): Promise<Record<string, readonly string[]>> {
  return looksOf(await entryOf(await system.ask(query, options)));
}

/** All fields with values of the full child. */
const EVERYTHING = `query ($id: ID!) { child(id: $id) ${selection(FULL_CHILD_ANSWERS)} }`;

function selection(answers: object): string {
  const fields = Object.entries(answers).map(([name, value]) =>
    typeof value === 'object' && !Array.isArray(value) ? `${name} ${selection(value)}` : name,
  );
  return `{ ${fields.join(' ')} }`;
}

describe('an operation’s ledger entry', () => {
  test('has the real peer address, not that of an unnamed proxy’s header', async () => {
    const reply = await system.post(JSON.stringify({ query: '{ children { totalCount } }' }), {
      authorization: `Bearer ${system.identityProvider.token('town-case-worker')}`,
      'access-purpose': 'RISK_ASSESSMENT',
      'x-forwarded-for': '192.0.2.7',
      forwarded: 'for=192.0.2.7',
    });
    expect(await entryOf(reply)).toMatchObject({ peer: '127.0.0.1' });
    expect(system.logged()).not.toContain('192.0.2.7');
  });

  test('has caller, purpose, operation, rules and outcome', async () => {
    const query = `query Look($id: ID!) { child(id: $id) { identity { fullName } } }`;
    const reply = await system.ask(query, { variables: { id: CHILD } });
    expect(reply.body.data.child.identity.fullName).toBe('林小溪');
    expect(await entryOf(reply)).toEqual({
      v: 2,
      requestId: reply.headers.get('x-request-id'),
      stage: 'ended',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/),
      peer: '127.0.0.1',
      requests: 1,
      caller: { id: 'town-case-worker', agency: 'governance-center', roles: ['case-worker'], region: '990101001' },
      purpose: 'RISK_ASSESSMENT',
      reference: LEFT_BEHIND_ASSESSMENT,
      approvedBy: 'centre-head',
      operation: { kind: 'query', name: 'Look', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      rules: expect.stringMatching(/^[0-9a-f]{32}$/),
      children: [CHILD],
      looks: [
        { agency: 'governance-center', dataClass: 'governance-center.index', answer: 'clear', children: 'all' },
        { agency: 'public-security', dataClass: 'public-security.identity', answer: 'clear', children: 'all' },
      ],
      emergency: null,
      outcome: { status: 200, codes: [] },
      milliseconds: expect.any(Number),
      lookups: null,
    });
  });

  test('distinguishes clear, masked and refused, whether the gateway or the agency refused', async () => {
    expect(
      await looks(
        `{ children(first: 200, filter: { region: "990101001" }) { nodes {
          id identity { fullName idNumber } welfare { reason } policeIncidents { type } enrolment { studentNumber }
        } } }`,
      ),
    ).toEqual({
      'governance-center.index clear': expect.arrayContaining([CHILD]),
      // The filter names a town. Which of them are found there may not tell whose place is protected.
      'governance-center.place asked': expect.arrayContaining([CHILD]),
      'public-security.identity clear': expect.arrayContaining([CHILD]),
      'public-security.identifier masked': expect.arrayContaining([CHILD]),
      'public-security.incident refused': expect.arrayContaining([CHILD]),
      'civil-affairs.welfare clear': expect.arrayContaining([CHILD]),
      // Absent for the caller, but refused in the ledger: the rules refuse it for every child, so the entry reveals
      // nothing.
      'civil-affairs.welfare-reason refused': expect.arrayContaining([CHILD]),
      'education.schooling clear': expect.arrayContaining([CHILD]),
      'education.identifier masked': expect.arrayContaining([CHILD]),
    });
  });

  test('of a list of a hundred children is one, with each child once', async () => {
    const reply = await system.ask('{ children(first: 100) { nodes { id enrolment { school } } } }', {
      as: 'education-officer',
      purpose: 'OWN_DUTY',
    });
    const ids = reply.body.data.children.nodes.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(100);
    const { children, looks } = await entryOf(reply);
    expect(children).toEqual([...ids].sort());
    expect(looks.map(({ dataClass, answer, children }) => [dataClass, answer, children])).toEqual([
      ['education.school-place', 'asked', 'all'],
      ['education.schooling', 'clear', 'all'],
      ['governance-center.index', 'clear', 'all'],
    ]);
  });

  test('names children whom the answer does not name', async () => {
    expect(await looks(`{ childByIdNumber(idNumber: "${STORY.leftBehind}") { risk { level } } }`, TRIAGE)).toEqual({
      'governance-center.lookup clear': [CHILD],
      'governance-center.risk clear': [CHILD],
    });
  });

  test('distinguishes the places of one operation', async () => {
    expect(
      await looks(
        `{ first: child(id: "${CHILD}") { policeIncidents { type } welfare { since } }
           second: child(id: "${OTHER}") { benefits { kind } } }`,
        { as: 'civil-affairs-officer', purpose: 'OWN_DUTY' },
      ),
    ).toEqual({
      'governance-center.index clear': [CHILD, OTHER].sort(),
      // Refused before planning, for the first child only.
      'public-security.incident refused': [CHILD],
      'civil-affairs.welfare clear': [CHILD],
      'civil-affairs.benefit clear': [OTHER],
    });
  });

  test('has a refusal by region, with the child', async () => {
    expect(await looks(`{ child(id: "${NEIGHBOUR}") { identity { fullName } } }`)).toEqual({
      'governance-center.index refused': [NEIGHBOUR],
    });
  });

  test('has a refusal before planning, with the children whom the request names', async () => {
    const asDeveloper = { as: 'education-developer', purpose: 'OWN_DUTY' };
    expect(await looks(`{ child(id: "${CHILD}") { id } }`, asDeveloper)).toEqual({
      'governance-center.index refused': [CHILD],
    });
    const byVariable = { ...asDeveloper, variables: { id: OTHER } };
    expect(await looks('query ($id: ID!) { child(id: $id) { enrolment { school } } }', byVariable)).toEqual({
      'governance-center.index refused': [OTHER],
    });
  });

  test('has both classes of a field with two labels', async () => {
    const reply = await looks(`{ child(id: "${CHILD}") { riskProposal { basis } } }`, visiting());
    expect(Object.keys(reply).every((look) => !look.includes('&'))).toBe(true);
    expect(reply).toMatchObject({ 'governance-center.clue-content refused': [CHILD] });
  });

  test('has a child who was not found', async () => {
    const nobody = childIdOf(STORY.nobody);
    expect(await looks(`{ child(id: "${nobody}") { id } }`)).toEqual({
      'governance-center.index refused': [nobody],
    });
  });

  test('omits an invalid id that contains an ID number', async () => {
    const made = 'Lin-Xiaoxi-ID-110101199003071234-Qingtang-3';
    const entry = await entryOf(
      await system.ask(`{ child(id: "${made}") { id } }`, { as: 'education-developer', purpose: 'OWN_DUTY' }),
    );
    expect(JSON.stringify(entry)).not.toContain('Xiaoxi');
  });

  test.each(['ZhangSan_13800138000', 'Z'.repeat(101)])('omits the operation name %s', async (name) => {
    const reply = await system.ask(`query ${name} { child(id: "${CHILD}") { id } }`);
    expect(reply.body.errors[0].extensions.code).toBe('OPERATION_NAME_REFUSED');
    expect(JSON.stringify(await entryOf(reply))).not.toContain(name);
  });

  test('omits fields excluded by a condition', async () => {
    const query = `query ($yes: Boolean!) { child(id: "${CHILD}") {
      id policeIncidents @include(if: $yes) { type } enrolment @include(if: $yes) { school } } }`;
    expect(await looks(query, { variables: { yes: false } })).toEqual({ 'governance-center.index clear': [CHILD] });
    expect(await looks(query, { variables: { yes: true } })).toEqual({
      'governance-center.index clear': [CHILD],
      'public-security.incident refused': [CHILD],
      'education.schooling clear': [CHILD],
      'education.school-place asked': [CHILD],
    });
  });

  test('has a case’s children, and the filter of a list', async () => {
    const handling = { as: 'county-case-worker', purpose: 'CASE_HANDLING', reference: STORY_CASE };
    const alone = await looks('{ cases(first: 100) { nodes { title steps { note } } } }', handling);
    expect(alone['governance-center.case-register clear']).toEqual(expect.arrayContaining([CHILD]));
    expect(alone['governance-center.narrative clear']).toEqual(expect.arrayContaining([CHILD]));
    const cases = await looks('{ cases(first: 100) { nodes { title children { id } } } }', handling);
    expect(cases['governance-center.case clear']).toEqual(expect.arrayContaining([CHILD]));
    const filtered = await looks('{ children(filter: { riskLevels: [YELLOW] }) { nodes { id } } }', TRIAGE);
    expect(filtered).toEqual({
      'governance-center.index clear': expect.arrayContaining([CHILD]),
      'governance-center.risk clear': expect.arrayContaining([CHILD]),
    });
  });

  test('records only ASKED for a class that is silent about a fact of the record, even for the police, who see it', async () => {
    const query = (id: string) => `{ child(id: "${id}") { household { address } } }`;
    for (const id of [CHILD, childIdOf(STORY.protectedAddress)]) {
      const reference = await assessmentOf(id, 'county-case-worker');
      expect(await looks(query(id), { as: 'county-case-worker', reference })).toEqual({
        'governance-center.index clear': [id],
        'public-security.household clear': [id],
        'public-security.address asked': [id],
      });
      expect(await looks(query(id), { as: 'police-officer', purpose: 'OWN_DUTY' })).toEqual({
        'governance-center.index clear': [id],
        'public-security.household clear': [id],
        'public-security.address asked': [id],
      });
    }
  });

  test('is the same whether or not there is data', async () => {
    const query = (id: string) =>
      `{ child(id: "${id}") { familyComplaints { kind reporter } guardianship { temporary { placement } } } }`;
    const as = { as: 'womens-federation-officer', purpose: 'OWN_DUTY' };
    const someone = await looks(query(FULL_CHILD.id), as);
    expect(someone).toEqual({
      'governance-center.index clear': [FULL_CHILD.id],
      'womens-federation.family-complaint clear': [FULL_CHILD.id],
      'womens-federation.reporter clear': [FULL_CHILD.id],
      'civil-affairs.guardianship refused': [FULL_CHILD.id],
    });
    const nobody = await looks(query(CHILD), as);
    expect(Object.keys(nobody)).toEqual(Object.keys(someone));
  });

  test('contains no value of a record', async () => {
    const values = new Set<string>();
    for (const as of ['county-case-worker', 'police-officer', 'womens-federation-officer', 'civil-affairs-officer']) {
      const access =
        as === 'county-case-worker' ? { reference: await assessmentOf(FULL_CHILD.id, as) } : { purpose: 'OWN_DUTY' };
      const reply = await system.ask(EVERYTHING, { as, ...access, variables: { id: FULL_CHILD.id } });
      const written = JSON.stringify(await entryOf(reply));
      for (const value of leaves(reply.body.data)) values.add(value);
      for (const value of [...values, STORY.leftBehind]) {
        // Enum values of the schema are not values of a record, and short texts can occur anywhere.
        if (/[^\x20-\x7e]/.test(value) || /\d{4}/.test(value)) expect(written).not.toContain(value);
      }
    }
    expect(values.size).toBeGreaterThan(40);
  });

  test('is written even if an agency answers with the gateway’s error codes for the ledger', async () => {
    const undo = wrapAgency(system, 'education', (handle) => async (request) => {
      const answer = await handle(request);
      const errors = [{ message: 'x', extensions: { code: 'LEDGER_UNAVAILABLE' } }];
      return { ...answer, body: { ...answer.body, errors } };
    });
    try {
      const reply = await system.ask(`{ child(id: "${CHILD}") { id enrolment { school } } }`);
      expect(looksOf(await entryOf(reply))).toEqual({
        'governance-center.index clear': [CHILD],
        'education.schooling clear': [CHILD],
        'education.school-place asked': [CHILD],
      });
    } finally {
      undo();
    }
  });

  test.each([
    [
      'a class of another agency',
      { looks: [{ dataClass: 'civil-affairs.welfare', answer: 'clear', children: 'all' }], places: [] },
    ],
    ['a word of what it holds', { looks: [], places: [], children: ['林小溪'] }],
    [
      'a child that is not there',
      { looks: [{ dataClass: 'education.schooling', answer: 'clear', children: [7] }], places: [] },
    ],
    ['nothing that it can be', { looks: 'all' }],
    ['nothing', undefined],
  ])('has nothing from an agency that reports %s, which counts as unavailable', async (_, looks) => {
    const undo = wrapAgency(system, 'education', (handle) => async (request) => {
      const answer = await handle(request);
      return { ...answer, body: { ...answer.body, extensions: { looks: looks as AccessTrace } } };
    });
    try {
      const reply = await system.ask(`{ child(id: "${CHILD}") { id enrolment { school } } }`);
      expect(reply.body.errors).toMatchObject([{ extensions: { code: 'AGENCY_UNAVAILABLE' } }]);
      expect(looksOf(await entryOf(reply))).toEqual({
        'governance-center.index clear': [CHILD],
        'education.schooling unavailable': [CHILD],
        'education.school-place unavailable': [CHILD],
      });
    } finally {
      undo();
    }
  });

  test('names the agency that did not answer', async () => {
    const undo = wrapAgency(system, 'education', () => () => Promise.reject(new Error('down')));
    try {
      const reply = await system.ask(`{ child(id: "${CHILD}") { id enrolment { school } } }`);
      const entry = await entryOf(reply);
      expect(looksOf(entry)).toEqual({
        'governance-center.index clear': [CHILD],
        'education.schooling unavailable': [CHILD],
        'education.school-place unavailable': [CHILD],
      });
      expect(entry.outcome).toEqual({ status: 200, codes: ['AGENCY_UNAVAILABLE'] });
    } finally {
      undo();
    }
  });
});

describe('refused requests are recorded, too', () => {
  const QUERY = `{ child(id: "${CHILD}") { id } }`;

  test.each<readonly [string, () => Promise<Reply>, number, string, string]>([
    ['no purpose', () => system.ask(QUERY, { purpose: null }), 400, 'ACCESS_PURPOSE_REQUIRED', 'town-case-worker'],
    [
      'no reference',
      () => system.ask(QUERY, { purpose: 'CASE_HANDLING' }),
      400,
      'ACCESS_REFERENCE_REQUIRED',
      'town-case-worker',
    ],
    [
      "somebody else's reference",
      () => system.ask(QUERY, { purpose: 'CASE_HANDLING', reference: 'case/00000000-0000-4000-8000-000000000000' }),
      403,
      'ACCESS_REFERENCE_REFUSED',
      'town-case-worker',
    ],
    ['no operation', () => system.ask(undefined as never), 400, 'BAD_REQUEST', 'town-case-worker'],
    ['no GraphQL', () => system.ask('{ child('), 400, 'GRAPHQL_PARSE_FAILED', 'town-case-worker'],
    ['no such field', () => system.ask('{ nothing }'), 400, 'GRAPHQL_VALIDATION_FAILED', 'town-case-worker'],
    [
      'introspection',
      () => system.ask('{ __schema { types { name } } }'),
      403,
      'INTROSPECTION_REFUSED',
      'town-case-worker',
    ],
    [
      'no JSON',
      () =>
        system.post('{', {
          authorization: `Bearer ${system.identityProvider.token('town-case-worker')}`,
          'access-purpose': 'STATISTICS',
        }),
      400,
      'BAD_REQUEST',
      'town-case-worker',
    ],
  ])('%s', async (_, send, status, code, caller) => {
    const reply = await send();
    expect(reply.status).toBe(status);
    const entry = await entryOf(reply);
    expect(entry.outcome).toEqual({ status, codes: [code] });
    expect(entry.caller?.id).toBe(caller);
    expect(entry.children).toEqual([]);
  });

  test('the entry of a rejected operation has the requested children', async () => {
    const rejecting = await startSystem({ accessMode: 'reject' });
    try {
      const reply = await rejecting.ask(`{ child(id: "${CHILD}") { policeIncidents { type } } }`);
      expect(reply.status).toBe(403);
      const [entry] = await rejecting.entries(reply.headers.get('x-request-id'));
      expect(looksOf(entry as LedgerEntry)).toEqual({ 'public-security.incident refused': [CHILD] });
    } finally {
      await rejecting.close();
    }
  });

  test('every answer has the request id of its entry', async () => {
    const before = (await system.entries()).length;
    const replies = await Promise.all(Array.from({ length: 20 }, () => system.ask(QUERY)));
    const after = await system.entries();
    expect(
      after
        .slice(before)
        .map(({ requestId }) => requestId)
        .sort(),
    ).toEqual(replies.map(({ headers }) => headers.get('x-request-id')).sort());
  });
});

describe('a mutation', () => {
  const REPORT = `mutation ($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }`;
  const INPUT = { channel: '网格摸排', situation: '其他', facts: '甲', region: '990101001', child: CHILD };
  const report = (as: string, purpose: string) =>
    system.ask(REPORT, { as, purpose, variables: { input: { idempotencyKey: 'recorded-1', ...INPUT } } });

  test('that is refused has both entries, with the child', async () => {
    const reply = await report('supervisor', 'SUPERVISION');
    const [begun, ended] = await entriesOf(reply);
    // The first entry names the child, whatever happens afterwards.
    expect(begun).toMatchObject({ stage: 'begun', outcome: null, operation: { kind: 'mutation' }, children: [CHILD] });
    expect(ended?.stage).toBe('ended');
    const answers = (ended?.looks ?? []).map(({ dataClass, answer }): [string, RecordedOutcome] => [dataClass, answer]);
    expect(answers).toEqual([['governance-center.intake', 'refused']]);
    expect(ended?.children).toEqual([CHILD]);
  });

  test('that is carried out has both entries, the second with what was written, and about whom', async () => {
    const work = await startCaseWork('recorded_access');
    try {
      const { headers, body } = await work.act('reportClue', INPUT, {
        as: 'town-case-worker',
        purpose: 'MANDATORY_REPORT',
      });
      expect(body.errors).toBeUndefined();
      const [begun, ended, ...others] = await work.system.entries(headers.get('x-request-id'));
      expect(begun).toMatchObject({ stage: 'begun', outcome: null, children: [CHILD], looks: [] });
      expect(ended).toMatchObject({ stage: 'ended', outcome: { status: 200 }, children: [CHILD] });
      expect(looksOf(ended as LedgerEntry)['governance-center.intake written']).toEqual([CHILD]);
      expect(others).toEqual([]);
    } finally {
      await work.close();
    }
  });
});

/** Texts and numbers of an answer, as strings. */
function leaves(value: unknown): string[] {
  if (value === null || value === undefined || typeof value === 'boolean') return [];
  if (typeof value === 'object')
    return Object.entries(value).flatMap(([key, one]) => (key === 'id' ? [] : leaves(one)));
  return [String(value)];
}
