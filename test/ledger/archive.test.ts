import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Client } from 'pg';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import {
  asSuperuser,
  cloneLedgerDatabase,
  dropLedgerDatabase,
  emptyLedgerDatabase,
  open,
  recordOneByOne,
  setDatabaseClock,
  verified,
} from '../support/ledger';
import { runCommand } from '../support/ledger-command';

const NAME = 'ledger_archive';
const FIRST = 'access-ledger-2022-01.ndjson.gz';
/** On this day, January and February 2022 are old enough, and March is not. */
const NOW = new Date('2025-03-10T00:00:00Z');

const CLONE = `${NAME}_clone`;

let original: LedgerDatabase;
let database: LedgerDatabase;
let directory: string;
beforeAll(async () => {
  original = await emptyLedgerDatabase(NAME);
  let now = new Date('2022-01-10T00:00:00Z');
  const ledger = await open(original, {}, () => now);
  for (const [month, count] of [
    ['2022-01', 25],
    ['2022-02', 12],
    ['2022-03', 5],
    ['2025-03', 4],
  ] as const) {
    now = new Date(`${month}-10T00:00:00Z`);
    await setDatabaseClock(original, now);
    await recordOneByOne(ledger, count, month === '2022-01' ? 1 : 2);
  }
  await ledger.close();
  await setDatabaseClock(original);
});
beforeEach(async () => {
  database = await cloneLedgerDatabase(original, CLONE);
  directory = await mkdtemp(join(tmpdir(), 'ledger-archive-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(async () => {
  await dropLedgerDatabase(CLONE);
  await dropLedgerDatabase(NAME);
});

const archive = (month: string, now = NOW) =>
  runCommand('archive', database, ['--month', month, '--out', directory], { now });
const verifyFile = (...files: readonly string[]) =>
  runCommand(
    'verify',
    undefined,
    files.flatMap((file) => ['--archive', join(directory, file)]),
  );
const entriesLeft = async () =>
  (await asSuperuser(database, 'select count(*)::int as left from ledger.entry'))[0]?.left;

test('a month is archived whole, and the rest of the chain continues from it', async () => {
  expect(await archive('2022-01')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^Archived 2022-01, 25 entries up to 25/),
  });
  expect(await entriesLeft()).toBe(21);
  expect(await verified(database)).toMatchObject({ entries: 21, head: { seq: 46 }, archives: [{ month: '2022-01' }] });
  expect(await verified(database, { from: 30 })).toMatchObject({ entries: 17 });
  expect(await archive('2022-02')).toMatchObject({ code: 0 });
  expect(await verified(database)).toMatchObject({ entries: 9, head: { seq: 46 } });

  const ledger = await open(database);
  await recordOneByOne(ledger, 3);
  await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 12, head: { seq: 49 }, uncovered: 0 });
});

test('archive files are verified without the ledger, and must be consecutive', async () => {
  await archive('2022-01');
  await archive('2022-02');
  const february = 'access-ledger-2022-02.ndjson.gz';
  expect(await verifyFile(FIRST, february)).toEqual({
    code: 0,
    said: [
      'As recorded: 2022-01, 25 entries from 1 to 25, 4 checkpoints.',
      'As recorded: 2022-02, 12 entries from 26 to 37, 3 checkpoints.',
    ].join('\n'),
  });
  expect(await verifyFile(february, FIRST)).toMatchObject({ code: 1 });
});

test('a ledger continues after all its entries were archived', async () => {
  await asSuperuser(
    database,
    'delete from ledger.entry where seq > 25',
    'delete from ledger.checkpoint where last_seq > 25',
  );
  expect(await archive('2022-01')).toMatchObject({ code: 0 });
  expect(await verified(database)).toMatchObject({ entries: 0, head: { seq: 25 } });
  const ledger = await open(database);
  await recordOneByOne(ledger, 2);
  await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 2, head: { seq: 27 } });
});

test.each([
  ['is too young', '2022-03', 'The month 2022-03 is kept until 2025-04-01: LEDGER_RETENTION_YEARS is 3.'],
  ['is not over', '2025-03', 'is kept until'],
  ['is not the oldest', '2022-02', 'Archive older months first: 2022-01 is still in the ledger.'],
  ['has no entries', '2021-12', 'The ledger has no month 2021-12.'],
  ['is not a month', '2022-13', 'The month must be written like 2023-01.'],
])('a month that %s is not archived', async (_what, month, message) => {
  await expect(archive(month)).rejects.toThrow(message);
  expect(await entriesLeft()).toBe(46);
  expect(await readdir(directory)).toEqual([]);
});

test('a month is archived once', async () => {
  await archive('2022-01');
  await expect(archive('2022-01')).rejects.toThrow('The month 2022-01 has already been archived.');
});

test('a month that is not as recorded is not archived, and the entry is named', async () => {
  await asSuperuser(database, `update ledger.entry set body = replace(body, 'town', 'down') where seq = 7`);
  expect(await archive('2022-01')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/^NOT AS RECORDED: entry 7: /),
  });
  expect(await entriesLeft()).toBe(46);
});

test('a run that was interrupted while it wrote the file can be repeated', async () => {
  await writeFile(join(directory, `${FIRST}.partial`), 'half');
  expect(await archive('2022-01')).toMatchObject({ code: 0 });
  expect(await readdir(directory)).toEqual([FIRST]);
  expect(await verifyFile(FIRST)).toMatchObject({ code: 0 });
});

test('a run that was interrupted before it dropped the month keeps the month, and can be repeated', async () => {
  // A view on the month makes the run's last statement fail.
  await asSuperuser(database, 'create view public.obstacle as select 1 as one from ledger.entry_2022_01');
  await expect(archive('2022-01')).rejects.toThrow();
  expect(await readdir(directory)).toEqual([FIRST]);
  expect(await entriesLeft()).toBe(46);
  expect(await verified(database)).toMatchObject({ entries: 46, archives: [] });
  await asSuperuser(database, 'drop view public.obstacle');
  expect(await archive('2022-01')).toMatchObject({ code: 0 });
  expect(await entriesLeft()).toBe(21);
});

test('a month that is being read is dropped afterwards', async () => {
  const reader = new Client({ connectionString: database.writerUrl });
  await reader.connect();
  await reader.query('begin; select 1 from ledger.entry limit 1');
  const archiving = archive('2022-01');
  setTimeout(() => reader.end(), 1_500);
  expect(await archiving).toMatchObject({ code: 0 });
  expect(await entriesLeft()).toBe(21);
});

test('an existing file with other content is not taken for the archive', async () => {
  await archive('2022-01');
  const [file, kept] = [join(directory, FIRST), join(directory, 'kept')];
  await copyFile(file, kept);
  database = await emptyLedgerDatabase(CLONE);
  const ledger = await open(database, {}, () => new Date('2022-01-10T00:00:00Z'));
  await recordOneByOne(ledger, 25);
  await ledger.close();
  await expect(archive('2022-01')).rejects.toThrow('differs from the database');
  expect(await entriesLeft()).toBe(25);
});

test('a dropped month without an archive row is reported as missing', async () => {
  await asSuperuser(database, 'drop table ledger.entry_2022_01');
  expect(await verified(database)).toMatch(/^entry 1: it is missing/);
});

test.each([
  ['that ends after the last signed entry', 'update ledger.archive set last_seq = 26', /^entry 27: |^checkpoint \d+: /],
  [
    'with another last hash',
    `update ledger.archive set last_hash = '\\x00'`,
    /^checkpoint \d+: the archived month 2022-01 ends with another entry|^entry 26: /,
  ],
  ['that begins later', 'update ledger.archive set first_seq = 2', /^entry 1: it is missing before the archived month/],
])('an archive row %s is detected', async (_what, statement, expected) => {
  await archive('2022-01');
  await asSuperuser(database, statement);
  expect(await verified(database)).toMatch(expected);
});

describe('an archive', () => {
  const rewrite = async (change: (lines: string[]) => string[]) => {
    const file = join(directory, FIRST);
    const lines = gunzipSync(await readFile(file))
      .toString()
      .trim()
      .split('\n');
    await writeFile(file, gzipSync(`${change(lines).join('\n')}\n`));
  };
  const entryLine = (seq: number) => (line: string) => line.startsWith(`{"entry":{"seq":${seq},`);

  test.each<[string, RegExp, (lines: string[]) => string[]]>([
    [
      'with a changed text',
      /entry 9: its text, time or number was changed/,
      (lines) => lines.map((line) => (entryLine(9)(line) ? line.replace('town', 'down') : line)),
    ],
    ['without an entry', /entry 9: it is missing/, (lines) => lines.filter((line) => !entryLine(9)(line))],
    ['without its last entry', /entry 25: it is missing/, (lines) => lines.filter((line) => !entryLine(25)(line))],
    [
      'without a checkpoint',
      /entry 12: no checkpoint covers it/,
      (lines) => lines.filter((line) => !line.startsWith('{"checkpoint":{"number":3')),
    ],
    [
      'with a forged checkpoint',
      /checkpoint 2: its signature is not valid/,
      (lines) =>
        lines.map((line) =>
          line.startsWith('{"checkpoint":{"number":2')
            ? line.replace(/"root":"(.)/, (_, first) => `"root":"${first === '0' ? '1' : '0'}`)
            : line,
        ),
    ],
    [
      'with the end of another',
      /it is missing at the end/,
      (lines) => lines.map((line) => line.replace('"end":{"entries":25', '"end":{"entries":26')),
    ],
    [
      'of another month',
      /it is not of the month 2022-02/,
      (lines) => lines.map((line) => line.replace('"month":"2022-01"', '"month":"2022-02"')),
    ],
  ])('%s is not as recorded', async (_what, expected, change) => {
    await archive('2022-01');
    await rewrite(change);
    expect(await verifyFile(FIRST)).toMatchObject({ code: 1, said: expect.stringMatching(expected) });
  });

  test('that is truncated, damaged, or continues after its end is refused', async () => {
    await archive('2022-01');
    const file = join(directory, FIRST);
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    await expect(verifyFile(FIRST)).rejects.toThrow(/archive/);
    const damaged = Buffer.from(whole);
    damaged[whole.length - 6] = (damaged[whole.length - 6] ?? 0) ^ 1;
    await writeFile(file, damaged);
    await expect(verifyFile(FIRST)).rejects.toThrow('damaged or was cut short');
    await writeFile(file, whole);
    await rewrite((lines) => lines.slice(0, -1));
    await expect(verifyFile(FIRST)).rejects.toThrow('damaged or was cut short');
    await writeFile(file, whole);
    await rewrite((lines) => [...lines, lines.at(-1) ?? '']);
    await expect(verifyFile(FIRST)).rejects.toThrow('it contains foreign lines');
    await writeFile(file, 'nothing');
    await expect(verifyFile(FIRST)).rejects.toThrow('The file is not an archive of the ledger.');
  });
});
