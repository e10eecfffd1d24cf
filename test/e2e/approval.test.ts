import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { inProcessTransport } from '../../gateway/agencies/transport';
import { createGateway } from '../../gateway/gateway';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import governanceCenter from '../../subgraphs/governance-center';
import {
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  operation,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { TEST_CHILD_IDS } from '../support/databases';
import { demoCaller } from '../support/identity-provider';
import { rememberingLedger } from '../support/remembering-ledger';
import type { AskOptions, Reply } from '../support/system';

// 未成年人网络保护条例 art. 36: a case or meeting opens only to officers confirmed by a responsible person of their agency.

const TOWN = '990101001';
const DENIED = 'UNAUTHORIZED_FIELD_OR_TYPE';
const NOT_FOUND = 'RECORD_NOT_FOUND';

let time: PassingTime;
let work: CaseWork;
let child: string;
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('approval', time.clock);
  [child = ''] = await unknownChildren(work.owner, TOWN, 1);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

type Kind = 'CASE' | 'MEETING';

const onDuty = (as: string): AskOptions => ({ as, purpose: 'OWN_DUTY' });
const centreHead = onDuty('centre-head');
const part = (kind: Kind, id: string, officer: string) => ({ kind, id, officer });
const ALL = 'id kind referenceId title officer agency confirmedBy confirmedAt withdrawnBy withdrawnAt';

async function openCase(agencies: readonly string[] = []): Promise<string> {
  const input = { kind: '一般', level: 'YELLOW', children: [child], region: TOWN, agencies };
  const options = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT', select: 'id' };
  return (await work.done('openCase', input, options)).id;
}

async function convene(more: Record<string, unknown> = {}): Promise<string> {
  const input = {
    kind: 'REGULAR',
    heldAt: time.from(DAY_MILLISECONDS),
    region: '990101',
    agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'PUBLIC_SECURITY'],
    ...more,
  };
  return (await work.done('conveneMeeting', input, { ...onDuty('meeting-clerk'), select: 'id' })).id;
}

const open = (options: AskOptions) => work.system.ask('{ children { totalCount } }', options);
const statusOf = async (options: AskOptions) => (await open(options)).status;
/** An answer without headers that always differ. */
const whole = ({ status, headers, text }: Reply) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'), text]);

describe('a case or meeting opens only to officers whose part is confirmed', () => {
  test.each([
    ['a case for the officer who opened it', () => openCase(), byCase],
    ['a meeting for a member', () => convene(), (id: string) => atMeeting(id, 'education-member')],
    ['a meeting for the clerk who convened it', () => convene(), (id: string) => atMeeting(id, 'meeting-clerk')],
    [
      'a meeting for a member who is invited by name',
      () => convene({ attendees: [{ officer: 'education-member', agency: 'EDUCATION' }] }),
      (id: string) => atMeeting(id, 'education-member'),
    ],
  ] as const)('%s is refused as if it did not exist', async (_, made, by) => {
    const [unconfirmed, unknown] = [await open(by(await made())), await open(by(randomUUID()))];
    expect({ status: unconfirmed.status, code: unconfirmed.body.errors[0].extensions.code }).toEqual({
      status: 403,
      code: 'ACCESS_REFERENCE_REFUSED',
    });
    expect(whole(unconfirmed)).toBe(whole(unknown));
  });

  test('an unconfirmed reference takes the same sub-requests and SQL as an unknown one', async () => {
    const asked = async (id: string) => {
      work.system.forget();
      await open(byCase(id));
      return [work.system.subRequests.map(({ agency }) => agency), work.system.statements.map(({ sql }) => sql).sort()];
    };
    expect(await asked(await openCase())).toEqual(await asked(randomUUID()));
  });
});

describe('an agency’s head confirms', () => {
  test('a case worker for a case, which opens to them alone', async () => {
    const id = await openCase();
    const confirmed = await work.done('confirmParticipation', part('CASE', id, 'county-case-worker'), {
      ...centreHead,
      select: ALL,
    });
    expect(confirmed).toEqual({
      id: expect.any(String),
      kind: 'CASE',
      referenceId: id,
      title: expect.stringMatching(/^个案 990101-\d{4}-[0-9a-f]{10}（一般）$/),
      officer: 'county-case-worker',
      agency: 'GOVERNANCE_CENTER',
      confirmedBy: 'centre-head',
      confirmedAt: time.now().toISOString(),
      withdrawnBy: null,
      withdrawnAt: null,
    });
    const { status, body } = await open(byCase(id));
    expect({ status, children: body.data.children.totalCount }).toEqual({ status: 200, children: 1 });
    expect(await statusOf(byCase(id, 'town-case-worker'))).toBe(403);
  });

  test('(b) an officer of an agency that takes part, who finds the child of the case', async () => {
    const id = await openCase(['EDUCATION']);
    await work.confirm('CASE', id, 'education-officer');
    const { status, body } = await open(byCase(id, 'education-officer'));
    expect({ status, children: body.data.children.totalCount }).toEqual({ status: 200, children: 1 });
  });

  test('a member who was not invited by name, and the clerk', async () => {
    const id = await convene();
    await work.confirm('MEETING', id, 'police-member', 'meeting-clerk');
    expect(await statusOf(atMeeting(id, 'police-member'))).toBe(200);
    expect(await statusOf(atMeeting(id, 'meeting-clerk'))).toBe(200);
  });

  test('a part in one case or meeting, and in no other', async () => {
    const [id, other] = [await openCase(), await openCase()];
    await work.confirm('CASE', id, 'county-case-worker');
    expect(await statusOf(byCase(other))).toBe(403);
  });

  test('nobody for something that is closed to them for another reason', async () => {
    const named = await convene({ attendees: [{ officer: 'somebody-else', agency: 'EDUCATION' }] });
    await work.confirm('MEETING', named, 'education-member', 'education-officer');
    expect(await statusOf(atMeeting(named, 'education-member'))).toBe(403);
    expect(await statusOf(atMeeting(named, 'education-officer'))).toBe(403);
    const later = await convene({ heldAt: time.from(20 * DAY_MILLISECONDS) });
    await work.confirm('MEETING', later, 'education-member');
    expect(await statusOf(atMeeting(later, 'education-member'))).toBe(403);
    const id = await openCase();
    await work.done('confirmParticipation', part('CASE', id, 'neighbour-case-worker'), centreHead);
    expect(await statusOf(byCase(id, 'neighbour-case-worker'))).toBe(403);
  });

  test('an officer, not another agency’s officer with the same name', async () => {
    const id = await openCase(['EDUCATION']);
    await work.done('confirmParticipation', part('CASE', id, 'county-case-worker'), onDuty('education-head'));
    expect(await statusOf(byCase(id))).toBe(403);
  });
});

describe('others cannot confirm', () => {
  test('another agency’s or county’s head, any other role, or another purpose: nothing is written', async () => {
    const id = await openCase();
    const meeting = await convene({ agencies: ['EDUCATION'] });
    const before = await work.contents();
    const attempts: [string, AskOptions, string?][] = [
      ['CASE', onDuty('education-head'), NOT_FOUND],
      ['CASE', onDuty('neighbour-centre-head'), NOT_FOUND],
      ['CASE', onDuty('county-case-worker')],
      ['CASE', onDuty('supervisor')],
      ['CASE', onDuty('education-officer')],
      ['CASE', { as: 'centre-head', purpose: 'RISK_ASSESSMENT' }],
      ['CASE', { as: 'centre-head', purpose: 'SUPERVISION' }],
      ['MEETING', centreHead, NOT_FOUND],
      ['MEETING', onDuty('meeting-clerk')],
    ];
    for (const [kind, options, expected = DENIED] of attempts) {
      const input = { kind, id: kind === 'CASE' ? id : meeting, officer: 'county-case-worker' };
      for (const mutation of ['confirmParticipation', 'withdrawParticipation']) {
        const { code } = await work.refused(mutation, input, options);
        expect({ mutation, kind, options, code }).toEqual({ mutation, kind, options, code: expected });
      }
    }
    expect(await work.contents()).toEqual(before);
    expect(await statusOf(byCase(id))).toBe(403);
  });

  test('nobody confirms their own part, however the name is written', async () => {
    const id = await openCase();
    const both = { ...demoCaller('county-case-worker'), roles: ['case-worker', 'responsible-person'] };
    const send = (input: object, purpose: string, more: Record<string, string> = {}) =>
      work.system.post(
        JSON.stringify({
          query: operation('confirmParticipation'),
          variables: { input: { ...input, idempotencyKey: randomUUID() } },
        }),
        { authorization: `Bearer ${work.system.identityProvider.token(both)}`, 'access-purpose': purpose, ...more },
      );
    const before = await work.contents();
    for (const officer of ['county-case-worker', ' county-case-worker\n']) {
      const { body } = await send(part('CASE', id, officer), 'OWN_DUTY');
      expect(body.errors).toEqual([
        {
          message: expect.any(String),
          path: ['confirmParticipation'],
          extensions: { code: 'SELF_CONFIRMATION', argument: 'input.officer' },
        },
      ]);
    }
    expect(await work.contents()).toEqual(before);
    expect(await statusOf(byCase(id))).toBe(403);
    // The head may confirm others.
    const { body } = await send(part('CASE', id, 'town-case-worker'), 'OWN_DUTY');
    expect(body.data).toEqual({ confirmParticipation: { __typename: 'Participation' } });
    expect(await statusOf(byCase(id, 'town-case-worker'))).toBe(200);
  });

  test('a refusal does not reveal whether the case or meeting exists', async () => {
    const answer = async (kind: Kind, id: string, options: AskOptions) => {
      const { status, text } = await work.act('confirmParticipation', part(kind, id, 'somebody'), options);
      return `${status} ${text}`;
    };
    const [id, meeting] = [await openCase(), await convene({ agencies: ['EDUCATION'] })];
    for (const head of ['prosecutor-head', 'neighbour-centre-head']) {
      const answers = await Promise.all([
        answer('CASE', id, onDuty(head)),
        answer('MEETING', meeting, onDuty(head)),
        answer('CASE', randomUUID(), onDuty(head)),
        answer('MEETING', randomUUID(), onDuty(head)),
        answer('CASE', 'no-id-at-all', onDuty(head)),
      ]);
      expect(new Set(answers).size).toBe(1);
    }
  });
});

describe('a confirmed part', () => {
  test('can be withdrawn, opens nothing half a minute later, and can be confirmed again', async () => {
    const id = await openCase();
    const input = part('CASE', id, 'county-case-worker');
    await work.confirm('CASE', id, 'county-case-worker', 'town-case-worker');
    expect(await statusOf(byCase(id))).toBe(200);
    const withdrawn = await work.done('withdrawParticipation', input, { ...centreHead, select: ALL });
    expect(withdrawn).toMatchObject({ withdrawnBy: 'centre-head', withdrawnAt: time.now().toISOString() });
    await time.pass(HALF_A_MINUTE);
    expect(await statusOf(byCase(id))).toBe(403);
    expect(await statusOf(byCase(id, 'town-case-worker'))).toBe(200);

    const again = await work.done('confirmParticipation', input, { ...centreHead, select: 'id withdrawnAt' });
    expect(again).toEqual({ id: expect.any(String), withdrawnAt: null });
    expect(again.id).not.toBe(withdrawn.id);
    expect(await statusOf(byCase(id))).toBe(200);
    // Both rows remain.
    expect(await work.owner('base.participation').where({ case_id: id, officer: 'county-case-worker' })).toHaveLength(
      2,
    );
  });

  test('is not withdrawn if it does not exist or was withdrawn', async () => {
    const id = await openCase();
    const input = part('CASE', id, 'county-case-worker');
    const refusal = async () => {
      const { code, extensions } = await work.refused('withdrawParticipation', input, centreHead);
      return { code, extensions };
    };
    const nothing = { code: 'RECORD_NOT_FOUND', extensions: { argument: 'input.officer' } };
    expect(await refusal()).toEqual(nothing);
    await work.done('confirmParticipation', input, centreHead);
    await work.done('withdrawParticipation', input, centreHead);
    expect(await refusal()).toEqual(nothing);
  });

  test('is confirmed once: again, ten times at once and with one key, the answer is the same', async () => {
    const id = await openCase();
    const input = part('CASE', id, 'county-case-worker');
    const options = { ...centreHead, select: ALL };
    const first = await work.done('confirmParticipation', input, options);
    expect(await work.done('confirmParticipation', input, options)).toEqual(first);
    const key = randomUUID();
    const other = part('CASE', id, 'town-case-worker');
    const replies = await Promise.all([
      ...Array.from({ length: 5 }, () => work.act('confirmParticipation', other, options)),
      ...Array.from({ length: 5 }, () => work.act('confirmParticipation', { ...other, idempotencyKey: key }, options)),
    ]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect(replies[0]?.body.data.confirmParticipation.officer).toBe('town-case-worker');
    expect(await work.owner('base.participation').where({ case_id: id })).toHaveLength(2);
    const reused = await work.refused('withdrawParticipation', { ...other, idempotencyKey: key }, centreHead);
    expect(reused.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('is withdrawn once by several simultaneous requests', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const replies = await Promise.all(
      Array.from({ length: 5 }, () =>
        work.act('withdrawParticipation', part('CASE', id, 'county-case-worker'), centreHead),
      ),
    );
    const codes = replies.map(({ body }) => body.errors?.[0].extensions.code ?? 'done');
    expect(codes.toSorted()).toEqual([...Array(4).fill('RECORD_NOT_FOUND'), 'done']);
  });
});

describe('the list of participants', () => {
  const LIST = `query ($filter: ParticipationFilter, $first: Int, $after: String) {
    participations(filter: $filter, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor } nodes { ${ALL} }
    }
  }`;
  const list = async (options: AskOptions, variables: Record<string, unknown> = {}) =>
    (await work.system.ask(LIST, { ...options, variables })).body.data.participations;
  const officersIn = async (options: AskOptions, filter: object): Promise<string[]> =>
    (await list(options, { filter })).nodes.map(({ officer }: { officer: string }) => officer);

  test('has only the agency’s own, and only its head sees it', async () => {
    const id = await openCase(['EDUCATION']);
    await work.confirm('CASE', id, 'county-case-worker', 'education-officer');
    expect(await officersIn(centreHead, { id })).toEqual(['county-case-worker']);
    expect(await officersIn(onDuty('education-head'), { id })).toEqual(['education-officer']);
    for (const head of ['police-head', 'neighbour-centre-head']) {
      expect(await list(onDuty(head), { filter: { id } })).toMatchObject({ totalCount: 0, nodes: [] });
    }
    for (const other of ['county-case-worker', 'supervisor', 'auditor', 'meeting-clerk', 'education-officer']) {
      const { body } = await work.system.ask('{ participations { totalCount } }', onDuty(other));
      expect(body.errors[0].extensions.code).toBe(DENIED);
    }
  });

  test('has the officers a meeting invites by name, until they are confirmed', async () => {
    const attendees = [
      { officer: 'education-member', agency: 'EDUCATION' },
      { officer: 'another-member', agency: 'EDUCATION' },
      { officer: 'police-member', agency: 'PUBLIC_SECURITY' },
    ];
    const id = await convene({ attendees });
    const pending = { kind: 'MEETING', id, pending: true };
    const head = onDuty('education-head');
    expect((await officersIn(head, pending)).toSorted()).toEqual(['another-member', 'education-member']);
    const [first] = (await list(head, { filter: { ...pending, officer: 'education-member' } })).nodes;
    expect(first).toMatchObject({
      title: expect.stringMatching(/^联席会议 \d{4}-\d{3}$/),
      agency: 'EDUCATION',
      confirmedBy: null,
      confirmedAt: null,
    });

    await work.confirm('MEETING', id, 'education-member');
    expect(await officersIn(head, pending)).toEqual(['another-member']);
    expect(await officersIn(head, { id, pending: false })).toEqual(['education-member']);
    await work.done('withdrawParticipation', part('MEETING', id, 'education-member'), head);
    expect((await officersIn(head, pending)).toSorted()).toEqual(['another-member', 'education-member']);
    const change = { meeting: id, attendees: attendees.slice(2), version: 1 };
    await work.done('changeMeeting', change, onDuty('meeting-clerk'));
    expect(await officersIn(head, pending)).toEqual([]);
    expect(await officersIn(onDuty('police-head'), pending)).toEqual(['police-member']);
  });

  test('is paged, latest first, with its own total, and filtered', async () => {
    const ids: string[] = [];
    for (let round = 0; round < 3; round++) {
      await time.pass(1_000);
      const id = await openCase(['WOMENS_FEDERATION']);
      await work.done('confirmParticipation', part('CASE', id, 'a-volunteer'), onDuty('womens-federation-head'));
      ids.unshift(id);
    }
    const filter = { officer: 'a-volunteer', kind: 'CASE' };
    const head = onDuty('womens-federation-head');
    const page = await list(head, { filter, first: 2 });
    expect(page).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const rest = await list(head, { filter, first: 2, after: page.pageInfo.endCursor });
    expect([...page.nodes, ...rest.nodes].map(({ referenceId }) => referenceId)).toEqual(ids);
    expect(await officersIn(head, { ...filter, kind: 'MEETING' })).toEqual([]);
    expect(await officersIn(head, { id: 'no-id-at-all' })).toEqual([]);
    expect(await officersIn(head, { id: ids[0]?.toUpperCase() })).toEqual(['a-volunteer']);
  });

  test('shows a head neither the case nor any child', async () => {
    const id = await openCase();
    for (const field of ['children', 'cases', 'jointMeetings', 'clues', 'tasks', 'dueItems']) {
      const { body } = await work.system.ask(`{ ${field} { totalCount } case(id: "${id}") { id } }`, centreHead);
      expect(body.data).toEqual({ [field]: { totalCount: 0 }, case: null });
      expect(body.errors).toHaveLength(2);
    }
    expect(await statusOf(byCase(id, 'centre-head'))).toBe(403);
  });
});

describe('the confirming head', () => {
  test('is known to the gateway for a request with a reference, and never in the agencies’ context', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const seen: (string | null)[] = [];
    const { gateway, contexts, close } = await gatewayAlone();
    gateway.app.addHook('onSend', async ({ approvedBy }) => {
      seen.push(approvedBy);
    });
    await gateway.load(rememberingLedger());
    const send = (headers: Record<string, string>) =>
      gateway.app.inject({
        method: 'POST',
        url: '/graphql',
        headers,
        payload: { query: '{ children { totalCount } }' },
      });
    const reference = { 'access-purpose': 'CASE_HANDLING', 'access-reference': `case/${id}` };
    const statuses = [
      await send(reference),
      await send(reference),
      await send({ 'access-purpose': 'RISK_ASSESSMENT' }),
      await send({ ...reference, 'access-reference': `case/${randomUUID()}` }),
    ].map(({ statusCode }) => statusCode);
    await close();
    expect(statuses).toEqual([200, 200, 200, 403]);
    expect(seen).toEqual(['centre-head', 'centre-head', null, null]);
    expect(JSON.stringify(contexts)).not.toContain('centre-head');
  });

  /** A gateway with only the governance centre, whose caller is always the county's case worker. */
  async function gatewayAlone() {
    const keys = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const log = pino({ level: 'silent' });
    const contexts: unknown[] = [];
    const sign = contextSigner(keys.privateKey);
    const subgraph = createSubgraph({
      definition: governanceCenter,
      db: work.system.subgraphs.get('governance-center')?.db as never,
      settings: governanceCenter.settings?.(new Environment({})),
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(keys.publicKey, 'governance-center'),
      log,
    });
    const gateway = createGateway({
      supergraphSdl: readFileSync(join(PROJECT, 'gateway/generated/supergraph.graphql'), 'utf8'),
      rules: readRuleBundle(readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8')),
      accessMode: 'filter',
      transports: new Map(AGENCIES.map((agency) => [agency, inProcessTransport(() => subgraph)])),
      authenticate: async () => demoCaller('county-case-worker'),
      signContext: (access, agency) => {
        contexts.push(access);
        return sign(access, agency);
      },
      log,
    });
    return { gateway, contexts, close: () => gateway.close() };
  }
});
