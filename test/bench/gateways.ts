import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { todayInChina } from '../../shared/domain/dates';
import type { District } from '../../shared/synthetic/district';
import { type Agencies, startAgencies } from './support/agencies';
import { openBenchCase } from './support/bench-case';
import { type BenchWorld, inBenchWorld } from './support/bench-world';
import { installContestants, startContestant } from './support/contestants';
import { loadOf, machine, median, medianInterval, table, verdict } from './support/figures';
import { startOurGateway } from './support/our-gateway';
import { profiling } from './support/profiling';
import { CALLS, requestsOf, SCENARIOS, type Scenario } from './support/scenarios';
import type { Answer, ServerProcess } from './support/server-process';

/**
 * `npm run bench`: CPU time per request of each gateway's process, in milliseconds, with the same agencies. Median of
 * alternating rounds. Explained in docs/operations/performance.md.
 */
const CONTESTANTS = ['stock', 'hive', 'floor', 'ours'] as const;
/** `before` is our gateway from another checkout, with that checkout's agencies. */
const NAMES = [...CONTESTANTS, 'before'] as const;
type Name = (typeof NAMES)[number];

/** The largest permitted share of our time to another gateway's. */
const TARGETS: Readonly<Record<Scenario, Readonly<Record<Exclude<Name, 'ours'>, number>>>> = {
  record: { stock: 0.3, hive: 0.45, floor: 1.6, before: 1 },
  page100: { stock: 0.4, hive: 0.3, floor: 1.6, before: 1 },
};

const CONCURRENCY = 8;
const REQUESTS: Readonly<Record<Scenario, { readonly warmUp: number; readonly perRound: number }>> = {
  record: { warmUp: 1_000, perRound: 300 },
  page100: { warmUp: 120, perRound: 50 },
};
/** The time limit of one scenario on a busy machine: no round starts later, except the minimum. */
const MOST_MILLISECONDS = 85_000;
const FEWEST_ROUNDS = 3;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: CONTESTANTS.join(',') },
    against: { type: 'string' },
    without: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

type Figures = Readonly<Partial<Record<Name, readonly number[]>>>;

const say = (text: string) => {
  (options.json ? process.stderr : process.stdout).write(`${text}\n`);
};

async function main(): Promise<void> {
  const names = chosen();
  const rounds = Number(options.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1 on.');
  if (names.some((name) => name === 'stock' || name === 'hive')) await installContestants(say);
  const district = { seed: 'district', size: 2_000, today: todayInChina() };
  await inBenchWorld({ district }, async (world, atEnd) => {
    const nodeOptions = await profiling(options.profile, say);
    const servers: Measured[] = [];
    for (const name of names) {
      const server =
        name === 'before' ? await startBefore(world, district, atEnd) : await start(name, world, nodeOptions);
      servers.push(server);
      atEnd(() => server.stop());
    }
    // The floor answers nothing but the measured operations.
    const requests = await requestsOf(servers.find(({ name }) => name !== 'floor') as Measured);
    say(`${machine()}; load ${loadOf()}; at most ${rounds} rounds, ${CONCURRENCY} requests at once`);
    const figures: Partial<Record<Scenario, Figures>> = {};
    for (const scenario of Object.keys(SCENARIOS) as Scenario[]) {
      const bytes = await refuseUnequal(servers, requests[scenario]);
      const measured = await measure(scenario, servers, requests[scenario], rounds);
      figures[scenario] = measured;
      print(scenario, measured, bytes);
    }
    say(`load ${loadOf()}`);
    if (options.json) process.stdout.write(`${JSON.stringify(mediansOf(figures))}\n`);
  });
}

function chosen(): readonly Name[] {
  const asked = options.only.split(',');
  const unknown = asked.find((name) => !CONTESTANTS.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`--only takes some of ${CONTESTANTS.join(',')}, separated by commas.`);
  const names: readonly Name[] = CONTESTANTS.filter((name) => asked.includes(name));
  if (names.every((name) => name === 'floor')) throw new Error('--only takes at least one gateway beside the floor.');
  return options.against === undefined ? names : [...names, 'before'];
}

/** A gateway with its agencies. */
type Measured = ServerProcess & { readonly agencies: Agencies };

async function start(
  name: Exclude<Name, 'before'>,
  world: BenchWorld,
  nodeOptions: readonly string[],
): Promise<Measured> {
  const { agencies, directory } = world;
  const server =
    name === 'ours'
      ? await startOurGateway({ ...world, concurrency: CONCURRENCY, nodeOptions })
      : await startContestant(name, agencies, directory, CONCURRENCY);
  return { ...server, agencies };
}

/**
 * Our gateway from the checkout `--against`, with its own agencies, because both change together; without the settings
 * `--without`, which an older checkout would refuse.
 */
async function startBefore(
  { directory, identityProvider, contextKeys }: BenchWorld,
  district: District,
  atEnd: (step: () => Promise<unknown>) => void,
): Promise<Measured> {
  const project = resolve(options.against ?? '');
  const own = join(directory, 'before');
  await mkdir(own, { mode: 0o755 });
  const agencies = await startAgencies(
    { directory: own, district, contextPublicKey: contextKeys.publicKey },
    { project },
  );
  atEnd(() => agencies.close());
  await openBenchCase(agencies.adminUrl);
  const name = 'before' satisfies Name;
  const server = await startOurGateway({
    name,
    agencies,
    identityProvider,
    contextKeys,
    concurrency: CONCURRENCY,
    project,
    without: options.without.split(','),
  });
  return { ...server, agencies };
}

/**
 * @returns the average size of an answer in bytes. @throws if a gateway answers with other data, which makes its time
 *   meaningless.
 */
async function refuseUnequal(servers: readonly ServerProcess[], bodies: readonly string[]): Promise<number> {
  let bytes = 0;
  for (const body of bodies) {
    let first: unknown;
    for (const server of servers) {
      const { data, extensions } = JSON.parse(await server.ask(body)) as Answer;
      const { denied = [], unavailable = [] } = extensions?.access ?? {};
      if (denied.length + unavailable.length > 0) throw new Error(`${server.name} does not answer everything.`);
      first ??= data;
      if (!isDeepStrictEqual(data, first)) {
        throw new Error(`${server.name} answers with other data than ${servers[0]?.name}.`);
      }
    }
    bytes += Buffer.byteLength(JSON.stringify({ data: first }));
  }
  return bytes / bodies.length;
}

/** @throws if a gateway makes another number of calls than its requests need. */
async function measure(
  scenario: Scenario,
  servers: readonly Measured[],
  bodies: readonly string[],
  rounds: number,
): Promise<Figures> {
  const { warmUp, perRound } = REQUESTS[scenario];
  const startedAt = performance.now();
  for (const server of servers) await server.warmUp(bodies, warmUp);
  const figures = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  const mayGoOn = (round: number) => round < FEWEST_ROUNDS || performance.now() - startedAt < MOST_MILLISECONDS;
  for (let round = 0; round < rounds && mayGoOn(round); round += 1) {
    // Each starts a round equally often.
    const order = servers.map((_, index) => servers[(index + round) % servers.length] as Measured);
    for (const server of order) {
      await server.agencies.counts();
      figures.get(server.name)?.push(await server.measure(bodies, perRound));
      const { arrivals } = await server.agencies.counts();
      // Ours asks the centre every 30 seconds what the case covers, in each request that is under way then.
      const more = arrivals - perRound * CALLS;
      if (more < 0 || more > (server.name === 'ours' || server.name === 'before' ? CONCURRENCY : 0)) {
        throw new Error(`${server.name} makes ${arrivals / perRound} calls for a request instead of ${CALLS}.`);
      }
    }
  }
  return Object.fromEntries(figures);
}

function print(scenario: Scenario, figures: Figures, bytes: number): void {
  const ours = figures.ours === undefined ? undefined : median(figures.ours);
  const rows = NAMES.flatMap((name) => {
    const values = figures[name];
    if (values === undefined) return [];
    const value = median(values);
    const noise = `${Math.min(...values).toFixed(2)} - ${Math.max(...values).toFixed(2)}`;
    if (name === 'ours' || ours === undefined) return [[name, value.toFixed(2), noise, '', '', '']];
    const most = TARGETS[scenario][name];
    const ratio = ours / value;
    return [[name, value.toFixed(2), noise, ratio.toFixed(2), most.toFixed(2), verdict({ value: ratio, most })]];
  });
  const rounds = figures.ours?.length ?? Object.values(figures)[0]?.length;
  const size = `${(bytes / 1_024).toFixed(1)} KiB`;
  say(`\n${scenario}: ${SCENARIOS[scenario].title}, ${size}; CPU ms per request, ${rounds} rounds`);
  say(table([['', 'median', 'of all rounds', 'ours is x', 'at most', ''], ...rows]));
  const { before } = figures;
  if (figures.ours !== undefined && before !== undefined) sayPaired(figures.ours, before);
}

/** Two checkouts differ by less than a machine's noise, which affects both within a round. */
function sayPaired(ours: readonly number[], before: readonly number[]): void {
  const ratios = ours.map((value, round) => value / (before[round] ?? Number.NaN));
  const { least, most } = medianInterval(ratios);
  say(
    `ours / before in the same round: median ${median(ratios).toFixed(3)}, ` +
      `with 95 % confidence between ${least.toFixed(3)} and ${most.toFixed(3)}`,
  );
}

function mediansOf(figures: Readonly<Partial<Record<Scenario, Figures>>>): unknown {
  const rounded = (values: readonly number[]) => Number(median(values).toFixed(4));
  return Object.fromEntries(
    Object.entries(figures).map(([scenario, ofScenario]) => [
      scenario,
      Object.fromEntries(Object.entries(ofScenario).map(([name, values]) => [name, rounded(values)])),
    ]),
  );
}

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.message}\n`);
  process.exitCode = 1;
});
