import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { prepareLedger } from '../../gateway/ledger/database';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import type { SqlCondition } from '../../shared/access/to-sql';
import { PROJECT } from '../../shared/config/project-root';
import { provisionDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import type { Role } from '../../shared/domain/caller';
import { todayInChina } from '../../shared/domain/dates';
import type { Purpose } from '../../shared/domain/purpose';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import {
  ACCESS_COLUMNS,
  type AccessLogArguments,
  accessLog,
} from '../../subgraphs/governance-center/access-log/access-log';
import { accessDigest } from '../../subgraphs/governance-center/access-log/digest';

// The time of a page of the access log, on a ledger with this many entries: `npm run bench:access-log -- 10000000`.

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
/** Entries of the last day, for the digest. */
const BUSY_DAY = Math.min(100_000, ENTRIES);
const RUNS = 40;
const CALLERS = 5_000;
const CHILDREN = 200_000;
const TODAY = todayInChina();

async function main(): Promise<void> {
  const dataDirectory = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), 'bench-access-log-'));
  await chmod(dataDirectory, 0o755);
  const claim = await claimDataDirectory(dataDirectory);
  const postgres = await startEmbeddedPostgres({ dataDirectory });
  try {
    const database = await provisionDatabase(postgres.adminUrl, 'access_ledger');
    await prepareLedger(database);
    const owner = connect(database.ownerUrl, { poolSize: 1, statementTimeout: 0 });
    const startedAt = performance.now();
    await fill(owner);
    say(`${ENTRIES} entries in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
    await owner.destroy();
    const ledger = connect(database.readerUrl, { poolSize: 1, statementTimeout: 0 });
    await measure(ledger);
    await ledger.destroy();
  } finally {
    await postgres.stop();
    await claim.release();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`);

const childNumber = (number: string) =>
  `rpad(translate(encode(sha256((${number})::text::bytea), 'base64'), '+/=', '-_'), 43, 'A')`;

/** Three years in even steps, and a busy day. */
async function fill(owner: Knex): Promise<void> {
  await owner.raw(
    // Counted from the month itself: with a day that a month does not have, that month would be missing.
    `select ledger.open_month((date_trunc('month', now() at time zone 'Asia/Shanghai') + months * interval '1 month') at time zone 'Asia/Shanghai')
     from generate_series(-37, 1) as months`,
  );
  await owner.raw(
    `create temporary table child as select number, ${childNumber('number')} as id from generate_series(0, ${CHILDREN - 1}) as number`,
  );
  await owner.raw('alter table child add primary key (number)');
  // The number of distinct forms of `looks`.
  await owner.raw(
    `create temporary table form as select number, array_agg(distinct agency order by agency) as owners,
       '[' || string_agg(format('{"agency":"%s","dataClass":"%s.class-%s","answer":"%s","children":%s}', agency, agency, class,
         case when (number + class) % 7 = 0 then 'refused' else 'clear' end,
         case when (number + class) % 3 = 0 then '[0]' else '"all"' end), ',') || ']' as looks
     from generate_series(0, 63) as number
     join unnest(?::text[]) with ordinality as one (agency, bit) on (number + 1) & (1 << (bit::int - 1)) > 0 or bit = 1 + number % 6
     cross join generate_series(1, 2) as class group by number`,
    [[...AGENCIES]],
  );
  await owner.raw('alter table form add primary key (number)');
  const ofDay = (day: boolean) => (day ? BUSY_DAY : ENTRIES - BUSY_DAY);
  for (const day of [false, true]) {
    const count = ofDay(day);
    const first = day ? ENTRIES - BUSY_DAY : 0;
    const at = day
      ? `timestamptz '${TODAY}T00:00:00+08:00' + one.number * interval '23 hours' / ${count}`
      : `timestamptz '${TODAY}T00:00:00+08:00' - interval '3 years' + one.number * interval '3 years' / ${count}`;
    const step = 500_000;
    for (let from = 0; from < count; from += step) {
      await owner.raw(
        `insert into ledger.entry
         select ${first} + one.number + 1, ${at}, '\\x00', '\\x00',
           format('{"v":1,"requestId":"%s","stage":"ended","caller":{"id":"%s","agency":"%s","roles":["case-worker"],"region":"%s"},"purpose":"%s","reference":null,"approvedBy":null,"operation":{"kind":"query","name":"Record","hash":"%s"},"rules":"%s","children":%s,"looks":%s,"emergency":null,"outcome":{"status":200,"codes":["UNAUTHORIZED_FIELD_OR_TYPE"]},"milliseconds":31.4}',
             request_id, caller, agency, region, purpose, repeat('c0ffee00', 8), repeat('c0ffee00', 8), to_json(children), form.looks),
           request_id, 'ended', caller, agency, region, purpose, children, form.owners, 200
         from (
           select number, 'officer-' || who as caller, gen_random_uuid()::text as request_id,
             ('{governance-center,public-security,civil-affairs,education,procuratorate,womens-federation}'::text[])[1 + who % 6] as agency,
             format('9%s%s%s%s', 9, lpad((who % 10)::text, 2, '0'), lpad((who / 10 % 10)::text, 2, '0'), lpad((who / 100 % 20)::text, 3, '0')) as region,
             ('{RISK_ASSESSMENT,CASE_HANDLING,JOINT_MEETING,VISIT,OWN_DUTY,EMERGENCY}'::text[])[1 + (number % 101) / 20] as purpose,
             (array[${[0, 1, 2, 3, 4]
               .map(
                 (index) =>
                   `(select id from child where child.number = (hashint8(drawn.number * 5 + ${index}) & 2147483647) % ${CHILDREN})`,
               )
               .join(', ')}])[1 : 1 + drawn.number % 5] as children
           from (select number, ((hashint8(number) & 2147483647) % ${CALLERS}) as who
             from generate_series(${from}, ${Math.min(from + step, count) - 1}) as number) as drawn
         ) as one join form on form.number = one.number % 64`,
      );
    }
  }
  await owner.raw('analyze ledger.entry');
  await owner.raw('checkpoint').catch(() => undefined);
}

interface Asker {
  readonly name: string;
  readonly rows: SqlCondition;
  readonly region: string;
}

function asker(agency: Agency, role: Role, purpose: Purpose, region: string): Asker {
  const folder = join(PROJECT, 'subgraphs/governance-center');
  const rules = new AccessRules([readAgencyRules('governance-center', ruleTexts(folder))]);
  const caller = { sub: role, name: role, agency, roles: [role], region };
  const decisions = rules.decisionsFor({ caller, purpose, reference: null, grant: null, reasonGiven: false });
  const rows = decisions.rows([[['governance-center.access-log']]], ACCESS_COLUMNS);
  if (rows === null) throw new Error(`${role} of ${agency} may know of no access.`);
  return { name: `${role} of ${region}`, rows, region };
}

async function measure(ledger: Knex): Promise<void> {
  const children: string[] = (
    await ledger.raw(`select ${childNumber('number')} as id from unnest(?::int[]) as number`, [
      Array.from({ length: RUNS }, () => randomInt(CHILDREN)),
    ])
  ).rows.map(({ id }: { id: string }) => id);
  const filters: [string, (run: number) => AccessLogArguments][] = [
    ['nothing', () => ({ first: 20 })],
    ['child', (run) => ({ first: 20, child: children[run] ?? '' })],
    ['child, dataOf', (run) => ({ first: 20, child: children[run] ?? '', dataOf: 'EDUCATION' })],
    ['caller', (run) => ({ first: 20, caller: `officer-${run * 97}` })],
    ['agency', () => ({ first: 20, agency: 'PUBLIC_SECURITY' })],
    ['dataOf', () => ({ first: 20, dataOf: 'EDUCATION' })],
    ['purpose', () => ({ first: 20, purpose: 'EMERGENCY' })],
    [
      'agency, dataOf, purpose',
      () => ({ first: 20, agency: 'PUBLIC_SECURITY', dataOf: 'EDUCATION', purpose: 'EMERGENCY' }),
    ],
    [
      'one day long ago',
      (run) => {
        const from = Date.parse(`${TODAY}T00:00:00Z`) - (30 + run * 25) * 86_400_000;
        return { first: 20, from: new Date(from).toISOString(), to: new Date(from + 86_400_000).toISOString() };
      },
    ],
    ['nothing, 200 of them', () => ({ first: 200 })],
  ];
  const askers = [
    asker('governance-center', 'auditor', 'ACCESS_AUDIT', '99'),
    asker('governance-center', 'auditor', 'ACCESS_AUDIT', '990101001'),
    asker('education', 'agency-officer', 'OWN_DUTY', '9901'),
  ];
  for (const { name, rows, region } of askers) {
    say(
      `\n${name}\n${'filter'.padEnd(26)}${'page'.padStart(16)}${'deep page'.padStart(16)}${'total'.padStart(16)}   ms: median, p95`,
    );
    for (const [filter, argumentsOf] of filters) {
      const pages: number[] = [];
      const deep: number[] = [];
      const totals: number[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        const args = argumentsOf(run);
        const childRegion = args.child ? region : null;
        const { page, milliseconds } = await timed(() => accessLog(ledger, rows, args, childRegion));
        pages.push(milliseconds);
        const after = page.pageInfo.endCursor;
        if (after)
          deep.push((await timed(() => accessLog(ledger, rows, { ...args, after }, childRegion))).milliseconds);
        if (run < 10) totals.push((await timed(() => page.totalCount().then(() => page))).milliseconds);
      }
      say(`${filter.padEnd(26)}${shown(pages)}${shown(deep)}${shown(totals)}`);
    }
    const digests: number[] = [];
    for (let run = 0; run < 5; run += 1) {
      const startedAt = performance.now();
      await accessDigest(
        ledger,
        rows,
        { day: TODAY, region },
        { manyChildren: 50, refusals: 20, lookups: 100, missedLookups: 10, hours: [8, 18] },
        true,
      );
      digests.push(performance.now() - startedAt);
    }
    say(`${`digest of a day of ${BUSY_DAY}`.padEnd(26)}${shown(digests)}`);
  }
}

async function timed<Result>(
  work: () => Promise<Result>,
): Promise<{ readonly page: Result; readonly milliseconds: number }> {
  const startedAt = performance.now();
  const page = await work();
  return { page, milliseconds: performance.now() - startedAt };
}

function shown(samples: readonly number[]): string {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `${at(0.5)}, ${at(0.95)}`.padStart(16);
}

void main();
