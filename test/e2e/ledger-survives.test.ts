import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { prepareLedger } from '../../gateway/ledger/database';
import { freePort } from '../../shared/cli/free-port';
import { connect } from '../../shared/db/connect';
import { type Agency, enumName } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { contextVerifier } from '../../shared/protocol/context-token';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import { subgraphServer } from '../../shared/subgraph/subgraph-server';
import { childIdOf, STORY, TEST_CHILD_IDS, testDatabase } from '../support/databases';
import { type TestIdentityProvider, testIdentityProvider } from '../support/identity-provider';
import { dropLedgerDatabase, emptyLedgerDatabase, makeKeys, TEST_KEYS } from '../support/ledger';
import { UNHURRIED } from '../support/patience';
import { type StartedProcess, startLine, type Variables } from '../support/process';
import { headersOf } from '../support/system';

/** Two gateways under load, each killed and restarted at random moments, with one ledger. */

const CLIENTS = 6;
const KILLS = 5;
/** With these, something else is wrong. */
const MOST_KILLS = 40;
/** Between a client's requests: several are always under way, and leave time for the process that starts. */
const PAUSE_MILLISECONDS = 50;
/** The shortest and longest time before each kill. */
const UNDER_LOAD_MILLISECONDS = [300, 1_500] as const;
const ANSWERS = 100;
const LEDGER = 'ledger_survives';

const CHILD = childIdOf(STORY.leftBehind);
const QUERY = `{ child(id: "${CHILD}") { identity { fullName } enrolment { school } welfare { categories } } }`;

let identityProvider: TestIdentityProvider;
const agencies = new Map<Agency, string>();
const closing: (() => Promise<void>)[] = [];
let variables: Variables;
beforeAll(async () => {
  identityProvider = await testIdentityProvider();
  const ledger = await emptyLedgerDatabase(LEDGER);
  await prepareLedger(ledger);
  const { privateKey, publicKey } = makeKeys();
  for (const definition of SUBGRAPHS) {
    const { agency } = definition;
    const log = pino({ level: 'silent' });
    const running = await startSubgraph({
      definition,
      database: testDatabase(agency),
      ledgerUrl: ledger.readerUrl,
      district: undefined,
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(publicKey, agency),
      log,
    });
    const app = subgraphServer(() => running, log);
    await app.listen({ host: '127.0.0.1', port: 0 });
    agencies.set(agency, `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`);
    closing.push(async () => {
      await app.close();
      await running.close();
    });
  }
  variables = {
    JWKS_URI: identityProvider.jwksUri,
    JWT_ISSUER: identityProvider.issuer,
    JWT_AUDIENCE: identityProvider.audience,
    CONTEXT_PRIVATE_KEY: privateKey,
    LOG_LEVEL: 'error',
    ...UNHURRIED,
    LEDGER_DATABASE_URL: ledger.ownerUrl,
    LEDGER_SIGNING_KEY: TEST_KEYS.privateKey,
    LEDGER_CHECKPOINT_ENTRIES: '50',
    ...Object.fromEntries([...agencies].map(([agency, url]) => [`SUBGRAPH_URL_${enumName(agency)}`, url])),
  };
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await identityProvider.close();
  await dropLedgerDatabase(LEDGER);
});

class Replica {
  readonly port: number;
  private running: StartedProcess | undefined;
  kills = 0;

  constructor(port: number) {
    this.port = port;
  }

  async start(): Promise<void> {
    this.running = startLine('exec node dist/gateway/main.js gateway', {
      ...variables,
      PORT: String(this.port),
    });
    await this.running.shows(/^ready: /m);
  }

  async kill(): Promise<void> {
    this.kills += 1;
    this.running?.child.kill('SIGKILL');
    await this.running?.ended;
  }

  async stop(): Promise<void> {
    const { running } = this;
    if (running === undefined || running.child.exitCode !== null || running.child.signalCode !== null) return;
    running.child.kill('SIGTERM');
    await once(running.child, 'close');
  }
}

test('every answer that a client received has its entry, and the chain is whole', async () => {
  const replicas = [new Replica(await freePort()), new Replica(await freePort())];
  const received = new Set<string>();
  let broken = 0;
  let over = false;
  try {
    await Promise.all(replicas.map((replica) => replica.start()));
    const client = async (): Promise<void> => {
      while (!over) {
        const { port } = replicas[Math.floor(Math.random() * replicas.length)] as Replica;
        try {
          const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
            method: 'POST',
            headers: {
              'content-type': 'application/json',
              ...headersOf(identityProvider),
            },
            body: JSON.stringify({ query: QUERY }),
          });
          const { data } = (await response.json()) as { data?: { child?: { identity?: { fullName?: string } } } };
          if (data?.child?.identity?.fullName === '林小溪') received.add(response.headers.get('x-request-id') ?? '');
          await sleep(PAUSE_MILLISECONDS);
        } catch {
          broken += 1;
          await sleep(50);
        }
      }
    };
    // Ends after a number of kills and answers instead of a time, because a busy machine restarts slowly.
    const killer = async (): Promise<void> => {
      const [least, most] = UNDER_LOAD_MILLISECONDS;
      for (let turn = 0; turn < KILLS || (received.size <= ANSWERS && turn < MOST_KILLS); turn += 1) {
        await sleep(least + Math.random() * (most - least));
        const replica = replicas[turn % replicas.length] as Replica;
        await replica.kill();
        await replica.start();
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, client));
    await killer();
    over = true;
    await clients;
    // The last kill: the newest entries have no checkpoint yet.
    await replicas[0]?.kill();
  } finally {
    over = true;
    await Promise.all(replicas.map((replica) => replica.stop()));
  }
  const kills = replicas.reduce((sum, replica) => sum + replica.kills, 0);
  const db = connect(variables.LEDGER_DATABASE_URL ?? '', { poolSize: 1, statementTimeout: 0 });
  try {
    const recorded: string[] = await db('ledger.entry').where({ stage: 'ended' }).pluck('request_id');
    const found = new Set(recorded);
    expect([...received].filter((id) => !found.has(id))).toEqual([]);
    expect(found.size).toBe(recorded.length);
    process.stdout.write(
      `ledger: ${received.size} answers received, ${recorded.length} entries, ${kills} kills, ${broken} requests broken off\n`,
    );
  } finally {
    await db.destroy();
  }
  expect(received.size).toBeGreaterThan(ANSWERS);
  expect(kills).toBeGreaterThan(KILLS);
  expect(broken).toBeGreaterThan(0);

  const verify = startLine('exec node dist/gateway/main.js ledger-verify --json', variables);
  const { code, stdout, stderr } = await verify.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ ok: true });
});
