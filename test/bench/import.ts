import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { PROJECT } from '../../shared/config/project-root';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { testChildIdVariables } from '../support/databases';
import { type EnrolmentFile, enrolmentFile, type FileForm, writeTable } from '../support/enrolment-file';
import { educationDatabase } from '../support/import';
import { refusedLines } from '../support/refused-lines';

/**
 * `npm run bench:import`: time and memory of an import, and whether every row is stored once and every faulty one
 * reported after a kill half-way. `ROWS` sets the number of rows; each file format has its own database.
 */
const ROWS = Number(process.env.ROWS ?? 120_000);
const TARGET_SECONDS = 60;
const FORMS: readonly FileForm[] = ['csv-utf-8', 'csv-gbk', 'xlsx'];

interface Run {
  readonly code: number | null;
  readonly seconds: number;
  /** Largest observed resident memory. */
  readonly megabytes: number;
  readonly stdout: string;
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'record-import-'));
  await chmod(directory, 0o755);
  const claim = await claimDataDirectory(directory);
  const postgres = await startEmbeddedPostgres({ dataDirectory: directory });
  try {
    const table = enrolmentFile(ROWS);
    console.log(`${ROWS} rows, ${table.broken.size} of them broken`);
    for (const form of FORMS) {
      const path = join(directory, `enrolments-${form}${form === 'xlsx' ? '.xlsx' : '.csv'}`);
      await writeTable(path, table, form);
      const small = join(directory, `enrolments-small-${form}${form === 'xlsx' ? '.xlsx' : '.csv'}`);
      await writeTable(small, { rows: table.rows.slice(0, ROWS / 10) }, form);

      const tenth = await imported(
        await educationDatabase(`${form}_tenth`.replaceAll('-', '_'), postgres.adminUrl),
        small,
      );
      const whole = await educationDatabase(`${form}_whole`.replaceAll('-', '_'), postgres.adminUrl);
      const through = await imported(whole, path);
      const problems = await faults(whole, path, table);
      const again = await imported(whole, path);

      const killed = await educationDatabase(`${form}_killed`.replaceAll('-', '_'), postgres.adminUrl);
      const at = await killHalfWay(killed, path);
      const resumed = await imported(killed, path);
      problems.push(...(await faults(killed, path, table)));
      const third = await imported(killed, path);
      const nothingNew = `0 inserted, 0 changed, ${ROWS - table.broken.size} unchanged`;
      if (![again, third].every(({ stdout }) => stdout.includes(nothingNew)))
        problems.push('a second run changed something');
      if (!resumed.stdout.includes('Continued after row')) problems.push('the killed run was not resumed');

      console.log(`\n${form}`);
      print('whole file, seconds', through.seconds);
      print(`  rows per second`, ROWS / through.seconds);
      print(`  peak memory, MB (a tenth of the file: ${tenth.megabytes.toFixed(0)})`, through.megabytes);
      print('the same again, seconds', again.seconds);
      print(`killed -9 after ${at} rows, the rest, seconds`, resumed.seconds);
      console.log(`  ${resumed.stdout.trim().replaceAll('\n', '\n  ')}`);
      console.log(`${through.seconds <= TARGET_SECONDS ? 'met' : 'MISSED'}: at most ${TARGET_SECONDS} s`);
      console.log(problems.length === 0 ? 'every good row once, every broken one reported' : problems.join('\n'));
      if (problems.length > 0) process.exitCode = 1;
    }
  } finally {
    await postgres.stop();
    await claim.release();
    await rm(directory, { recursive: true, force: true });
  }
}

function begin({ ownerUrl = '' }: AgencyDatabase, path: string): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'subgraphs/import.ts', 'education', path], {
    cwd: PROJECT,
    env: {
      PATH,
      HOME,
      DATABASE_URL_EDUCATION: ownerUrl,
      ...testChildIdVariables(),
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function imported(into: AgencyDatabase, path: string): Promise<Run> {
  const before = performance.now();
  const child = begin(into, path);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  let megabytes = 0;
  const ended = once(child, 'close');
  const watch = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    megabytes = Math.max(megabytes, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024);
  }, 50);
  const [code] = await ended;
  clearInterval(watch);
  return { code, seconds: (performance.now() - before) / 1_000, megabytes, stdout };
}

/** @returns the number of rows before the kill. */
async function killHalfWay(into: AgencyDatabase, path: string): Promise<number> {
  const child = begin(into, path);
  const ended = once(child, 'close');
  const done = await withDatabase(into, async (db) => {
    for (;;) {
      const { rows } = await db
        .raw('select max(rows_done) as done from import.run')
        .catch(() => ({ rows: [{ done: 0 }] }));
      if (rows[0].done >= ROWS / 2) break;
      if (child.exitCode !== null) throw new Error('The import ended before it could be killed.');
      await sleep(10);
    }
    child.kill('SIGKILL');
    await ended;
    const { rows } = await db.raw('select max(rows_done) as done from import.run');
    return rows[0].done as number;
  });
  return done;
}

/** The faults after an import. */
async function faults(of: AgencyDatabase, path: string, { broken }: EnrolmentFile): Promise<string[]> {
  const reported = await refusedLines(`${path}.refused.csv`);
  const missed = [...broken].filter(([line, reason]) => reported.get(line) !== reason);
  return withDatabase(of, async (db) => {
    const { rows } = await db.raw(
      'select count(*)::integer as rows, count(distinct child_id)::integer as children from base.enrolment',
    );
    const good = ROWS - broken.size;
    return [
      ...(missed.length > 0 ? [`${missed.length} broken rows are not reported as such`] : []),
      ...(reported.size !== broken.size ? [`${reported.size} rows are reported`] : []),
      ...(rows[0].rows !== good || rows[0].children !== good ? [`${rows[0].rows} rows are stored`] : []),
    ];
  });
}

async function withDatabase<Result>(
  { ownerUrl = '' }: AgencyDatabase,
  work: (db: Knex) => Promise<Result>,
): Promise<Result> {
  const db = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

function print(what: string, value: number): void {
  console.log(`${what.padEnd(56)} ${value.toFixed(value < 100 ? 1 : 0).padStart(10)}`);
}

void main();
