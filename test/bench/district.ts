import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Client } from 'pg';
import { freePort } from '../../shared/cli/free-port';
import { todayInChina } from '../../shared/domain/dates';
import type { District } from '../../shared/synthetic/district';
import { type BenchWorld, inBenchWorld } from './support/bench-world';
import { makeCentralCopy } from './support/central-copy';
import { CENTRAL_OPTIONS, centralRows } from './support/central-query';
import { cpuMilliseconds, machine, median, quantile, table, verdict } from './support/figures';
import { mixedRequests } from './support/mixed-requests';
import { startOurGateway, TELLING_MEMORY } from './support/our-gateway';
import { requestsOf, SCENARIOS, type Scenario } from './support/scenarios';
import { type ServerProcess, startServer } from './support/server-process';

/**
 * `npm run bench:district`: a district's children through the gateway, compared with one SQL join over a central copy
 * of the same data; the growth of both; and whether time and memory stay constant over many requests. Explained in
 * docs/operations/performance.md.
 */
const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '2000,20000,178400' },
    requests: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '20' },
    /** A directory whose databases are kept and reused. */
    keep: { type: 'string' },
    /** The day of the district; reused databases must have been filled as of this day. */
    today: { type: 'string', default: todayInChina() },
  },
});

const CONCURRENCY = 8;

/** The largest permitted factor to the time of one SQL join. */
const TARGETS: Readonly<Record<Scenario, number>> = { record: 3, page100: 5 };
const REPEATS: Readonly<Record<Scenario, { readonly warmUp: number; readonly measured: number }>> = {
  record: { warmUp: 300, measured: 400 },
  page100: { warmUp: 60, measured: 120 },
};

/** One request of a scenario, to the gateway and to the central copy. */
interface Asked {
  readonly body: string;
  /** The subject, as for `centralRows`. */
  readonly of: string;
  readonly children: readonly unknown[];
}

const WAYS = ['gateway', 'SQL join', 'SQL join over HTTP'] as const;
type Milliseconds = Readonly<Record<(typeof WAYS)[number], readonly number[]>>;

interface OfSize {
  readonly size: number;
  readonly statements: Readonly<Record<Scenario, number>>;
  readonly times: Readonly<Record<Scenario, Milliseconds>>;
}

async function main(): Promise<void> {
  const sizes = options.sizes.split(',').map(Number);
  console.log(`${machine()}; one request at a time, unless said otherwise`);
  const measured: OfSize[] = [];
  for (const [index, size] of sizes.entries()) {
    const district = { seed: 'district', size, today: options.today };
    const keep = options.keep && join(options.keep, String(size));
    const startedAt = performance.now();
    await inBenchWorld({ district, keep }, async (world, atEnd) => {
      console.log(`\n${size} children: databases filled and started in ${seconds(startedAt)} s`);
      const gateway = await startOurGateway({ ...world, concurrency: CONCURRENCY, ...TELLING_MEMORY });
      atEnd(() => gateway.stop());
      const ofSize = await measureSize(size, world, gateway, atEnd);
      measured.push(ofSize);
      printComparison(ofSize);
      if (index === sizes.length - 1 && options.requests !== '0') await longRun(world, district, gateway);
    });
  }
  printGrowth(measured);
}

async function measureSize(
  size: number,
  world: BenchWorld,
  gateway: ServerProcess,
  atEnd: (step: () => Promise<unknown>) => void,
): Promise<OfSize> {
  const copyStartedAt = performance.now();
  const centralUrl = await makeCentralCopy(world.agencies.adminUrl);
  console.log(`central copy made in ${seconds(copyStartedAt)} s`);
  const central = new Client({ connectionString: centralUrl, options: CENTRAL_OPTIONS });
  await central.connect();
  atEnd(() => central.end());
  const visible = world.agencies.children;
  const server = await startCentralServer(centralUrl, visible);
  atEnd(server.stop);

  const bodies = await requestsOf(gateway);
  const statements = { record: 0, page100: 0 };
  const times: Partial<Record<Scenario, Milliseconds>> = {};
  for (const scenario of Object.keys(SCENARIOS) as Scenario[]) {
    const asked = await askedOf(scenario, gateway, bodies[scenario]);
    for (const { of, children } of asked) {
      const found = await centralRows(central, scenario, of, visible);
      if (!isDeepStrictEqual(found, children)) throw new Error('The central copy answers otherwise than the gateway.');
    }
    statements[scenario] = await statementsOf(world, gateway, bodies[scenario]);
    const figures: Record<(typeof WAYS)[number], number[]> = { gateway: [], 'SQL join': [], 'SQL join over HTTP': [] };
    const { warmUp, measured } = REPEATS[scenario];
    for (let n = -warmUp; n < measured; n += 1) {
      const { body, of } = asked[(n + warmUp) % asked.length] as Asked;
      const each = {
        gateway: await timed(() => gateway.ask(body)),
        'SQL join': await timed(() => centralRows(central, scenario, of, visible)),
        'SQL join over HTTP': await timed(() => server.ask(scenario, of)),
      };
      if (n >= 0) for (const way of WAYS) figures[way].push(each[way]);
    }
    times[scenario] = figures;
  }
  return { size, statements, times: times as OfSize['times'] };
}

/** Each request with the gateway's answer, and the matching query of the central copy. */
async function askedOf(scenario: Scenario, gateway: ServerProcess, bodies: readonly string[]): Promise<Asked[]> {
  const asked: Asked[] = [];
  let last = '';
  for (const body of bodies) {
    const { data } = JSON.parse(await gateway.ask(body));
    const children: readonly { readonly id: string }[] = scenario === 'record' ? [data.child] : data.children.nodes;
    asked.push({ body, of: scenario === 'record' ? data.child.id : last, children });
    // The next page begins one child later.
    last = children[0]?.id ?? '';
  }
  return asked;
}

/** The statements of one request at all agencies. @throws unless all requests need the same number. */
async function statementsOf({ agencies }: BenchWorld, gateway: ServerProcess, bodies: readonly string[]) {
  const counted = new Set<number>();
  await agencies.counts();
  const counts = async (body: string): Promise<number> => {
    await gateway.ask(body);
    return (await agencies.counts()).statements;
  };
  // Every 30 seconds, a request also asks what the case covers.
  for (const body of bodies) counted.add(Math.min(await counts(body), await counts(body)));
  const [one = Number.NaN, ...others] = counted;
  if (others.length > 0) throw new Error(`Requests of one form take ${[...counted].join(', ')} SQL statements.`);
  return one;
}

async function startCentralServer(centralUrl: string, visible: readonly string[]) {
  const port = await freePort();
  const running = await startServer({
    name: 'central copy',
    args: ['--import', 'tsx', 'test/bench/support/central-server.ts'],
    variables: { CENTRAL_URL: centralUrl },
    port,
    headers: {},
    concurrency: 1,
  });
  return {
    ask: (operationName: Scenario, of: string) => running.ask(JSON.stringify({ operationName, of, visible })),
    stop: () => running.stop(),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Time and memory over many requests of many callers. */
async function longRun(world: BenchWorld, district: District, gateway: ServerProcess): Promise<void> {
  const bodies = await requestsOf(gateway);
  const children = bodies.record.map((body) => JSON.parse(body).variables.id);
  const wanted = Number(options.requests);
  // All documents have been sent in the first fifth.
  const request = mixedRequests(world.identityProvider, district, children, 8 * Math.ceil(wanted / 800));
  const deadline = performance.now() + Number(options.minutes) * 60_000;
  const parts: Part[] = [];
  let sent = 0;
  let lacking = 0;
  while (sent < wanted && performance.now() < deadline) {
    const first = sent;
    const end = Math.min(wanted, sent + Math.ceil(wanted / PARTS));
    const times: number[] = [];
    const worker = async () => {
      while (sent < end) {
        const { headers, body } = request(sent);
        sent += 1;
        const before = performance.now();
        const answer = await gateway.askAs(headers, body);
        times.push(performance.now() - before);
        if (answer.includes('"AGENCY_UNAVAILABLE"')) lacking += 1;
      }
    };
    const before = cpuMilliseconds(gateway.pid);
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    const cpu = (cpuMilliseconds(gateway.pid) - before) / (sent - first);
    const { heapUsed, rss } = await gateway.memory();
    const memory = { heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 };
    parts.push({ sent, cpu, median: median(times), p95: quantile(times, 0.95), ...memory });
  }
  const short = sent < wanted ? ` (${wanted} were wanted)` : '';
  console.log(`\n${sent} requests of 8 callers, ${CONCURRENCY} at once${short}; ${lacking} answers lacked an agency`);
  printRun(parts);
}

function printRun(parts: readonly Part[]): void {
  const shown = parts.filter((_, index) => index % 2 === 1);
  console.log(
    table([
      ['requests', 'CPU ms', 'median ms', '95 %', 'heap MiB', 'RSS MiB'],
      ...shown.map(({ sent, cpu, median, p95, heap, rss }) => [
        String(sent),
        cpu.toFixed(2),
        ...[median, p95, heap, rss].map((value) => value.toFixed(1)),
      ]),
    ]),
  );
  const fifth = Math.max(1, Math.floor(parts.length / 5));
  for (const [what, most] of FLAT) {
    const of = (some: readonly Part[]) => median(some.map((part) => part[what]));
    const ratio = of(parts.slice(-fifth)) / of(parts.slice(fifth, 2 * fifth));
    const met = ratio <= most ? 'flat' : 'GROWS';
    console.log(`${what}: the last fifth is ${ratio.toFixed(2)} x the second (at most ${most}: ${met})`);
  }
}

/** A part of the long run: memory in MiB after garbage collection, and CPU time per request. */
interface Part {
  readonly sent: number;
  readonly cpu: number;
  readonly median: number;
  readonly p95: number;
  readonly heap: number;
  readonly rss: number;
}

const PARTS = 20;

/**
 * The largest permitted factor of the last fifth to the second; the first fills the caches of documents and callers.
 */
const FLAT = [
  ['cpu', 1.15],
  ['heap', 1.1],
  ['rss', 1.15],
] as const;

function printComparison({ size, times }: OfSize): void {
  console.log(`${size} children, milliseconds`);
  const rows = (Object.keys(SCENARIOS) as Scenario[]).flatMap((scenario) =>
    // On a busy machine, the fastest tenth is more reliable.
    (
      [
        ['median', 0.5],
        ['fastest tenth', 0.1],
        ['95 %', 0.95],
      ] as const
    ).map(([name, share]) => {
      const [ours, join, overHttp] = WAYS.map((way) => quantile(times[scenario][way], share)) as [
        number,
        number,
        number,
      ];
      const most = TARGETS[scenario];
      const target = share === 0.5 ? [String(most), verdict({ value: ours / join, most })] : ['', ''];
      const values = [ours, join, overHttp].map((value) => value.toFixed(2));
      return [`${scenario}, ${name}`, ...values, (ours / overHttp).toFixed(1), (ours / join).toFixed(1), ...target];
    }),
  );
  console.log(table([['', ...WAYS, 'x the join over HTTP', 'x the join', 'at most', ''], ...rows]));
}

function printGrowth(measured: readonly OfSize[]): void {
  for (const scenario of Object.keys(SCENARIOS) as Scenario[]) {
    const constant = new Set(measured.map(({ statements }) => statements[scenario])).size === 1;
    console.log(`\n${scenario} as the district grows; SQL statements are ${constant ? 'constant' : 'NOT CONSTANT'}`);
    console.log(
      table([
        ['children', 'SQL statements', 'gateway ms', '95 %', 'SQL join ms', '95 %'],
        ...measured.map(({ size, statements, times }) => [
          String(size),
          String(statements[scenario]),
          ...[times[scenario].gateway, times[scenario]['SQL join']].flatMap((values) => [
            median(values).toFixed(2),
            quantile(values, 0.95).toFixed(2),
          ]),
        ]),
      ]),
    );
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1_000).toFixed(0);

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});
