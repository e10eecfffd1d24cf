import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Pool } from 'undici';
import { SUBGRAPHS } from '../../gateway/embedded';
import { prepareLedger } from '../../gateway/ledger/database';
import { enumName } from '../../shared/agencies';
import { childIds } from '../../shared/child-id';
import { contextVerifier } from '../../shared/context-token';
import { todayInChina } from '../../shared/dates';
import { provision, provisionDatabase } from '../../shared/db/agency-database';
import { claimDataDirectory } from '../../shared/db/data-directory';
import { startEmbeddedPostgres } from '../../shared/db/embedded-postgres';
import { startSubgraph } from '../../shared/start-subgraph';
import { subgraphServer } from '../../shared/subgraph-server';
import { TEST_CHILD_IDS } from '../support/databases';
import { testIdentityProvider } from '../support/identity-provider';
import { makeKeys } from '../support/ledger';
import { freePort } from '../support/process';

/**
 * What recording every access costs the gateway: CPU time of its process per request (user and system, /proc/<pid>/stat),
 * of this checkout against another one, such as one from before the ledger. Median of rounds that alternate.
 *
 *   npm run bench:recording -- --against DIRECTORY [--rounds 9]
 */
const PROJECT = join(__dirname, '..', '..');
const TICKS_PER_SECOND = 100;
const CONCURRENCY = 8;
const WARM_UP = 1_600;

const SCENARIOS = {
  record: { requests: 400, query: (id: string) => `{ child(id: "${id}") { ${SECTIONS} } }` },
  page100: { requests: 150, query: () => `{ children(first: 100) { nodes { id ${SECTIONS} } } }` },
} as const;

const SECTIONS =
  'risk { level } identity { fullName age } welfare { categories } enrolment { school grade } protectionOrders { kind } lovingMother { name }';

const { values } = parseArgs({ options: { against: { type: 'string' }, rounds: { type: 'string', default: '9' } } });

async function main(): Promise<void> {
  if (values.against === undefined) throw new Error('Say what to compare with: --against DIRECTORY.');
  const directory = await mkdtemp(join(tmpdir(), 'record-bench-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  try {
    const claim = await claimDataDirectory(directory);
    closing.push(() => claim.release());
    const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
    closing.push(() => postgres.stop());
    const identityProvider = await testIdentityProvider();
    closing.push(() => identityProvider.close());
    const context = makeKeys();
    const log = pino({ level: 'silent' });
    const ledgerDatabase = await provisionDatabase(postgres.adminUrl, 'access_ledger');
    await prepareLedger(ledgerDatabase);
    const urls: Record<string, string> = {};
    for (const definition of SUBGRAPHS) {
      const { agency } = definition;
      const running = await startSubgraph({
        definition,
        database: await provision(postgres.adminUrl, agency),
        ledgerUrl: ledgerDatabase.readerUrl,
        district: { seed: 'district', size: 2_000, today: todayInChina() },
        childIds: childIds(TEST_CHILD_IDS),
        verifyContext: contextVerifier(context.publicKey, agency),
        log,
      });
      const app = subgraphServer(() => running, log);
      await app.listen({ host: '127.0.0.1', port: 0 });
      urls[`SUBGRAPH_URL_${enumName(agency)}`] =
        `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/graphql`;
      closing.push(async () => {
        await app.close();
        await running.close();
      });
    }
    const variables = {
      ...urls,
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      JWKS_URI: identityProvider.jwksUri,
      JWT_ISSUER: identityProvider.issuer,
      JWT_AUDIENCE: identityProvider.audience,
      CONTEXT_PRIVATE_KEY: context.privateKey,
    };
    const ledger = {
      LEDGER_DATABASE_URL: ledgerDatabase.ownerUrl,
      LEDGER_SIGNING_KEY: makeKeys().privateKey,
    };
    const authorization = `Bearer ${identityProvider.token('county-case-worker', { expiresIn: '2h' })}`;
    const contestants = [
      await startGateway('recording', PROJECT, { ...variables, ...ledger }, authorization),
      await startGateway('against', resolve(values.against), variables, authorization),
    ];
    for (const { process } of contestants) closing.push(async () => process.kill('SIGTERM'));
    const id = await contestants[0]?.someChild();
    for (const [name, { query, requests }] of Object.entries(SCENARIOS)) {
      const body = JSON.stringify({ query: query(id ?? '') });
      for (const contestant of contestants) await contestant.send(body, WARM_UP / (name === 'record' ? 1 : 8));
      const figures = contestants.map(() => [] as number[]);
      for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const [index, contestant] of contestants.entries())
          figures[index]?.push(await contestant.measure(body, requests));
      }
      const [ours, theirs] = figures.map(median) as [number, number];
      console.log(
        `${name.padEnd(8)} recording ${ours.toFixed(2)} ms, against ${theirs.toFixed(2)} ms CPU per request: ${(((ours - theirs) / theirs) * 100).toFixed(1)} %`,
      );
    }
  } finally {
    for (const close of closing.reverse()) await close().catch(() => undefined);
  }
}

async function startGateway(name: string, cwd: string, environment: Record<string, string>, authorization: string) {
  const port = await freePort();
  const gateway = spawn('node', ['--import', 'tsx', 'gateway/main.ts', 'gateway'], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((done, failed) => {
    gateway.stdout?.on('data', (text) => String(text).includes('ready:') && done());
    gateway.once('exit', () => failed(new Error(`The gateway ${name} ended.`)));
  });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONCURRENCY });
  const headers = { 'content-type': 'application/json', authorization, 'access-purpose': 'RISK_ASSESSMENT' };
  const ask = async (body: string) => {
    const response = await pool.request({ method: 'POST', path: '/graphql', headers, body });
    const text = await response.body.text();
    if (response.statusCode !== 200 || text.includes('"errors"')) throw new Error(`${name}: ${text.slice(0, 300)}`);
    return text;
  };
  const send = async (body: string, requests: number) => {
    let left = requests;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        await ask(body);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  };
  return {
    process: gateway,
    send,
    async measure(body: string, requests: number): Promise<number> {
      const before = cpuMilliseconds(gateway);
      await send(body, requests);
      return (cpuMilliseconds(gateway) - before) / requests;
    },
    someChild: async () =>
      JSON.parse(await ask(JSON.stringify({ query: '{ children(first: 1) { nodes { id } } }' }))).data.children.nodes[0]
        .id,
  };
}

function cpuMilliseconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND;
}

function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] as number;
}

void main();
