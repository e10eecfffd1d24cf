import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { versionOfRules } from '../../gateway/access/rule-bundle';
import { idOfTexts } from '../../gateway/graph/graph-files';
import { connect } from '../../shared/db/connect';
import { AGENCIES, isAgency } from '../../shared/domain/agencies';
import { contextSigner } from '../../shared/protocol/context-token';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import { operation } from '../support/case-work';
import { type ComposedSystem, startComposedSystem } from '../support/composed-system';
import { childIdOf, STORY } from '../support/databases';
import { type Call, Drill, type DrillOutcome, oneOf, type Received } from '../support/drill';
import { COMMITTED } from '../support/graphs';
import { demoCaller } from '../support/identity-provider';
import { verified } from '../support/ledger';
import { PATIENT_MILLISECONDS } from '../support/patience';
import { redisProgram, type TestRedis, testRedis } from '../support/redis-server';
import { LEFT_BEHIND_ASSESSMENT, visitsOf } from '../support/references';
import { roundRobin } from '../support/round-robin';

/**
 * docker-compose.yml as separate processes on one machine: two gateways and two processes of one agency, each pair behind a
 * round-robin proxy, and one process of each other agency.
 */

const DEAR_OPERATIONS = 5;
/** One page of 200, each child with five cases 80 times over. */
const DEAR_COST = 1 + 200 * (1 + 80 * 5);
const program = redisProgram();

let redis: TestRedis | undefined;
let system: ComposedSystem;
beforeAll(async () => {
  redis = program && (await testRedis(program));
  system = await startComposedSystem({
    scale: { gateway: 2, education: 2 },
    settings: {
      LOG_LEVEL: 'error',
      ...(redis && { REDIS_URL: redis.url }),
      CALLER_REQUESTS_PER_MINUTE: '100000',
      CALLER_COST_PER_MINUTE: String(DEAR_OPERATIONS * DEAR_COST),
      // For a busy machine.
      REQUEST_DEADLINE_MILLISECONDS: String(PATIENT_MILLISECONDS),
      LEDGER_DEADLINE_MILLISECONDS: String(PATIENT_MILLISECONDS),
      // Requests in progress at a killed replica all fail at once, which says nothing about the other.
      AGENCY_BREAKER_FAULTS: '50',
      AGENCY_BREAKER_MILLISECONDS: '300',
    },
  });
});
afterAll(async () => {
  await system?.close();
  await redis?.kill();
});

const RECORD = `query Record($id: ID!) { child(id: $id) {
  id risk { level basis } identity { fullName idNumber } household { members { name } } welfare { categories }
  enrolment { school studentNumber } attendance { month } protectionOrders { kind } lovingMother { name } } }`;
const PAGE = `query Page { children(first: 10) { totalCount pageInfo { hasNextPage } nodes {
  id identity { fullName } welfare { categories } enrolment { school } protectionOrders { kind } lovingMother { name } } } }`;
const MEETING = 'meeting/b33fd53d-a889-83d4-b4b9-5a4661b9dea6';

async function send(
  { query, as, purpose = 'RISK_ASSESSMENT', reference, variables }: Call,
  url = system.urlOf('gateway'),
): Promise<Received> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(as !== undefined && { authorization: `Bearer ${system.identityProvider.token(as)}` }),
        ...(purpose !== null && { 'access-purpose': purpose }),
        ...(reference !== undefined && { 'access-reference': reference }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const text = await response.text();
    return {
      broken: false,
      status: response.status,
      requestId: response.headers.get('x-request-id'),
      body: text === '' ? undefined : JSON.parse(text),
    };
  } catch (error) {
    // Everything else is a fault: a truncated answer must not look complete.
    if (!(error instanceof TypeError && ['fetch failed', 'terminated'].includes(error.message))) throw error;
    return { broken: true };
  }
}

async function answered(call: Call, url?: string) {
  const received = await send(call, url);
  if (received.broken) throw new Error('The connection broke.');
  return received;
}

/** The refused fields of an answer. */
const refused = (received: Received) =>
  received.broken
    ? null
    : (received.body.errors ?? []).map(
        ({ extensions }: { extensions: { coordinate: string } }) => extensions.coordinate,
      );

const childrenOf = ({ body }: Awaited<ReturnType<typeof answered>>): string[] =>
  body.data.children.nodes.map(({ id }: { id: string }) => id);

describe('the services of docker-compose.yml', () => {
  test('answer with the sections of six agencies', async () => {
    const { status, body } = await answered({
      as: 'town-case-worker',
      reference: LEFT_BEHIND_ASSESSMENT,
      query: `{ child(id: "${childIdOf(STORY.leftBehind)}") {
        id risk { level } identity { idNumber } welfare { categories } enrolment { studentNumber }
        protectionOrders { kind } lovingMother { name } } }`,
    });
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    expect(body.data.child).toEqual({
      id: childIdOf(STORY.leftBehind),
      risk: { level: 'YELLOW' },
      identity: { idNumber: '990101************' },
      welfare: { categories: ['LEFT_BEHIND'] },
      enrolment: { studentNumber: 'G990101************' },
      protectionOrders: [{ kind: expect.any(String) }],
      lovingMother: { name: expect.any(String) },
    });
  });

  test('a subgraph called directly answers only a context that the gateway signed for it', async () => {
    const sign = contextSigner(system.contextPrivateKey);
    const { identityProvider } = system;
    const forge = contextSigner(identityProvider.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    const context = {
      caller: demoCaller('town-case-worker'),
      purpose: 'RISK_ASSESSMENT',
      reference: null,
      grant: null,
      reasonGiven: false,
    } as const;
    for (const agency of AGENCIES) {
      const another = AGENCIES.find((candidate) => candidate !== agency) ?? agency;
      const status = async (token?: string) => {
        const response = await fetch(`${system.urlOf(agency)}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify({ query: '{ __typename }' }),
        });
        await response.text();
        return response.status;
      };
      expect({
        agency,
        none: await status(),
        ofClient: await status(identityProvider.token('town-case-worker')),
        ofAnotherAgency: await status(sign(context, another)),
        ofAnotherSigner: await status(forge(context, agency)),
        ofItsOwn: await status(sign(context, agency)),
      }).toEqual({ agency, none: 401, ofClient: 401, ofAnotherAgency: 401, ofAnotherSigner: 401, ofItsOwn: 200 });
    }
  });
});

test('the proxy does not retry requests that may have been executed', async () => {
  const asked: string[] = [];
  const replica = async (name: string, answers: boolean) => {
    const server = createServer((request, reply) => {
      if (request.url === '/ready') reply.end();
      else {
        asked.push(name);
        if (answers) reply.end(name);
        else request.socket.destroy();
      }
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const servers = [await replica('whole', true), await replica('breaking', false)];
  const proxy = await roundRobin(servers.map((server) => (server.address() as AddressInfo).port));
  try {
    const ask = async () => (await fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST' })).status;
    while (new Set(asked).size < servers.length) await ask();
    asked.length = 0;
    expect([await ask(), await ask()].toSorted()).toEqual([200, 502]);
    expect(asked.toSorted()).toEqual(['breaking', 'whole']);
    // A server that refuses connections cannot have executed anything.
    servers[1]?.closeAllConnections();
    servers[1]?.close();
    expect([await ask(), await ask()]).toEqual([200, 200]);
  } finally {
    await proxy.close();
    for (const server of servers) server.close();
  }
});

describe('two gateways', () => {
  (program === undefined ? test.skip : test)('count a caller together', async () => {
    const query = `{ children(first: 200) { nodes { ${Array.from({ length: 80 }, (_, n) => `c${n}: cases { id }`).join(' ')} } } }`;
    const statuses: number[] = [];
    for (let turn = 0; turn < DEAR_OPERATIONS + 2; turn += 1) {
      const gateway = turn % 2 === 0 ? 'gateway' : 'gateway-2';
      const { status } = await answered({ as: 'county-case-worker', query }, system.urlOfProcess(gateway));
      statuses.push(status);
    }
    expect(statuses).toEqual([...Array(DEAR_OPERATIONS).fill(200), 429, 429]);
  });

  test('and subgraphs, killed one after the other under load, give no wrong or partial answer', async () => {
    const page = { as: 'education-officer', purpose: 'OWN_DUTY', query: PAGE };
    const children = childrenOf(await answered(page)).slice(0, 3);
    const leftBehind: Call = {
      as: 'town-case-worker',
      reference: LEFT_BEHIND_ASSESSMENT,
      query: RECORD,
      variables: { id: childIdOf(STORY.leftBehind) },
    };
    const ofOfficer = (id: string): Call => ({ ...page, query: RECORD, variables: { id } });
    const attending = { ...leftBehind, as: 'education-member', purpose: 'JOINT_MEETING', reference: MEETING };
    const drill = new Drill({
      send,
      clients: 4,
      calls: [
        leftBehind,
        ...children.map(ofOfficer),
        page,
        attending,
        { ...leftBehind, as: 'child-director', purpose: 'VISIT', reference: visitsOf('child-director') },
        { ...leftBehind, as: 'neighbour-case-worker', reference: undefined },
        { ...leftBehind, as: 'education-developer', purpose: 'OWN_DUTY' },
        { ...leftBehind, purpose: null },
        { ...leftBehind, as: undefined },
        { ...leftBehind, query: '{ nothing' },
      ],
      mutation: (facts, idempotencyKey) => ({
        as: 'education-officer',
        purpose: 'MANDATORY_REPORT',
        query: operation('reportClue', 'receiptNumber').replace('mutation', 'mutation Report'),
        variables: { input: { channel: '强制报告', situation: '辍学', facts, region: '990101001', idempotencyKey } },
      }),
    });
    const killed = [
      'gateway',
      'education',
      'governance-center',
      oneOf(AGENCIES.filter((agency) => !['education', 'governance-center'].includes(agency))),
    ];
    let outcome: DrillOutcome;
    try {
      const calm = await drill.begin();
      expect(calm.map((each) => !each.broken && each.status)).toEqual([...Array(9).fill(200), 400, 401, 400]);
      expect(calm.slice(0, 6).map((each) => refused(each))).toEqual([
        [],
        // What another agency's officer does not read.
        ...Array(3).fill([
          ...['Child.risk', 'Identity.fullName', 'Identity.idNumber', 'Child.household', 'Child.welfare'],
          ...['Child.protectionOrders', 'Child.lovingMother'],
        ]),
        ['Identity.fullName', 'Child.welfare', 'Child.protectionOrders', 'Child.lovingMother'],
        // What a regular meeting does not open.
        ['Identity.idNumber', 'Child.household', 'Child.protectionOrders', 'Child.lovingMother'],
      ]);
      for (const name of killed) {
        // Education's other process answers.
        drill.mayMiss(isAgency(name) && name !== 'education' ? [name] : []);
        await system.kill(name);
        await sleep(300);
        await system.restart(name);
        await drill.settled();
      }
      drill.mayMiss([]);
      await redis?.kill();
      await drill.settled();
    } finally {
      outcome = await drill.end();
    }
    const { faults, answers, counts, sent, done } = outcome;
    process.stdout.write(
      `drill: killed ${killed.join(', ')}; ${JSON.stringify(counts)}; ${done.size} mutations sent ${sent} times\n`,
    );

    expect(faults).toEqual([]);
    for (const [service, { sent: each }] of system.proxies) {
      expect({ service, least: Math.min(...each.values()) > 20 }).toEqual({ service, least: true });
    }
    expect(counts.whole).toBeGreaterThan(100);
    expect(counts.partial).toBeGreaterThan(10);
    const centre = connect(system.databaseUrl('governance-center'), { poolSize: 1, statementTimeout: 0 });
    const ledger = connect(system.databaseUrl('ledger'), { poolSize: 1, statementTimeout: 0 });
    try {
      const reported: string[] = await centre('base.clue').where('facts', 'like', 'drill %').pluck('facts');
      expect(reported.toSorted()).toEqual([...done.keys()].toSorted());
      expect([...done.values()].filter(({ size }) => size !== 1)).toEqual([]);

      const bodies: string[] = await ledger('ledger.entry').orderBy('seq').pluck('body');
      const entries = bodies.map((body) => JSON.parse(body) as LedgerEntry);
      const recorded = new Map(
        entries.filter(({ stage }) => stage === 'ended').map(({ requestId, outcome }) => [requestId, outcome?.status]),
      );
      expect(answers.filter(({ requestId, status }) => recorded.get(requestId) !== status)).toEqual([]);
      // No proxy or gateway has sent a mutation twice.
      const begun = entries.filter(({ stage, operation: sentAs }) => stage === 'begun' && sentAs?.name === 'Report');
      expect(begun.length).toBeGreaterThanOrEqual(done.size);
      expect(begun.length).toBeLessThanOrEqual(sent);
    } finally {
      await Promise.all([centre.destroy(), ledger.destroy()]);
    }
    const publicKeys = [system.ledgerKeys.publicKey];
    const youngest = { entries: 100_000, seconds: 3_600 };
    const url = system.databaseUrl('ledger');
    const whole = await verified({ ownerUrl: url, writerUrl: url, readerUrl: url }, { publicKeys, youngest });
    expect(whole).toMatchObject({ entries: expect.any(Number) });
  });

  test('one that gets SIGHUP loads a new graph and keeps serving', async () => {
    const ready = async () =>
      (await (await fetch(`${system.urlOfProcess('gateway')}/ready`)).json()) as {
        readonly graph: { readonly id: string };
      };
    const { graph: before } = await ready();
    const texts = { ...COMMITTED, rules: JSON.stringify(JSON.parse(COMMITTED.rules)) };
    system.graph.write(texts);
    system.signal('gateway', 'SIGHUP');
    while ((await ready()).graph.id === before.id) await sleep(50);
    expect(await ready()).toEqual({
      ready: true,
      graph: { id: idOfTexts(texts), rules: versionOfRules(texts.rules), since: expect.any(String) },
    });
  });
});

test('on SIGTERM every process exits with code 0', async () => {
  const names = system.processNames;
  const codes = await Promise.all(names.map(async (name) => [name, await system.stop(name)]));
  expect(codes).toEqual(names.map((name) => [name, 0]));
});
