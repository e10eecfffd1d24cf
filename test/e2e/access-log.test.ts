import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { enumName } from '../../shared/domain/agencies';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import { connectLedgerReader, refuseOtherThanLedgerReader } from '../../shared/subgraph/rows/ledger-reader';
import { adminUrl, childIdOf, STORY } from '../support/databases';
import { childNumber, entryOf, firstVersionOf, recordIn } from '../support/ledger';
import { LEFT_BEHIND_ASSESSMENT } from '../support/references';
import { type AskOptions, startSystem, type TestSystem } from '../support/system';

// The access log for auditors and officers.

const CHILD = childIdOf(STORY.leftBehind);
const NEIGHBOUR = childIdOf(STORY.neighbour);
const NOBODY = childNumber(0);
const AUDITOR = { as: 'auditor', purpose: 'ACCESS_AUDIT' } as const;
const officer = (as: string) => ({ as, purpose: 'OWN_DUTY' }) as const;

/** A Monday. */
const DAY = '2024-03-04';
const SUNDAY = new Date('2024-03-03T10:00:00+08:00');
const REASON = '孩子失联，需立即寻找下落';
const [A, B] = [childNumber(1), childNumber(2)];

const look = (agency: string, children: readonly number[] | 'all', answer = 'clear') =>
  ({ agency, dataClass: `${agency}.some`, answer, children }) as LedgerEntry['looks'][number];
const by = (id: string, region: string, agency = 'governance-center') =>
  ({ id, agency, roles: ['case-worker'], region }) as LedgerEntry['caller'];
const made = (changes: Partial<LedgerEntry>): LedgerEntry =>
  entryOf({ requestId: randomUUID(), children: [], looks: [], ...changes });

/** The ledger's entries of that day, in order, one hour apart. */
const ENTRIES = {
  here: made({
    caller: by('here', '990101001'),
    children: [A, B],
    looks: [look('education', [0]), look('public-security', [1])],
  }),
  // The child lives in the officers' county; nobody knows the other.
  elsewhere: made({
    caller: by('elsewhere', '880101'),
    children: [CHILD, A],
    looks: [look('civil-affairs', [1]), look('education', [0])],
  }),
  // In the first version of the format, which is shown like the current one.
  ofOther: firstVersionOf({
    caller: by('of-other', '880101'),
    children: [CHILD],
    looks: [look('public-security', 'all')],
  }),
  neighbourly: made({
    caller: by('neighbourly', '990102', 'education'),
    children: [NEIGHBOUR],
    looks: [look('education', 'all', 'masked')],
    purpose: 'VISIT',
  }),
  refused: made({
    caller: by('refused', '990101'),
    outcome: { status: 403, codes: ['ACCESS_REFERENCE_REFUSED'] },
  }),
  denied: made({
    caller: by('denied', '990101'),
    children: [A, B],
    looks: [look('public-security', [1], 'refused'), look('education', [1])],
  }),
  unknown: made({ caller: null, outcome: { status: 401, codes: ['UNAUTHENTICATED'] } }),
  begun: made({ stage: 'begun', caller: by('acting', '990101'), outcome: null }),
  emergency: made({
    caller: by('hurried', '990101001'),
    purpose: 'EMERGENCY',
    children: [A],
    looks: [look('education', 'all')],
    emergency: { reason: REASON, uses: ['use-1'] },
  }),
};

const NEXT_DAY = '2024-03-05';
const lookup = (caller: string, missed: readonly string[]) =>
  made({
    caller: by(caller, '990101001'),
    looks: [{ ...look('governance-center', 'all', 'refused'), dataClass: 'governance-center.lookup' }],
    lookups: { asked: 1, missed },
  });
/** Lookups by ID number on the next day. */
const LOOKUPS = [
  ...[A, B].map((digest) => lookup('missing', [digest])),
  lookup('missing', []),
  lookup('once', [A]),
  ...Array.from({ length: 3 }, () => lookup('finding', [])),
];
const NAMES = new Map(Object.entries(ENTRIES).map(([name, { requestId }]) => [requestId, name]));
const TIMES = Object.keys(ENTRIES).map((_, index) => new Date(Date.parse(`${DAY}T12:00:00+08:00`) + index * 3_600_000));
let system: TestSystem;
beforeAll(async () => {
  // A ledger's time never goes back, so old entries come first.
  let now = SUNDAY;
  const directory = mkdtempSync(join(tmpdir(), 'access-log-'));
  const file = join(directory, 'practices.yaml');
  writeFileSync(file, practices());
  system = await startSystem({ clock: () => now, environment: { PRACTICES_FILE: file } });
  rmSync(directory, { recursive: true });
  const sunday = made({ caller: by('sunday', '990101'), children: [A], looks: [look('education', 'all')] });
  for (const [entry, at] of [
    [sunday, SUNDAY],
    ...Object.values(ENTRIES).map((entry, index) => [entry, TIMES[index]]),
    ...LOOKUPS.map((entry) => [entry, new Date(`${NEXT_DAY}T10:00:00+08:00`)]),
  ]) {
    now = at as Date;
    await recordIn(system.ledgerDatabase, [entry as LedgerEntry], () => now);
  }
  now = new Date();
});
afterAll(() => system.close());

/** The project's practices with low thresholds: two children, one refusal, and working hours until 18:00, or 14:00. */
function practices(): string {
  const own = readFileSync(join(PROJECT, 'subgraphs/governance-center/procedures/practices.yaml'), 'utf8');
  const audit = (hours: string) =>
    `audit: { manyChildren: 2, refusals: 1, lookups: 3, missedLookups: 2, hours: [${hours}] }`;
  return own
    .replace(/audit: {.*}/, audit('8, 18'))
    .replace("region: '990102'", (region) => `${region}\n    ${audit('8, 14')}`);
}

interface Look {
  readonly agency: string;
  readonly dataClass: string;
  readonly answer: string;
  readonly children: readonly string[];
}

interface Access {
  readonly requestId: string;
  readonly looks: readonly Look[];
  readonly [field: string]: unknown;
}

const FOR_ALL = 'requestId at stage caller agency roles region rulesVersion looks { agency dataClass answer children }';
const DETAIL =
  'sequence purpose reference approvedBy operationKind operationName operationHash emergencyReason emergencyUses status codes';

/** @param filter GraphQL arguments. */
async function log(filter: string, options: AskOptions, fields = FOR_ALL) {
  const { status, body } = await system.ask(
    `{ accessLog(${filter || 'first: 200'}) { totalCount pageInfo { hasNextPage endCursor } edges { cursor } nodes { ${fields} } } }`,
    options,
  );
  return {
    status,
    errors: body.errors,
    page: body.data?.accessLog,
    nodes: (body.data?.accessLog.nodes ?? []) as Access[],
  };
}

async function ask(query: string, options: AskOptions = {}): Promise<string> {
  const { headers } = await system.ask(query, options);
  return headers.get('x-request-id') ?? '';
}

const of = (nodes: readonly Access[], requestId: string): Access | undefined =>
  nodes.find((node) => node.requestId === requestId);

describe('one request about two agencies', () => {
  let requestId: string;
  beforeAll(async () => {
    requestId = await ask(
      `query Look($id: ID!) { child(id: $id) { identity { fullName } enrolment { school } policeIncidents { type } welfare { reason } } }`,
      { variables: { id: CHILD } },
    );
  });

  test('is shown whole to an auditor', async () => {
    const { nodes, errors } = await log(`child: "${CHILD}"`, AUDITOR, `${FOR_ALL} ${DETAIL}`);
    const [entry] = await system.entries(requestId);
    expect(errors).toBeUndefined();
    expect(of(nodes, requestId)).toEqual({
      requestId,
      at: expect.any(String),
      stage: 'ENDED',
      caller: 'town-case-worker',
      agency: 'GOVERNANCE_CENTER',
      roles: ['case-worker'],
      region: '990101001',
      purpose: 'RISK_ASSESSMENT',
      rulesVersion: entry?.rules,
      looks: entry?.looks.map(({ agency, dataClass, answer }) => ({
        agency: enumName(agency),
        dataClass,
        answer: answer.toUpperCase(),
        children: [CHILD],
      })),
      sequence: expect.stringMatching(/^\d+$/),
      reference: LEFT_BEHIND_ASSESSMENT,
      approvedBy: 'centre-head',
      operationKind: 'QUERY',
      operationName: 'Look',
      operationHash: entry?.operation.hash,
      emergencyReason: null,
      emergencyUses: [],
      status: 200,
      codes: ['UNAUTHORIZED_FIELD_OR_TYPE'],
    });
    const classes = of(nodes, requestId)?.looks.map(({ dataClass, answer }) => `${dataClass} ${answer}`);
    expect(classes).toEqual(
      expect.arrayContaining([
        'education.schooling CLEAR',
        'public-security.identity CLEAR',
        'public-security.incident REFUSED',
        'civil-affairs.welfare-reason REFUSED',
      ]),
    );
  });

  test.each([
    ['education-officer', 'education'],
    ['police-officer', 'public-security'],
    ['civil-affairs-officer', 'civil-affairs'],
  ])('shows %s only the accesses to the data of %s', async (name, agency) => {
    const { nodes, errors } = await log(`child: "${CHILD}"`, officer(name));
    expect(errors).toBeUndefined();
    const all = (await system.entries(requestId))[0]?.looks ?? [];
    expect(of(nodes, requestId)?.looks.map(({ dataClass }) => dataClass)).toEqual(
      all.filter((look) => look.agency === agency).map(({ dataClass }) => dataClass),
    );
    for (const { looks } of nodes)
      expect(new Set(looks.map((look) => look.agency))).toEqual(new Set([enumName(agency as never)]));
  });

  test('does not exist for an officer of an agency that was not asked', async () => {
    const { nodes, errors } = await log('', officer('prosecutor'));
    expect(errors).toBeUndefined();
    expect(of(nodes, requestId)).toBeUndefined();
  });

  test('tells officers nothing about accesses to other agencies’ data', async () => {
    const { nodes, errors } = await log('first: 5', officer('education-officer'), `requestId ${DETAIL}`);
    expect(nodes.length).toBeGreaterThan(0);
    for (const { requestId: _, ...detail } of nodes) {
      expect(Object.values(detail).filter((value) => value !== null && !Array.isArray(value))).toEqual([]);
      expect(Object.values(detail).flat().filter(Boolean)).toEqual([]);
    }
    const classes = new Set(
      errors.map(({ extensions }: { extensions: { dataClass: string } }) => extensions.dataClass),
    );
    expect([...classes]).toEqual(['governance-center.access-detail']);
  });
});

test.each([
  ['town-case-worker', 'RISK_ASSESSMENT'],
  ['town-case-worker', 'ACCESS_AUDIT'],
  ['child-director', 'OWN_DUTY'],
  ['supervisor', 'SUPERVISION'],
  ['education-developer', 'OWN_DUTY'],
  ['auditor', 'OWN_DUTY'],
  ['auditor', 'SUPERVISION'],
  ['education-officer', 'ACCESS_AUDIT'],
  ['education-officer', 'MANDATORY_REPORT'],
])('%s for %s is refused', async (as, purpose) => {
  const { body } = await system.ask(
    '{ accessLog(first: 0, child: "x") { totalCount nodes { requestId } } accessDigest(day: "2026-01-05", region: "x") { day } }',
    { as, purpose },
  );
  expect(body.data).toEqual({ accessLog: { totalCount: 0, nodes: [] }, accessDigest: null });
  const refused = body.errors.map(({ path, extensions }: { path: string[]; extensions: { dataClass: string } }) => [
    path[0],
    extensions.dataClass,
  ]);
  expect(refused).toEqual(
    expect.arrayContaining([
      ['accessLog', 'governance-center.access-log'],
      ['accessDigest', 'governance-center.access-log'],
    ]),
  );
});

test('reading the access log is recorded, with the child it was filtered by', async () => {
  const read = await ask(`{ accessLog(child: "${CHILD}", first: 1) { nodes { requestId } } }`, AUDITOR);
  const nothing = await ask(`{ accessLog(child: "${NOBODY}") { nodes { requestId } } }`, officer('education-officer'));
  const refused = await ask(`{ accessLog(child: "${CHILD}") { nodes { requestId } } }`);
  const look = (answer: string) => ({
    agency: 'governance-center',
    dataClass: 'governance-center.access-log',
    answer,
    children: 'all',
  });
  expect(await system.entries(read)).toMatchObject([{ children: [CHILD], looks: [look('clear')] }]);
  expect(await system.entries(nothing)).toMatchObject([{ children: [NOBODY], looks: [look('clear')] }]);
  expect(await system.entries(refused)).toMatchObject([{ children: [CHILD], looks: [look('refused')] }]);
  const { nodes } = await log(`child: "${CHILD}", dataOf: GOVERNANCE_CENTER`, AUDITOR);
  expect(of(nodes, read)?.looks).toEqual([
    { agency: 'GOVERNANCE_CENTER', dataClass: 'governance-center.access-log', answer: 'CLEAR', children: [CHILD] },
  ]);
});

describe('entries that were recorded earlier', () => {
  const WITHIN = `from: "${DAY}T00:00:00+08:00", to: "${DAY}T22:00:00+08:00"`;

  /** Names of the entries that are shown, newest first. */
  const shown = async (filter: string, options: AskOptions) => {
    const { nodes, page, errors } = await log(`${WITHIN}, first: 200, ${filter}`, options, 'requestId');
    expect(errors).toBeUndefined();
    expect(page.totalCount).toBe(nodes.length);
    return nodes.map(({ requestId }) => NAMES.get(requestId));
  };

  test.each<[string, AskOptions, string[]]>([
    ['', AUDITOR, ['emergency', 'begun', 'denied', 'refused', 'neighbourly', 'here']],
    ['caller: "here"', AUDITOR, ['here']],
    ['caller: "nobody"', AUDITOR, []],
    ['agency: EDUCATION', AUDITOR, ['neighbourly']],
    ['dataOf: EDUCATION', AUDITOR, ['emergency', 'denied', 'neighbourly', 'here']],
    ['dataOf: PROCURATORATE', AUDITOR, []],
    ['purpose: EMERGENCY', AUDITOR, ['emergency']],
    ['purpose: VISIT, agency: GOVERNANCE_CENTER', AUDITOR, []],
    // Accesses by officers of the auditor's region, or to a child who lives there.
    [`child: "${CHILD}"`, AUDITOR, ['ofOther', 'elsewhere']],
    [`child: "${CHILD}", dataOf: EDUCATION`, AUDITOR, ['elsewhere']],
    [`child: "${CHILD}", dataOf: CIVIL_AFFAIRS`, AUDITOR, []],
    [`child: "${A}"`, AUDITOR, ['emergency', 'here']],
    [`child: "${A}", dataOf: PUBLIC_SECURITY`, AUDITOR, []],
    [`child: "${NEIGHBOUR}"`, AUDITOR, ['neighbourly']],
    // An agency's officers see accesses to its data by officers of their own region.
    ['', officer('education-officer'), ['emergency', 'denied', 'here']],
    ['', officer('police-officer'), ['denied', 'here']],
    ['', officer('prosecutor'), []],
    ['agency: EDUCATION', officer('education-officer'), []],
    [`child: "${CHILD}"`, officer('education-officer'), ['elsewhere']],
    [`child: "${CHILD}"`, officer('police-officer'), ['ofOther']],
    [`child: "${NEIGHBOUR}"`, officer('education-officer'), []],
    // Accesses to another agency's data stay hidden, whatever else the request contains.
    [`child: "${B}"`, officer('education-officer'), ['denied']],
    [`child: "${B}"`, officer('police-officer'), ['denied', 'here']],
    [`child: "${A}"`, officer('police-officer'), []],
    [`child: "${CHILD}"`, officer('civil-affairs-officer'), []],
    ['dataOf: PUBLIC_SECURITY', officer('education-officer'), []],
    [`dataOf: EDUCATION, child: "${A}"`, officer('education-officer'), ['emergency', 'here']],
  ])('(%s) as %j returns %j', async (filter, options, names) => {
    expect(await shown(filter, options)).toEqual(names);
  });

  test('a period includes its first instant and excludes its last', async () => {
    const span = (from: Date, to: Date) =>
      log(`from: "${from.toISOString()}", to: "${to.toISOString()}"`, AUDITOR, 'requestId');
    const [first, , , fourth] = TIMES as [Date, Date, Date, Date];
    const { nodes } = await span(first, fourth);
    expect(nodes.map(({ requestId }) => NAMES.get(requestId))).toEqual(['here']);
    expect((await span(fourth, fourth)).nodes).toEqual([]);
  });

  test('an entry shows only the accesses that match the filter', async () => {
    const looks = async (filter: string, options: AskOptions) => {
      const { nodes } = await log(`${WITHIN}, caller: "here" ${filter}`, options, 'looks { agency ofAll children }');
      return nodes.flatMap((node) => node.looks);
    };
    const ofEducation = { agency: 'EDUCATION', ofAll: true, children: [A] };
    const ofPolice = { agency: 'PUBLIC_SECURITY', ofAll: true, children: [B] };
    expect(await looks('', AUDITOR)).toEqual([ofEducation, ofPolice].map((look) => ({ ...look, ofAll: false })));
    expect(await looks(`, child: "${A}"`, AUDITOR)).toEqual([ofEducation]);
    expect(await looks(', dataOf: PUBLIC_SECURITY', AUDITOR)).toEqual([ofPolice]);
    // An officer does not learn from `ofAll` that the request was about other children.
    expect(await looks('', officer('education-officer'))).toEqual([ofEducation]);
    expect(await looks('', officer('police-officer'))).toEqual([ofPolice]);
  });

  test('an officer cannot filter by purpose, which could reveal that a child has a case or meeting', async () => {
    const refused = await log(`${WITHIN}, purpose: EMERGENCY`, officer('education-officer'), 'requestId');
    const vain = await log(`${WITHIN}, purpose: VISIT`, officer('education-officer'), 'requestId');
    expect(refused).toEqual(vain);
    expect(refused.nodes).toEqual([]);
    expect(refused.page.totalCount).toBe(0);
    expect(refused.errors.map(({ extensions }: { extensions: object }) => extensions)).toEqual([
      expect.objectContaining({ coordinate: 'AccessLogEntry.purpose', dataClass: 'governance-center.access-detail' }),
    ]);
  });

  test('only auditors see the reason of an emergency', async () => {
    const of = async (options: AskOptions) =>
      (await log(`${WITHIN}, caller: "hurried"`, options, 'purpose emergencyReason emergencyUses')).nodes;
    expect(await of(AUDITOR)).toEqual([{ purpose: 'EMERGENCY', emergencyReason: REASON, emergencyUses: ['use-1'] }]);
    expect(await of(officer('education-officer'))).toEqual([
      { purpose: null, emergencyReason: null, emergencyUses: [] },
    ]);
  });

  test('a cursor shows an officer no entry number of the ledger', async () => {
    const { page } = await log(`${WITHIN}, first: 1`, officer('education-officer'), 'requestId');
    const parts = JSON.parse(Buffer.from(page.pageInfo.endCursor, 'base64url').toString());
    expect(parts).toEqual([expect.stringMatching(/^2024-03-04T/), ENTRIES.emergency.requestId, 'ended']);
  });

  describe('the daily digest', () => {
    const digest = async (options: AskOptions, region = '', day = DAY) => {
      const { body } = await system.ask(
        `{ accessDigest(day: "${day}" ${region && `, region: "${region}"`}) { day region complete findings { kind caller agency requests children firstAt lastAt } } }`,
        options,
      );
      return body;
    };
    const findings = async (...args: Parameters<typeof digest>) => (await digest(...args)).data.accessDigest.findings;
    const finding = (kind: string, name: keyof typeof ENTRIES, children: number, rest: object = {}) => {
      const { caller } = ENTRIES[name];
      const at = TIMES[Object.keys(ENTRIES).indexOf(name)]?.toISOString();
      const found = {
        kind,
        caller: caller?.id,
        agency: enumName(caller?.agency ?? 'education'),
        requests: 1,
        children,
      };
      return { ...found, firstAt: at, lastAt: at, ...rest };
    };

    test('shows an auditor unusual accesses by the region’s practice', async () => {
      const { data } = await digest(AUDITOR);
      expect(data.accessDigest).toEqual({
        day: DAY,
        region: '9901',
        complete: true,
        findings: [
          finding('MANY_CHILDREN', 'here', 2),
          finding('BREAK_GLASS', 'emergency', 1),
          finding('OFF_HOURS', 'emergency', 1),
          finding('REFUSALS', 'denied', 1),
          finding('REFUSALS', 'refused', 0),
        ],
      });
      expect(await findings(AUDITOR, '990102')).toEqual([finding('OFF_HOURS', 'neighbourly', 1)]);
    });

    test('shows auditors and the register’s agency who looked up many ID numbers, and who missed many', async () => {
      const seen = async (options: AskOptions) =>
        (await findings(options, '990101', NEXT_DAY))
          .filter(({ kind }: { kind: string }) => kind.endsWith('LOOKUPS'))
          .map(({ kind, caller, requests }: Record<string, unknown>) => [kind, caller, requests]);
      expect(await seen(AUDITOR)).toEqual([
        ['LOOKUPS', 'finding', 3],
        ['LOOKUPS', 'missing', 3],
        ['MISSED_LOOKUPS', 'missing', 2],
      ]);
      expect(await seen(officer('education-officer'))).toEqual([]);
    });

    test('shows auditors alone what each officer looked up, however little, beside what was allowed', async () => {
      const query = `{ accessDigest(day: "${NEXT_DAY}", region: "990101") {
        counts { caller agency purpose number missed allowed released } } }`;
      const { body } = await system.ask(query, AUDITOR);
      const of = (caller: string, number: number, missed: number) => ({
        caller,
        agency: 'GOVERNANCE_CENTER',
        purpose: 'LOOKUP',
        number,
        missed,
        allowed: 40,
        released: 0,
      });
      expect(body.data.accessDigest.counts).toEqual([of('finding', 3, 0), of('missing', 3, 2), of('once', 1, 1)]);
      const refused = await system.ask(query, officer('education-officer'));
      expect(refused.body.errors[0].extensions).toMatchObject({
        code: 'UNAUTHORIZED_FIELD_OR_TYPE',
        dataClass: 'governance-center.opening',
      });
    });

    test('shows an officer unusual accesses to their own agency’s data', async () => {
      expect(await findings(officer('education-officer'))).toEqual([finding('OFF_HOURS', 'emergency', 1)]);
      expect(await findings(officer('police-officer'))).toEqual([finding('REFUSALS', 'denied', 1)]);
    });

    test('lists every access on a day off', async () => {
      expect(await findings(AUDITOR, '', '2024-03-03')).toEqual([
        {
          ...finding('OFF_HOURS', 'here', 1),
          caller: 'sunday',
          ...{ firstAt: SUNDAY.toISOString(), lastAt: SUNDAY.toISOString() },
        },
      ]);
    });

    test('is refused for another region, and for a code that is no region', async () => {
      expect((await digest(AUDITOR, '99')).errors).toMatchObject([
        { path: ['accessDigest'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
      ]);
      expect((await digest(officer('education-officer'), '990102')).errors).toMatchObject([
        { path: ['accessDigest'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } },
      ]);
      expect((await digest(AUDITOR, '990')).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', argument: 'region' } },
      ]);
      expect((await digest(AUDITOR, '990199')).errors).toMatchObject([
        { extensions: { code: 'CODE_UNKNOWN', argument: 'region' } },
      ]);
      expect((await digest(AUDITOR, '', '2024-02-30')).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    });
  });
});

describe('pages', () => {
  const walk = async (options: AskOptions, filter: string, between: () => Promise<unknown>) => {
    const found: string[] = [];
    for (let after = ''; ; ) {
      const { page, nodes, errors } = await log(`first: 2, ${filter} ${after}`, options, 'requestId');
      expect(errors).toBeUndefined();
      found.push(...nodes.map(({ requestId }) => requestId));
      if (!page.pageInfo.hasNextPage) return found;
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1).cursor);
      after = `, after: "${page.pageInfo.endCursor}"`;
      await between();
    }
  };
  const LOOK = `{ child(id: "${CHILD}") { enrolment { school } } }`;

  test.each([
    ['an auditor', AUDITOR],
    ['an officer', officer('education-officer')],
  ])('of %s stay stable while new entries are written', async (_, options) => {
    const requests: string[] = [];
    for (let count = 0; count < 5; count += 1) requests.push(await ask(LOOK));
    const { nodes } = await log(`first: 200, child: "${CHILD}"`, options, 'requestId');
    const before = nodes.map(({ requestId }) => requestId);
    expect(before.slice(0, 5)).toEqual(requests.reverse());
    const walked = await walk(options, `child: "${CHILD}"`, () => ask(LOOK));
    // Entries written during paging come before the first page, or at its start.
    expect(walked.slice(-before.length)).toEqual(before);
    expect(new Set(walked).size).toBe(walked.length);
  });

  const REFUSED = 'The cursor does not belong to this list.';
  const cursor = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  test.each<[string, string, string]>([
    ['first: 0', 'first', '"first" must be between 1 and 200.'],
    ['first: 201', 'first', '"first" must be at most 200.'],
    ['child: "990101"', 'child', "This is not a child's id."],
    [`from: "${DAY}T01:00:00Z", to: "${DAY}T00:00:00Z"`, 'to', '"from" must not be after "to".'],
    ['after: "x"', 'after', REFUSED],
    [`after: "${cursor([CHILD, CHILD])}"`, 'after', REFUSED],
    [`after: "${cursor([`${DAY}T00:00:00Z`, randomUUID()])}"`, 'after', REFUSED],
    [`after: "${cursor([`${DAY}T00:00:00Z`, randomUUID(), 'ended'])}"`, 'after', REFUSED],
    [`after: "${cursor([`${DAY}T00:00:00Z`, "' or true --", 'ended'])}"`, 'after', REFUSED],
  ])('%s is bad input', async (filter, argument, message) => {
    const { errors } = await log(filter, AUDITOR);
    expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT', argument } }]);
  });

  test.each(['agency: NOBODY', 'purpose: CURIOSITY', 'from: "yesterday"'])('%s is refused', async (filter) => {
    const { errors } = await log(filter, AUDITOR);
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0].extensions.code);
  });
});

test('the role that reads the ledger can do nothing else', async () => {
  const refusedAs = async (url: string) => {
    const ledger = connectLedgerReader(url);
    return refuseOtherThanLedgerReader(ledger)
      .then(
        () => undefined,
        ({ message }: Error) => message,
      )
      .finally(() => ledger.destroy());
  };
  const { ownerUrl = '', writerUrl, readerUrl } = system.ledgerDatabase;
  const superuser = new URL(adminUrl());
  superuser.pathname = new URL(readerUrl).pathname;
  const tooMuch = 'The reader role of the ledger can do more than read its view: refused.';
  const tooLittle = 'The ledger has not been migrated, or its reader role cannot read it.';
  expect(await refusedAs(readerUrl)).toBeUndefined();
  expect(await refusedAs(ownerUrl)).toBe(tooMuch);
  expect(await refusedAs(superuser.toString())).toBe(tooMuch);
  expect(await refusedAs(writerUrl)).toBe(tooLittle);
  expect(await refusedAs(adminUrl())).toBe(tooLittle);
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  const role = roleOf(readerUrl);
  for (const right of ['usage on schema ledger', 'insert on exposed.access_entry', 'create on schema exposed']) {
    await owner.raw(`grant ${right} to "${role}"`);
    expect([right, await refusedAs(readerUrl)]).toEqual([right, tooMuch]);
    await owner.raw(`revoke ${right} from "${role}"`);
  }
  expect(await refusedAs(readerUrl)).toBeUndefined();
  await owner.destroy();
});
