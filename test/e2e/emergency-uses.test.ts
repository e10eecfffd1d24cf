import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { Environment } from '../../shared/config/environment';
import { connect } from '../../shared/db/connect';
import type { Caller } from '../../shared/domain/caller';
import { childIds } from '../../shared/domain/child-id';
import { type AccessContext, contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import type { Subgraph, SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import governanceCenter from '../../subgraphs/governance-center';
import { parseDuration } from '../../subgraphs/governance-center/procedures/duration';
import { Practices } from '../../subgraphs/governance-center/procedures/practices';
import { readSettings, type Settings } from '../../subgraphs/governance-center/settings';
import { announceOverdue } from '../../subgraphs/governance-center/webhooks/overdue';
import {
  type CaseWork,
  HOUR_MILLISECONDS,
  operation,
  type PassingTime,
  passingTime,
  startCaseWork,
} from '../support/case-work';
import { childIdOf, STORY, TEST_CHILD_IDS } from '../support/databases';
import type { Reply } from '../support/system';

const MONDAY = new Date('2026-03-02T10:00:00+08:00');
const MINUTE_MILLISECONDS = 60_000;
const COUNTY = '990101';
const REASON = '接报儿童走失，需立即核实身份与住址';

/** The gateway's mutation before it sends an answer for EMERGENCY. */
const USE = `mutation UseBreakGlass($children: [ID!]!, $reason: String!) {
  useEmergency(children: $children, reason: $reason) { id child expiresAt }
}`;

let time: PassingTime;
let work: CaseWork;
let reader: Knex;
let writer: Knex;
let centre: Subgraph;
let settings: Settings;
/** Children of the county, each used once. */
let children: string[];
const neighbour = childIdOf(STORY.neighbour);

const keys = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const sign = contextSigner(keys.privateKey);

beforeAll(async () => {
  time = passingTime(MONDAY);
  work = await startCaseWork('emergency_uses', time.clock);
  reader = connect(work.database.readerUrl, { poolSize: 4, statementTimeout: 0 });
  writer = connect(work.database.writerUrl ?? '', { poolSize: 10, statementTimeout: 0 });
  settings = readSettings(new Environment({}));
  centre = centreOf(settings);
  children = await work.owner('base.child').whereLike('region', `${COUNTY}%`).orderBy('child_id').pluck('child_id');
  await nothingDue(work.owner);
});
afterAll(async () => {
  await Promise.all([reader.destroy(), writer.destroy()]);
  await work.close();
  time.restore();
});

const centreOf = (own: Settings): Subgraph =>
  createSubgraph({
    definition: governanceCenter,
    db: reader,
    work: writer,
    settings: own,
    clock: time.clock,
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: contextVerifier(keys.publicKey, 'governance-center'),
    log: pino({ level: 'silent' }),
  });

async function nothingDue(owner: Knex): Promise<void> {
  await owner('base.case_file').update({ due_at: null });
  await owner('base.task').update({ done_at: MONDAY });
}

let officers = 0;
/** An officer without uses. */
const officer = (rest: Partial<Caller> = {}): Caller => ({
  sub: `officer-${officers++}`,
  name: '专干',
  agency: 'governance-center',
  roles: ['case-worker'],
  region: COUNTY,
  ...rest,
});

const some = (count: number): string[] => children.splice(0, count);
const one = (): string => some(1)[0] ?? '';

interface UseOptions extends Partial<Omit<AccessContext, 'caller'>> {
  readonly reason?: string;
  readonly at?: Subgraph;
}

/** Sends it like the gateway. */
function use(
  caller: Caller,
  ids: readonly string[],
  { reason = REASON, at = centre, ...rest }: UseOptions = {},
): Promise<SubgraphResponse> {
  const context = { caller, purpose: 'EMERGENCY', reference: null, grant: null, reasonGiven: true, ...rest } as const;
  return at.handle({
    authorization: `Bearer ${sign(context, 'governance-center')}`,
    body: { query: USE, variables: { children: ids, reason } },
  });
}

interface Use {
  readonly id: string;
  readonly child: string;
  readonly expiresAt: string;
}

/** @throws if it is refused. */
async function used(caller: Caller, ids: readonly string[], options?: UseOptions): Promise<readonly Use[]> {
  const { body } = await use(caller, ids, options);
  if (body.errors !== undefined || body.extensions !== undefined) throw new Error(JSON.stringify(body));
  return body.data?.useEmergency as readonly Use[];
}

const rowsOf = ({ sub }: Caller) => work.owner('base.emergency_use').where({ officer: sub }).orderBy('opened_at');

const REVIEW_DUE = {
  status: 200,
  body: {
    data: { useEmergency: null },
    errors: [
      {
        message: 'Too many uses of emergency access are waiting for review; a supervisor must close one first.',
        path: ['useEmergency'],
        extensions: { code: 'EMERGENCY_REVIEW_DUE', limit: 2 },
      },
    ],
  },
};

const supervisor = officer({ sub: 'the-supervisor', roles: ['supervisor'], region: '9901' });
const neighbourSupervisor = officer({ sub: 'neighbour-supervisor', roles: ['supervisor'], region: '990102' });

/** Through the gateway. */
const ask = (caller: Caller, purpose: string, query: string, variables: object = {}): Promise<Reply> =>
  work.system.post(JSON.stringify({ query, variables }), {
    authorization: `Bearer ${work.system.identityProvider.token({ ...caller })}`,
    'access-purpose': purpose,
    ...(purpose === 'EMERGENCY' && { 'access-reason': encodeURIComponent(REASON) }),
  });

const USES = `query ($filter: EmergencyUseFilter, $first: Int = 200, $after: String) {
  emergencyUses(filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes {
      id officer agency child region { code } reason openedAt expiresAt reviewDue reviewedAt reviewedBy finding note
    }
  }
}`;

const listed = async (filter: object, caller = supervisor, rest: object = {}) =>
  (await ask(caller, 'SUPERVISION', USES, { filter, ...rest })).body.data.emergencyUses;
const idsListed = async (filter: object, caller?: Caller): Promise<string[]> =>
  (await listed(filter, caller)).nodes.map(({ id }: Use) => id).sort();

const reviewing = (id: string, rest: object = {}) => ({
  input: { use: id, finding: 'JUSTIFIED', note: '情况属实', idempotencyKey: randomUUID(), ...rest },
});
const REVIEW = operation('reviewEmergency', 'id reviewedAt reviewedBy finding note');
const review = (caller: Caller, id: string, rest?: object, purpose = 'SUPERVISION') =>
  ask(caller, purpose, REVIEW, reviewing(id, rest));
const codesOf = ({ body }: Reply) =>
  body.errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code);

describe('a child shown in an emergency is accounted for', () => {
  test('with caller, reason, region, duration and review deadline', async () => {
    const caller = officer({ agency: 'public-security', roles: ['agency-officer'] });
    const child = one();
    const [use, ...others] = await used(caller, [child, child], { reason: `  ${REASON} ` });
    expect(others).toEqual([]);
    expect(use).toEqual({ id: expect.any(String), child, expiresAt: time.from(30 * MINUTE_MILLISECONDS) });
    const { region } = await work.owner('base.child').where({ child_id: child }).first();
    expect(await rowsOf(caller)).toEqual([
      {
        use_id: use?.id,
        officer: caller.sub,
        agency: 'PUBLIC_SECURITY',
        child_id: child,
        region,
        reason: REASON,
        opened_at: time.now(),
        expires_at: new Date(time.from(30 * MINUTE_MILLISECONDS)),
        review_due: new Date(time.from(72 * HOUR_MILLISECONDS)),
        reviewed_at: null,
        reviewed_by: null,
        finding: null,
        note: null,
      },
    ]);
  });

  test('by the same use within half an hour, and by another afterwards', async () => {
    const caller = officer();
    const child = one();
    const [first] = await used(caller, [child]);
    await time.pass(30 * MINUTE_MILLISECONDS - 1);
    expect(await used(caller, [child])).toEqual([first]);
    await time.pass(1);
    const [second] = await used(caller, [child]);
    expect(second).toEqual({ id: expect.any(String), child, expiresAt: time.from(30 * MINUTE_MILLISECONDS) });
    expect(second?.id).not.toBe(first?.id);
    expect(await rowsOf(caller)).toHaveLength(2);
  });

  test('separately for each officer', async () => {
    const child = one();
    const [[first], [second]] = await Promise.all([used(officer(), [child]), used(officer(), [child])]);
    expect(first?.id).not.toBe(second?.id);
  });

  test('but not a child of whom nothing was shown: unknown, of another county, or without a valid id', async () => {
    const caller = officer();
    const nobody = [childIdOf(STORY.nobody), neighbour, 'nobody', STORY.leftBehind, ''];
    expect(await used(caller, nobody)).toEqual([]);
    expect(await used(caller, [])).toEqual([]);
    expect(await rowsOf(caller)).toEqual([]);
    const child = one();
    expect((await used(caller, [...nobody, child])).map((one) => one.child)).toEqual([child]);
    expect(await rowsOf(caller)).toHaveLength(1);
  });
});

describe('no more than two uses of an officer wait for review', () => {
  test('a third opens nothing, and current uses are still answered', async () => {
    const caller = officer();
    const [a, b, c] = some(3) as [string, string, string];
    const uses = [...(await used(caller, [a])), ...(await used(caller, [b]))];
    expect(await use(caller, [c])).toEqual(REVIEW_DUE);
    // Not even the child whose use is current.
    expect(await use(caller, [a, c])).toEqual(REVIEW_DUE);
    expect(await used(caller, [b, a])).toEqual(expect.arrayContaining(uses));
    expect(await rowsOf(caller)).toHaveLength(2);
  });

  test('three children at once are refused together', async () => {
    const caller = officer();
    expect(await use(caller, some(3))).toEqual(REVIEW_DUE);
    expect(await rowsOf(caller)).toEqual([]);
    expect(await used(caller, some(2))).toHaveLength(2);
  });

  test('whether the uses are current or not', async () => {
    const caller = officer();
    const [a, b] = some(2) as [string, string];
    await used(caller, [a, b]);
    await time.pass(HOUR_MILLISECONDS);
    expect(await use(caller, [a])).toEqual(REVIEW_DUE);
    expect(await rowsOf(caller)).toHaveLength(2);
  });

  test('of ten simultaneous children, two are shown', async () => {
    const caller = officer();
    const answers = await Promise.all(some(10).map((child) => use(caller, [child])));
    const refused = answers.filter(({ body }) => body.errors !== undefined);
    for (const answer of refused) expect(answer).toEqual(REVIEW_DUE);
    expect([refused.length, (await rowsOf(caller)).length]).toEqual([8, 2]);
  });

  test('ten simultaneous requests for one child are one use', async () => {
    const caller = officer();
    const child = one();
    const uses = await Promise.all(Array.from({ length: 10 }, () => used(caller, [child])));
    expect(new Set(uses.flat().map(({ id }) => id)).size).toBe(1);
    expect(await rowsOf(caller)).toHaveLength(1);
  });

  test('by the practice in force: the officer’s region sets the number, the child’s region the duration', async () => {
    const { practices } = settings;
    const caller = officer();
    const [first, second] = some(2) as [string, string];
    const { region } = await work.owner('base.child').where({ child_id: first }).first();
    const entry = (of: string, lasts: string, reviewWithin: string, unreviewed: number) => ({
      ...practices.for('99', MONDAY),
      id: `${of}/2026-1`,
      region: of,
      emergency: { lasts: parseDuration(lasts), reviewWithin: parseDuration(reviewWithin), unreviewed },
    });
    const entries = [entry(COUNTY, '10min', '1h', 1), entry(region, '2h', '1wd', 9)];
    const other = centreOf({ ...settings, practices: new Practices(entries, practices.calendar) });
    const [lasting] = await used(caller, [first], { at: other });
    expect(lasting?.expiresAt).toBe(time.from(2 * HOUR_MILLISECONDS));
    expect((await rowsOf(caller))[0].review_due).toEqual(new Date('2026-03-04T00:00:00+08:00'));
    const { body } = await use(caller, [second], { at: other });
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'EMERGENCY_REVIEW_DUE', limit: 1 });
  });
});

describe('who may be accounted for', () => {
  test.each<[string, Caller, UseOptions]>([
    ['an officer of another agency', officer({ agency: 'education', roles: ['agency-officer'] }), {}],
    ['a member for the police', officer({ agency: 'public-security', roles: ['meeting-member'] }), {}],
    ['a child director', officer({ agency: 'civil-affairs', roles: ['child-director'] }), {}],
    ['a supervisor', officer({ roles: ['supervisor'] }), {}],
    ['a case worker for another purpose', officer(), { purpose: 'RISK_ASSESSMENT' }],
    ['a case worker without a reason', officer(), { reasonGiven: false }],
  ])('not %s', async (_, caller, options) => {
    const { status, body } = await use(caller, [one()], options);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: { useEmergency: null },
        extensions: {
          access: {
            masked: [],
            denied: [
              {
                coordinate: 'Mutation.useEmergency',
                dataClass: 'governance-center.emergency',
                path: ['useEmergency'],
              },
            ],
          },
        },
      },
    });
    expect(await rowsOf(caller)).toEqual([]);
  });

  test.each<[string, string, object]>([
    ['too short', '孩子走失急需联系人', { code: 'ACCESS_REASON_REQUIRED' }],
    [
      'an ID number',
      `查找${STORY.leftBehind}的住址以便立即上门`,
      { code: 'ACCESS_REASON_REFUSED', fault: 'NUMBER_OF_A_PERSON' },
    ],
  ])('the agency checks the reason, too: %s', async (_, reason, extensions) => {
    const caller = officer();
    const { body } = await use(caller, [one()], { reason });
    expect(body.data).toEqual({ useEmergency: null });
    expect(body.errors?.map((error) => error.extensions)).toEqual([extensions]);
    expect(JSON.stringify(body)).not.toContain(reason);
    expect(await rowsOf(caller)).toEqual([]);
  });

  test('clients can neither call it nor see it in the schema', async () => {
    const { status, body } = await ask(officer(), 'EMERGENCY', USE, { children: [], reason: REASON });
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    const names = await work.system.ask(
      '{ __schema { mutationType { fields { name } } queryType { fields { name } } } }',
      { as: 'education-developer', purpose: 'OWN_DUTY' },
    );
    expect(names.text).toContain('reviewEmergency');
    expect(names.text).toContain('emergencyUses');
    expect(names.text).not.toContain('useEmergency');
  });
});

describe('the reason is only for the review', () => {
  const QUERY = '{ __typename }';
  const say = (reason: string) =>
    work.system.post(JSON.stringify({ query: QUERY }), {
      authorization: `Bearer ${work.system.identityProvider.token('town-case-worker')}`,
      'access-purpose': 'EMERGENCY',
      'access-reason': encodeURIComponent(reason),
    });

  test.each<[string, string, object]>([
    ['nine characters', '一二三四五六七八九', { code: 'ACCESS_REASON_REQUIRED' }],
    ['501 characters', '急'.repeat(501), { code: 'ACCESS_REASON_REFUSED', fault: 'TOO_LONG', limit: 500 }],
    [
      'an ID number',
      `核实${STORY.leftBehind}的身份和住址`,
      { code: 'ACCESS_REASON_REFUSED', fault: 'NUMBER_OF_A_PERSON' },
    ],
    [
      'one in wide digits with gaps',
      '核实９９０１０１ ２０１３０５１７ ００２Ｘ的身份和住址',
      { code: 'ACCESS_REASON_REFUSED', fault: 'NUMBER_OF_A_PERSON' },
    ],
    [
      'one in circles',
      '核实⑨⑨⓪①⓪①②⓪①③⓪⑤①⑦的身份和住址',
      { code: 'ACCESS_REASON_REFUSED', fault: 'NUMBER_OF_A_PERSON' },
    ],
    ['two lines', '接报儿童走失需核实身份\n与住址', { code: 'ACCESS_REASON_REFUSED', fault: 'CONTROL_CHARACTER' }],
    [
      'a text that turns round',
      '接报儿童走失\u202e需核实身份与住址',
      { code: 'ACCESS_REASON_REFUSED', fault: 'CONTROL_CHARACTER' },
    ],
  ])('refused: %s', async (_, reason, extensions) => {
    work.system.forget();
    const { status, body, text } = await say(reason);
    expect([status, body.errors.map((error: { extensions: object }) => error.extensions)]).toEqual([400, [extensions]]);
    for (const said of [text, work.system.logged()]) {
      expect(said).not.toContain(reason);
      expect(said).not.toContain(STORY.leftBehind.slice(0, 17));
    }
    expect(work.system.subRequests).toEqual([]);
  });

  test.each([
    ['ten characters', '一二三四五六七八九十'],
    ['500 characters', '急'.repeat(500)],
    ['a time in words', '2026年3月5日12时30分接报，报案人称3名儿童走失'],
  ])('accepted: %s', async (_, reason) => {
    expect((await say(reason)).status).toBe(200);
  });

  test('it is neither in the log nor in an agency’s signed context', async () => {
    const reason = '仅此一次的紧急事由：河边发现书包';
    work.system.forget();
    const { status } = await work.system.ask(`{ child(id: "${childIdOf(STORY.leftBehind)}") { region { name } } }`, {
      purpose: 'EMERGENCY',
      reason,
    });
    expect(status).toBe(200);
    expect(work.system.logged()).not.toContain('仅此一次');
    expect(work.system.subRequests.length).toBeGreaterThan(0);
    for (const { request } of work.system.subRequests) {
      const [, claims = ''] = request.authorization?.split('.') ?? [];
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ reasonGiven: true });
      expect(Buffer.from(claims, 'base64url').toString()).not.toContain('仅此一次');
    }
  });
});

describe('supervisors see the uses of their region', () => {
  test('with everything they need for the review', async () => {
    const caller = officer();
    const child = one();
    const [use] = await used(caller, [child]);
    const { region } = await work.owner('base.child').where({ child_id: child }).first();
    expect((await listed({ officer: caller.sub })).nodes).toEqual([
      {
        id: use?.id,
        officer: caller.sub,
        agency: 'GOVERNANCE_CENTER',
        child,
        region: { code: region.slice(0, 6) },
        reason: REASON,
        openedAt: time.from(0),
        expiresAt: time.from(30 * MINUTE_MILLISECONDS),
        reviewDue: time.from(72 * HOUR_MILLISECONDS),
        reviewedAt: null,
        reviewedBy: null,
        finding: null,
        note: null,
      },
    ]);
    expect(await idsListed({ officer: caller.sub }, neighbourSupervisor)).toEqual([]);
    expect((await listed({}, neighbourSupervisor)).totalCount).toBe(0);
  });

  test('newest first, page by page', async () => {
    const caller = officer();
    const [a] = await used(caller, [one()]);
    await time.pass(1_000);
    const [b] = await used(caller, [one()]);
    const first = await listed({ officer: caller.sub }, supervisor, { first: 1 });
    expect([first.totalCount, first.nodes[0].id, first.pageInfo.hasNextPage]).toEqual([2, b?.id, true]);
    const next = await listed({ officer: caller.sub }, supervisor, { first: 1, after: first.pageInfo.endCursor });
    expect([next.nodes[0].id, next.pageInfo.hasNextPage]).toEqual([a?.id, false]);
  });

  test.each<[string, Caller, string]>([
    ['a supervisor for another purpose', supervisor, 'OWN_DUTY'],
    ['the officer', officer({ sub: 'officer-0' }), 'EMERGENCY'],
    ['a case worker', officer(), 'RISK_ASSESSMENT'],
    ['an officer of the centre', officer({ roles: ['agency-officer'] }), 'OWN_DUTY'],
  ])('not %s', async (_, caller, purpose) => {
    const { body } = await ask(caller, purpose, USES);
    expect(body.data.emergencyUses).toMatchObject({ totalCount: 0, nodes: [] });
    expect(body.errors).toEqual([
      expect.objectContaining({
        path: ['emergencyUses'],
        extensions: expect.objectContaining({ code: 'UNAUTHORIZED_FIELD_OR_TYPE' }),
      }),
    ]);
  });
});

describe('a supervisor of the region reviews a use, once', () => {
  test('which permits another use', async () => {
    const caller = officer();
    const [first] = await used(caller, some(2));
    const child = one();
    expect(await use(caller, [child])).toEqual(REVIEW_DUE);
    await time.pass(MINUTE_MILLISECONDS);
    const input = { idempotencyKey: randomUUID(), finding: 'UNJUSTIFIED', note: '并无险情' };
    const { body } = await review(supervisor, first?.id ?? '', input);
    expect(body.errors).toBeUndefined();
    const done = {
      id: first?.id,
      reviewedAt: time.from(0),
      reviewedBy: supervisor.sub,
      finding: 'UNJUSTIFIED',
      note: '并无险情',
    };
    expect(body.data.reviewEmergency).toEqual(done);
    expect(await used(caller, [child])).toHaveLength(1);
    expect(await use(caller, [one()])).toEqual(REVIEW_DUE);
    // A repeated request returns the same review.
    await time.pass(MINUTE_MILLISECONDS);
    expect((await review(supervisor, first?.id ?? '', input)).body.data.reviewEmergency).toEqual(done);
    const again = await review(supervisor, first?.id ?? '', { finding: 'JUSTIFIED' });
    expect(again.body.data).toEqual({ reviewEmergency: null });
    expect(again.body.errors).toEqual([
      expect.objectContaining({
        message: 'This is already done.',
        extensions: {
          code: 'ALREADY_SETTLED',
          current: { finding: 'UNJUSTIFIED', reviewedAt: done.reviewedAt, reviewedBy: supervisor.sub },
        },
      }),
    ]);
    expect(await idsListed({ officer: caller.sub, reviewed: true })).toEqual([first?.id]);
    expect(await idsListed({ officer: caller.sub, reviewed: false })).toHaveLength(2);
  });

  const REFUSED = 'UNAUTHORIZED_FIELD_OR_TYPE';
  test.each<[string, () => [Caller, string?], string]>([
    ['a supervisor of another county, to whom it is like none', () => [neighbourSupervisor], 'RECORD_NOT_FOUND'],
    ['a supervisor for another purpose', () => [supervisor, 'OWN_DUTY'], REFUSED],
    ['a case worker', () => [officer(), 'RISK_ASSESSMENT'], REFUSED],
    ['an officer of the centre', () => [officer({ roles: ['agency-officer'] }), 'SUPERVISION'], REFUSED],
  ])('not %s', async (_, who, code) => {
    const caller = officer();
    const [use] = await used(caller, [one()]);
    const [reviewer, purpose] = who();
    const reply = await review(reviewer, use?.id ?? '', {}, purpose);
    expect([reply.body.data.reviewEmergency, codesOf(reply)]).toEqual([null, [code]]);
    expect((await rowsOf(caller))[0].reviewed_at).toBeNull();
  });

  test('not their own, whatever else they are', async () => {
    const caller = officer({ roles: ['case-worker', 'supervisor'] });
    const [use] = await used(caller, [one()]);
    const reply = await review(caller, use?.id ?? '');
    expect([reply.body.data.reviewEmergency, codesOf(reply)]).toEqual([null, ['REVIEW_NOT_YOURS']]);
    expect((await rowsOf(caller))[0].reviewed_at).toBeNull();
    expect(codesOf(await review(supervisor, use?.id ?? ''))).toBeUndefined();
  });

  test('of two simultaneous reviews, the second is told that the use is reviewed', async () => {
    const caller = officer();
    const [use] = await used(caller, [one()]);
    const other = await work.owner.transaction();
    await other('base.emergency_use')
      .where({ use_id: use?.id })
      .update({ reviewed_at: time.now(), reviewed_by: 'another', finding: 'UNCLEAR', note: '待查' });
    const waiting = review(supervisor, use?.id ?? '');
    // Long enough for the review to reach the lock.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await other.commit();
    expect(codesOf(await waiting)).toEqual(['ALREADY_SETTLED']);
    expect((await rowsOf(caller))[0].reviewed_by).toBe('another');
  });

  test.each<[string, object, string]>([
    ['no such use', { use: randomUUID() }, 'RECORD_NOT_FOUND'],
    ['an id that is none', { use: STORY.leftBehind }, 'RECORD_NOT_FOUND'],
    ['nothing noted', { note: ' ' }, 'TEXT_REFUSED'],
    ['an ID number in the note', { note: `已核实${STORY.leftBehind}` }, 'TEXT_REFUSED'],
  ])('refused: %s', async (_, rest, code) => {
    const caller = officer();
    const [use] = await used(caller, [one()]);
    const reply = await review(supervisor, use?.id ?? '', rest);
    expect(codesOf(reply)).toEqual([code]);
    expect((await rowsOf(caller))[0].reviewed_at).toBeNull();
  });
});

describe('a review is due within 72 hours', () => {
  const DUE = `query ($first: Int = 200) { dueItems(filter: { kinds: [EMERGENCY_REVIEW] }, first: $first) {
    totalCount
    nodes { id kind agency dueAt overdue region { code } child { id } case { id } emergencyUse { id reason } }
  } }`;
  interface Item {
    readonly id: string;
    readonly overdue: boolean;
  }
  const due = async (caller: Caller, purpose: string) => (await ask(caller, purpose, DUE)).body.data.dueItems;
  const itemOf = async (id: string | undefined, caller = supervisor): Promise<Item | undefined> =>
    (await due(caller, 'SUPERVISION')).nodes.find((item: Item) => item.id === id);

  test('and late afterwards, until it is done; the list does not show the child', async () => {
    const caller = officer();
    const child = one();
    const [use] = await used(caller, [child]);
    const { region } = await work.owner('base.child').where({ child_id: child }).first();
    const item = {
      id: use?.id,
      kind: 'EMERGENCY_REVIEW',
      agency: 'GOVERNANCE_CENTER',
      dueAt: time.from(72 * HOUR_MILLISECONDS),
      overdue: false,
      region: { code: region.slice(0, 6) },
      child: null,
      case: null,
      emergencyUse: { id: use?.id, reason: REASON },
    };
    await time.pass(72 * HOUR_MILLISECONDS);
    expect(await itemOf(use?.id)).toEqual(item);
    expect(await idsListed({ officer: caller.sub, overdue: true })).toEqual([]);
    await time.pass(1_000);
    expect(await itemOf(use?.id)).toEqual({ ...item, overdue: true });
    expect(await idsListed({ officer: caller.sub, overdue: true })).toEqual([use?.id]);

    await announceOverdue(writer, time.now(), 10_000);
    const notices = await work.owner('base.notice').where({ subject_id: use?.id });
    expect(notices).toEqual([expect.objectContaining({ kind: 'EMERGENCY_REVIEW_OVERDUE', subject: 'EMERGENCY_USE' })]);

    await review(supervisor, use?.id ?? '');
    expect(await itemOf(use?.id)).toBeUndefined();
    expect(await idsListed({ officer: caller.sub, overdue: true })).toEqual([]);
  });

  test('for the supervisors of the region, and never for the officer under review', async () => {
    const [use] = await used(officer(), [one()]);
    expect(await itemOf(use?.id)).toBeDefined();
    const both = officer({ roles: ['case-worker', 'supervisor', 'agency-officer'] });
    expect(await itemOf(use?.id, both)).toBeDefined();
    for (const [caller, purpose] of [
      [neighbourSupervisor, 'SUPERVISION'],
      [officer(), 'RISK_ASSESSMENT'],
      [officer({ roles: ['agency-officer'] }), 'OWN_DUTY'],
      [officer({ agency: 'public-security', roles: ['agency-officer'] }), 'OWN_DUTY'],
      [officer({ agency: 'civil-affairs', roles: ['child-director'] }), 'OWN_DUTY'],
      [both, 'RISK_ASSESSMENT'],
      [both, 'OWN_DUTY'],
    ] as const) {
      expect({ caller, purpose, ...(await due(caller, purpose)) }).toMatchObject({ totalCount: 0, nodes: [] });
    }
  });
});

describe('the history is permanent', () => {
  const PERMISSION_DENIED = '42501';
  const APPEND_ONLY = '23001';
  const CHECK = '23514';
  const sqlState = (statement: Promise<unknown>): Promise<string | undefined> =>
    statement.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
  const REVIEWED = { reviewed_at: MONDAY, reviewed_by: 'somebody', finding: 'JUSTIFIED', note: '属实' };
  const later = new Date('2031-05-06T00:00:00Z');
  const CHANGES: readonly (readonly [string, unknown])[] = [
    ['use_id', randomUUID()],
    ['officer', 'somebody-else'],
    ['agency', 'EDUCATION'],
    ['child_id', neighbour],
    ['region', '990102001'],
    ['reason', '另一个事由另一个事由'],
    ['opened_at', new Date('2020-01-01T00:00:00Z')],
    ['expires_at', later],
    ['review_due', later],
  ];

  test.each(['the writer', 'the owner'])('for %s', async (who) => {
    const db = who === 'the writer' ? writer : work.owner;
    const uses = (use_id: string) =>
      db
        .withSchema(who === 'the writer' ? 'work' : 'base')
        .table('emergency_use')
        .where({ use_id });
    const caller = officer();
    const [first, second] = await used(caller, some(2));
    const [open = '', reviewed = ''] = [first?.id, second?.id];
    const before = await rowsOf(caller);
    for (const [column, value] of CHANGES) {
      expect([column, await sqlState(uses(open).update({ [column]: value }))]).toEqual([column, APPEND_ONLY]);
      // Not even together with a review.
      expect([column, await sqlState(uses(open).update({ ...REVIEWED, [column]: value }))]).toEqual([
        column,
        APPEND_ONLY,
      ]);
    }
    expect(await sqlState(uses(open).update({ finding: 'JUSTIFIED' }))).toBe(CHECK);
    expect(await sqlState(uses(open).update({ ...REVIEWED, reviewed_by: caller.sub }))).toBe(CHECK);
    const [{ use_id: _, ...row }] = before;
    const born = { ...row, ...REVIEWED, use_id: randomUUID() };
    expect(await sqlState(uses(open).insert(born))).toBe(APPEND_ONLY);
    expect(await rowsOf(caller)).toEqual(before);

    expect(await sqlState(uses(reviewed).update(REVIEWED))).toBeUndefined();
    const after = await rowsOf(caller);
    for (const change of [{ finding: 'UNCLEAR' }, { note: '另' }, { reviewed_by: 'another' }, { reviewed_at: later }]) {
      expect([change, await sqlState(uses(reviewed).update(change))]).toEqual([change, APPEND_ONLY]);
    }
    const withdrawn = { reviewed_at: null, reviewed_by: null, finding: null, note: null };
    expect(await sqlState(uses(reviewed).update(withdrawn))).toBe(APPEND_ONLY);
    for (const id of [open, reviewed]) {
      expect(await sqlState(uses(id).delete())).toBe(who === 'the writer' ? PERMISSION_DENIED : APPEND_ONLY);
    }
    const truncate = db.raw(`truncate ${who === 'the writer' ? 'work' : 'base'}.emergency_use`);
    expect(await sqlState(truncate)).toBe(who === 'the writer' ? '42809' : APPEND_ONLY);
    expect(await rowsOf(caller)).toEqual(after);
  });
});
