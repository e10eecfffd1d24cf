import { once } from 'node:events';
import { type ClientRequest, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { connect } from '../../shared/db/connect';
import { childIds } from '../../shared/domain/child-id';
import { isPurpose, type Purpose } from '../../shared/domain/purpose';
import { type RunningSubgraph, startSubgraph } from '../../shared/subgraph/start-subgraph';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import centre from '../../subgraphs/governance-center';
import { type CaseWork, startCaseWork } from '../support/case-work';
import { adminUrl, childIdOf, STORY, TEST_CHILD_IDS, testLedger } from '../support/databases';
import { demoCaller } from '../support/identity-provider';
import { until } from '../support/until';

// An agency with a slow field is not down: only that field gets no answer.

const CLUES = 'clues { totalCount nodes { id } }';
const RECORD = `child(id: "${childIdOf(STORY.leftBehind)}") { risk { level } }`;
const county = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' };
const TOO_SLOW = {
  message: 'This took longer than allowed; ask for less, or try again later.',
  extensions: { code: 'TOO_SLOW' },
};

let work: CaseWork;
/** Only a superuser sees what others wait for. */
let admin: Knex;
beforeAll(async () => {
  admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  // One fault would open the breaker.
  work = await startCaseWork('slow_statements', undefined, {}, { requestMilliseconds: 5_000, breakerFaults: 1 });
  // Connected and planned: within the deadline a busy machine has nothing to do but what is tested.
  await Promise.all(Array.from({ length: 8 }, () => work.system.ask(`{ ${CLUES} }`, county)));
  await work.system.ask(`{ ${RECORD} }`, county);
});
afterAll(async () => {
  await admin.destroy();
  await work.close();
});

/** Runs work while a table of the governance centre is locked, so statements on it wait. */
const whileLocked = (table: string, act: () => Promise<void>) =>
  work.owner.transaction(async (transaction) => {
    await transaction.raw('lock table base.?? in access exclusive mode', [table]);
    await act();
  });

async function statementsThatWait(): Promise<number> {
  const { rows } = await admin.raw(
    `select count(*)::int as count from pg_stat_activity
     where datname = 'slow_statements_governance_center' and wait_event_type = 'Lock'`,
  );
  return rows[0].count;
}

const untilWaiting = (isEnough: (count: number) => boolean): Promise<void> =>
  until(async () => isEnough(await statementsThatWait()));

test('each slow list gets an error, while records are answered and no breaker opens', async () => {
  await whileLocked('clue', async () => {
    // More than the lists' connections: some wait for the database, others for a connection.
    const lists = Array.from({ length: 8 }, () => work.system.ask(`{ ${CLUES} }`, county));
    await untilWaiting((count) => count === 4);
    const record = await work.system.ask(`{ ${RECORD} }`, county);
    expect(record.body).toMatchObject({ data: { child: { risk: { level: 'YELLOW' } } } });
    for (const { body } of await Promise.all(lists)) {
      expect(body).toMatchObject({ data: null, errors: [{ ...TOO_SLOW, path: ['clues'] }] });
    }
    expect(await statementsThatWait()).toBe(0);
    const both = await work.system.ask(`{ ${RECORD} emergencyUses: cases { totalCount } }`, county);
    expect(both.body.errors).toBeUndefined();
  });
  const after = await work.system.ask(`{ ${CLUES} }`, county);
  expect(after.body.errors).toBeUndefined();
  expect(after.body.data.clues.totalCount).toBeGreaterThan(0);
});

test('a slow field of a record affects no other field', async () => {
  await whileLocked('risk_assessment', async () => {
    const { body } = await work.system.ask(`{ ${RECORD.replace('}', '} region { code }')} }`, county);
    const { data, errors } = body;
    expect({ data, errors }).toEqual({
      data: { child: { risk: null, region: { code: '990101' } } },
      errors: [{ ...TOO_SLOW, path: ['child', 'risk'] }],
    });
  });
});

describe('an abandoned request', () => {
  let running: RunningSubgraph;
  let app: ReturnType<typeof subgraphServer>;
  beforeAll(async () => {
    const access = { caller: demoCaller('county-case-worker'), reference: null, grant: null };
    running = await startSubgraph({
      definition: centre,
      database: work.database,
      ledgerUrl: testLedger().readerUrl,
      district: undefined,
      childIds: childIds(TEST_CHILD_IDS),
      // The token is the purpose.
      verifyContext: (purpose) => (isPurpose(purpose) ? { ...access, purpose, reasonGiven: false } : null),
      log: pino({ level: 'silent' }),
    });
    app = subgraphServer(() => running, pino({ level: 'silent' }));
    await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await app.close();
    await running.close();
  });

  function ask(query: string, purpose: Purpose = 'RISK_ASSESSMENT'): ClientRequest {
    const { port } = app.server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${purpose}` };
    const request = httpRequest({ port, path: '/graphql', method: 'POST', headers });
    request.on('error', () => undefined);
    request.end(JSON.stringify({ query }));
    return request;
  }

  test.each<[string, Purpose]>([
    [CLUES, 'RISK_ASSESSMENT'],
    ['protectionReport(region: "990101", quarter: "2026Q1") { quarter }', 'STATISTICS'],
  ])('has its statement cancelled in the database: { %s }', async (query, purpose) => {
    await whileLocked('clue', async () => {
      const request = ask(`{ ${query} }`, purpose);
      await untilWaiting((count) => count === 1);
      request.destroy();
      await untilWaiting((count) => count === 0);
    });
    // The connection still works.
    const [response] = await once(ask(`{ ${CLUES} }`), 'response');
    expect(response.statusCode).toBe(200);
  });

  test('cancels no statement of another request on the same connection', async () => {
    await whileLocked('clue', async () => {
      const requests = Array.from({ length: 4 }, () => ask(`{ ${CLUES} }`));
      await untilWaiting((count) => count === 4);
      for (const request of requests) request.destroy();
      await untilWaiting((count) => count === 0);
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const [response] = await once(ask('{ cases { totalCount } }'), 'response');
        let text = '';
        for await (const part of response) text += part;
        return JSON.parse(text).errors;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([undefined]));
  });
});
