import { parseArgs } from 'node:util';
import { provisionedUrls } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { databaseName } from '../../shared/domain/agencies';
import { todayInChina } from '../../shared/domain/dates';
import { type BenchWorld, inBenchWorld } from './support/bench-world';
import { COUNTY_SIZE, fillCounty } from './support/county';
import { loadOf, machine, quantile, table, verdict } from './support/figures';
import { startOurGateway } from './support/our-gateway';
import { profiling } from './support/profiling';
import { requestsOf } from './support/scenarios';
import type { ServerProcess } from './support/server-process';

/**
 * `npm run bench:boards`: bursts of 20 due boards, 20 lists of tasks and 3 reports, at a governance centre of a
 * county's size, while records are requested. Explained in docs/operations/performance.md.
 */
const { values: options } = parseArgs({
  options: {
    /** Part of a county, for a quick try. */
    share: { type: 'string', default: '1' },
    /** Number of bursts. */
    bursts: { type: 'string', default: '10' },
    /** Directory for CPU profiles of the gateway and the agencies. */
    profile: { type: 'string' },
  },
});

const RECORDS_AT_ONCE = 2;
const RECORDS = 400;
const BOARDS = 20;
/** The largest permitted factor of the records' p95. */
const MOST = 2;

const PAGE = 'totalCount pageInfo { hasNextPage } nodes { id dueAt overdue }';
const DUE = `{ dueItems(first: 20) { ${PAGE} } }`;
const TASKS = `{ tasks(first: 20) { ${PAGE} } }`;
const report = (region: string) =>
  `{ protectionReport(region: "${region}", quarter: "${lastQuarter()}") { byLevel { count } byStep { count } byCategory { count } } }`;

function lastQuarter(): string {
  const [year = 0, month = 0] = todayInChina().split('-').map(Number);
  const quarter = Math.ceil(month / 3);
  return quarter === 1 ? `${year - 1}Q4` : `${year}Q${quarter - 1}`;
}

async function main(): Promise<void> {
  const today = todayInChina();
  console.log(`${machine()}; load ${loadOf()}`);
  const district = { seed: 'district', size: 2_000, today };
  const nodeOptions = await profiling(options.profile, console.log);
  await inBenchWorld({ district, nodeOptions }, async (world, atEnd) => {
    const gateway = await startOurGateway({ ...world, concurrency: 64, nodeOptions });
    atEnd(() => gateway.stop());
    // For children that every agency knows.
    const { record } = await requestsOf(gateway);
    await addCounty(world, today);
    await gateway.measure(record, 200, RECORDS_AT_ONCE);
    const calm = await records(gateway, record, () => false);
    const ended = { yet: false };
    const boards = bursts(world, gateway).finally(() => {
      ended.yet = true;
    });
    const busy = await records(gateway, record, () => !ended.yet);
    print(calm, busy, await boards);
  });
}

/** In addition to the district. */
async function addCounty({ agencies }: BenchWorld, today: string): Promise<void> {
  const { ownerUrl } = provisionedUrls(agencies.adminUrl, databaseName('governance-center'));
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  const startedAt = performance.now();
  const share = Number(options.share);
  const { children, clues, cases } = COUNTY_SIZE;
  const [some, ofClues, ofCases] = [children, clues, cases].map((count) => Math.round(count * share)) as [
    number,
    number,
    number,
  ];
  await fillCounty(owner, { children: some, clues: ofClues, cases: ofCases, history: 1 }, today);
  await owner.destroy();
  console.log(`${some} children, filled in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
}

/** Requests a number of records, and more while `goOn` holds. @returns each time in milliseconds. */
async function records(
  gateway: ServerProcess,
  bodies: readonly string[],
  goOn: () => boolean,
): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < RECORDS || goOn()) {
      const body = bodies[next % bodies.length] as string;
      next += 1;
      const startedAt = performance.now();
      await gateway.ask(body);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: RECORDS_AT_ONCE }, worker));
  return times;
}

interface Bursts {
  readonly asked: number;
  readonly lacking: number;
  readonly milliseconds: readonly number[];
}

async function bursts({ identityProvider }: BenchWorld, gateway: ServerProcess): Promise<Bursts> {
  const token = `Bearer ${identityProvider.token('centre-officer', { expiresIn: '1h' })}`;
  const operations: [string, string][] = [
    ...Array.from({ length: BOARDS }, (): [string, string] => ['OWN_DUTY', DUE]),
    ...Array.from({ length: BOARDS }, (): [string, string] => ['OWN_DUTY', TASKS]),
    ...['990101', '990101001', '990101002'].map((region): [string, string] => ['STATISTICS', report(region)]),
  ];
  const milliseconds: number[] = [];
  let lacking = 0;
  const ask = async ([purpose, query]: [string, string]) => {
    const startedAt = performance.now();
    const headers = { authorization: token, 'access-purpose': purpose };
    const answer = await gateway.askAs(headers, JSON.stringify({ query })).catch((error: Error) => error.message);
    milliseconds.push(performance.now() - startedAt);
    if (answer.includes('"errors"') || !answer.includes('"data":{')) {
      if (lacking === 0) console.log(answer.slice(0, 400));
      lacking += 1;
    }
  };
  for (let burst = 0; burst < Number(options.bursts); burst += 1) await Promise.all(operations.map(ask));
  return { asked: milliseconds.length, lacking, milliseconds };
}

function print(calm: readonly number[], busy: readonly number[], { asked, lacking, milliseconds }: Bursts): void {
  const shown = (what: string, values: readonly number[]) => [
    what,
    String(values.length),
    ...[0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(0)),
  ];
  console.log(
    table([
      ['milliseconds', 'asked', 'median', '95 %', 'slowest'],
      shown('records alone', calm),
      shown('records beside boards', busy),
      shown('boards, tasks, reports', milliseconds),
    ]),
  );
  const ratio = quantile(busy, 0.95) / quantile(calm, 0.95);
  console.log(`${asked - lacking} of ${asked} boards answered in full: ${lacking === 0 ? 'met' : 'MISSED'}`);
  console.log(`a record's 95 %: ${ratio.toFixed(1)} x (at most ${MOST}): ${verdict({ value: ratio, most: MOST })}`);
  console.log(`load ${loadOf()}`);
}

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.stack}\n`);
  process.exitCode = 1;
});
