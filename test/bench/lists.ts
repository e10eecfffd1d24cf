import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { todayInChina } from '../../shared/domain/dates';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import type { AccessContext } from '../../shared/protocol/context-token';
import centre from '../../subgraphs/governance-center';
import {
  askers,
  explain,
  type ListQuery,
  listAsker,
  listQueries,
  type Statement,
  scanned,
} from '../support/list-plans';
import { COUNTY_SIZE } from './support/county';
import { type CountyCenter, countyCenter } from './support/county-centre';
import { machine, table } from './support/figures';

/**
 * `npm run bench:lists`: the database time of the pages and totals of every list, for all callers and filters, in a
 * county and in one with ten times the history. Explained in docs/operations/performance.md.
 */
const { values: options } = parseArgs({
  options: {
    /** Factors of history. */
    history: { type: 'string', default: '1,10' },
    /** Part of a county, for a quick try. */
    share: { type: 'string', default: '1' },
    /** A directory whose databases are kept, reused, and migrated to this checkout's state. */
    keep: { type: 'string' },
    /** Only these lists, separated by commas. */
    lists: { type: 'string' },
    /** Also prints the plan of each list's slowest page and total. */
    plans: { type: 'boolean', default: false },
  },
});

const TARGET_MILLISECONDS = { page: 50, total: 100 } as const;
const RUNS = 3;

type Kind = keyof typeof TARGET_MILLISECONDS;

/** The slowest statement of a list. */
interface Worst {
  readonly milliseconds: number;
  readonly asked: string;
  readonly plan: unknown;
}

const NOTHING: Worst = { milliseconds: 0, asked: '', plan: null };

interface Measured {
  readonly statements: number;
  readonly worst: Readonly<Record<Kind, Worst>>;
  readonly scanned: ReadonlySet<string>;
}

async function main(): Promise<void> {
  const directory = options.keep === undefined ? await mkdtemp(join(tmpdir(), 'bench-lists-')) : resolve(options.keep);
  await mkdir(directory, { recursive: true });
  await chmod(directory, 0o755);
  const claim = await claimDataDirectory(directory);
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
  try {
    console.log(`${machine()}; load ${loadavg()[0]?.toFixed(1)}`);
    for (const history of options.history.split(',').map(Number)) {
      const share = Number(options.share);
      const size = {
        children: Math.round(COUNTY_SIZE.children * share),
        clues: Math.round(COUNTY_SIZE.clues * share),
        cases: Math.round(COUNTY_SIZE.cases * share),
        history,
      };
      const startedAt = performance.now();
      const county = await countyCenter(postgres.adminUrl, `lists_${history}`, size, todayInChina());
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
      console.log(
        `\n${size.children} children, ${history} x the history, filled in ${seconds} s; ${await rowsOf(county)}`,
      );
      await measure(county);
      await county.close();
    }
  } finally {
    await postgres.stop();
    await claim.release();
    if (options.keep === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** @throws if `--lists` names an unknown list. */
function chosen(all: readonly string[]): readonly string[] {
  if (options.lists === undefined) return all;
  const names = options.lists.split(',');
  if (names.some((name) => !all.includes(name))) throw new Error(`--lists takes some of ${all.join(',')}.`);
  return names;
}

async function rowsOf({ owner }: CountyCenter): Promise<string> {
  const { rows } = await owner.raw(
    `select relname as name, reltuples::bigint as rows from pg_class
     where relnamespace = 'base'::regnamespace and relkind = 'r' and reltuples > 1000 order by 1`,
  );
  return rows.map(({ name, rows }: { name: string; rows: string }) => `${name} ${rows}`).join(', ');
}

async function measure(county: CountyCenter): Promise<void> {
  const asker = listAsker(centre, county);
  const queries = listQueries(centre, county.examples).filter(({ list }) => list !== 'accessLog');
  const everybody = askers(county.examples);
  const lists = chosen([...new Set(queries.map(({ list }) => list))]);
  const rows: string[][] = [];
  for (const list of lists) {
    const ofList = await measureList(
      county,
      queries.filter((query) => query.list === list),
      everybody,
      asker,
    );
    for (const kind of Object.keys(TARGET_MILLISECONDS) as Kind[]) {
      const { milliseconds, asked, plan } = ofList.worst[kind];
      const met = milliseconds <= TARGET_MILLISECONDS[kind] ? 'met' : 'MISSED';
      rows.push([`${list}, ${kind}`, milliseconds.toFixed(1), String(TARGET_MILLISECONDS[kind]), met, asked]);
      if (options.plans) console.log(`${list}, ${kind}: ${JSON.stringify(plan, null, 1)}`);
    }
    if (ofList.scanned.size > 0) rows.push([`${list} SCANS`, '', '', '', [...ofList.scanned].join(' ')]);
  }
  console.log(table([['slowest of each list', 'ms', 'at most', '', 'asked'], ...rows]));
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
}

async function measureList(
  { lists }: CountyCenter,
  queries: readonly ListQuery[],
  everybody: readonly AccessContext[],
  asker: ReturnType<typeof listAsker>,
): Promise<Measured> {
  const seen = new Set<string>();
  const worst: Record<Kind, Worst> = { page: NOTHING, total: NOTHING };
  const scans = new Set<string>();
  const unlike = new Map<string, AccessContext>();
  for (const access of everybody) {
    const [first] = await asker.statementsOf(queries[0] as ListQuery, access);
    if (first !== undefined) unlike.set(JSON.stringify(first), access);
  }
  for (const access of unlike.values()) {
    for (const query of queries) {
      for (const statement of await asker.statementsOf(query, access)) {
        const text = JSON.stringify(statement);
        if (seen.has(text)) continue;
        seen.add(text);
        const kind = /^select count/.test(statement.sql) ? 'total' : 'page';
        const { milliseconds, plan } = await quickest(lists, statement, scans);
        if (milliseconds > worst[kind].milliseconds) {
          worst[kind] = { milliseconds, plan, asked: `${access.caller.sub} ${access.purpose} ${query.filter}` };
        }
      }
    }
  }
  return { statements: seen.size, worst, scanned: scans };
}

/** The fastest of several runs; the others only show the machine's load. */
async function quickest(
  lists: CountyCenter['lists'],
  statement: Statement,
  scans: Set<string>,
): Promise<{ readonly milliseconds: number; readonly plan: unknown }> {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const explained = await explain(lists, statement, true);
    runs.push(explained);
    for (const one of scanned(explained.plan)) scans.add(one);
  }
  return runs.reduce((best, one) => (one.milliseconds < best.milliseconds ? one : best));
}

main().catch((error: Error) => {
  process.stderr.write(`The bench failed: ${error.stack}\n`);
  process.exitCode = 1;
});
