import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { connect } from '../../shared/db/connect';
import {
  asSuperuser,
  cloneLedgerDatabase,
  dropLedgerDatabase,
  emptyLedgerDatabase,
  entryOf,
  ledgerForEachTest,
  makeKeys,
  open,
  recordOneByOne,
  setDatabaseClock,
  TEST_KEYS,
  TEST_LEDGER,
  verified,
} from '../support/ledger';
import { runCommand } from '../support/ledger-command';

// A backup is restored although a gateway knows later entries.

const NAME = 'ledger_restored';
const BACKUP = `${NAME}_backup`;
const UNAVAILABLE = { extensions: { code: 'LEDGER_UNAVAILABLE' } };
const SHORTENED =
  /^The ledger no longer contains entry 20 or checkpoint 4 as written\. It ends at entry 12 and checkpoint 3: a backup was restored, or entries were changed\.$/;

let database: LedgerDatabase;
let backup: LedgerDatabase;
let directory: string;
let headFile: string;
const emptied = ledgerForEachTest(NAME);
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ledger-restored-'));
  headFile = join(directory, 'head.json');
  database = emptied();
  let ledger = await open(database, { headFile });
  await recordOneByOne(ledger, 12);
  await ledger.close();
  backup = await cloneLedgerDatabase(database, BACKUP);
  ledger = await open(database, { headFile });
  await recordOneByOne(ledger, 8);
  await ledger.close();
});
afterEach(() => rm(directory, { recursive: true, force: true }));
afterAll(() => dropLedgerDatabase(BACKUP));

const config = (of: LedgerDatabase) => ({
  database: of,
  signingKey: TEST_KEYS.privateKey as string | undefined,
  auditorUrl: undefined as string | undefined,
  settings: { ...TEST_LEDGER, headFile },
  retentionYears: 3,
});
const resume = (of = backup, ...options: readonly string[]) =>
  runCommand('resume-after-restore', of, ['--ordered-by', 'head of operations', ...options], { config: config(of) });
const numbers = async (of: LedgerDatabase) =>
  (await asSuperuser<{ number: number }>(of, 'select number::int from ledger.checkpoint order by 1')).map(
    ({ number }) => number,
  );

test('a gateway does not start on a shortened ledger, and signs nothing', async () => {
  await expect(open(backup, { headFile })).rejects.toThrow(SHORTENED);
  expect(await numbers(backup)).toEqual([1, 2, 3]);
  // Nor on an empty ledger, nor with a damaged file; without a file, it starts a new one.
  await expect(open(await emptyLedgerDatabase(BACKUP), { headFile })).rejects.toThrow(/ It ends at entry 0 /);
  const kept = await readFile(headFile, 'utf8');
  await writeFile(headFile, kept.slice(0, 40));
  await expect(open(database, { headFile })).rejects.toThrow();
  await writeFile(headFile, kept);
  await (await open(database, { headFile })).close();
});

test('a gateway does not start on a ledger with another entry in place of the last known one', async () => {
  const forged = await open(backup);
  await recordOneByOne(forged, 8);
  await forged.close();
  await expect(open(backup, { headFile })).rejects.toThrow('no longer contains entry 20 or checkpoint 4');
  await expect(resume()).rejects.toThrow('Entry 20 differs from the one that was written');
});

test('a gateway that runs while a backup is restored answers nothing until the break is signed', async () => {
  const lines: string[] = [];
  // It refuses at the deadline.
  const running = await open(database, { headFile, deadlineMilliseconds: 5_000 }, undefined, lines);
  await recordOneByOne(running, 3);
  // Simulates restoring: all connections are closed, and later rows are gone.
  await asSuperuser(
    database,
    'delete from ledger.entry where seq > 12',
    'delete from ledger.checkpoint where number > 3',
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await expect(running.record(entryOf())).rejects.toMatchObject(UNAVAILABLE);
  await expect(running.ready()).rejects.toMatchObject(UNAVAILABLE);
  expect(running.figures()).toMatchObject({ up: false, refusal: 'LEDGER_SHORTENED' });
  const said = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 'LEDGER_SHORTENED');
  expect(said).toMatchObject([{ event: 'ledger-unavailable', reason: expect.stringContaining('entry 23') }]);
  expect(await numbers(database)).toEqual([1, 2, 3]);

  await resume(database);
  await running.ready();
  await recordOneByOne(running, 1);
  expect(running.figures()).toMatchObject({ up: true, refusal: null });
  await running.close();
  expect(await verified(database)).toMatchObject({ uncovered: 0, breaks: [{ afterSeq: 12, lostSeq: 23 }] });
});

test('after the break is signed the chain continues, no number is reused, and verifying names the lost entries', async () => {
  expect(await resume()).toEqual({
    code: 0,
    said: expect.stringMatching(
      /^Signed break 1: entries 13 to 20 are lost; resumed at \S+ by order of head of operations\. The next entry is 21\.$/,
    ),
  });
  const ledger = await open(backup, { headFile });
  await recordOneByOne(ledger, 15);
  await ledger.close();
  await expect(resume()).rejects.toThrow('Nothing is lost: the ledger reaches the last known entry.');

  expect(await numbers(backup)).toEqual([1, 2, 3, 5, 6]);
  expect(await verified(backup)).toMatchObject({
    entries: 27,
    uncovered: 0,
    head: { seq: 35 },
    breaks: [{ afterSeq: 12, lostSeq: 20, checkpoint: 4, orderedBy: 'head of operations' }],
  });
  const { said } = await runCommand('verify', backup, []);
  expect(said).toMatch(
    /^As recorded, EXCEPT FOR LOST ENTRIES: 27 entries.*; break 1: entries 13 to 20 are lost; .*head 35 /,
  );

  const CHANGED = 'entry 12: break 1 after it: its signature is not valid';
  for (const [tampering, undoing, fault] of [
    ['lost_seq = 19', 'lost_seq = 20', CHANGED],
    ["ordered_by = 'auditor'", "ordered_by = 'head of operations'", CHANGED],
    ['after_seq = 11', 'after_seq = 12', 'entry 13: it is missing'],
  ]) {
    await asSuperuser(backup, `update ledger.resumption set ${tampering}`);
    expect(await verified(backup)).toBe(fault);
    await asSuperuser(backup, `update ledger.resumption set ${undoing}`);
  }
  await asSuperuser(backup, 'delete from ledger.resumption');
  expect(await verified(backup)).toBe('entry 13: it is missing');
});

test('resuming needs lost entries and the order of a role', async () => {
  await expect(resume(database)).rejects.toThrow('Nothing is lost: the ledger reaches the last known entry.');
  await expect(resume(database, '--ordered-by', '13800138000')).rejects.toThrow('--ordered-by must be a role');
});

test('a chain that ends in the future continues from the present', async () => {
  const later = () => new Date(Date.now() + 400 * 86_400_000);
  const frozen = await open(database, { headFile }, later);
  await recordOneByOne(frozen, 2);
  await frozen.close();
  await setDatabaseClock(database);
  expect(await verified(database)).toMatch(/^entry 22: the chain ends in the future/);
  expect((await resume(database)).said).toContain('entry 22 had a time in the future, and no entry is lost');
  const ledger = await open(database, { headFile });
  await recordOneByOne(ledger, 3);
  expect(ledger.figures().ahead).toBe(0);
  await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 25, uncovered: 0, head: { seq: 25 } });
});

test('an auditor’s role can only verify, and can accept a given public key alone', async () => {
  const role = { username: `${NAME}_auditor`, password: 'of-the-auditor' };
  const auditorUrl = Object.assign(new URL(database.ownerUrl ?? ''), role).toString();
  await (await open({ ...database, auditorUrl })).close();
  const publicKey = join(directory, 'public.pem');
  await writeFile(publicKey, TEST_KEYS.publicKey);
  const asAuditor = { ...config(database), database: undefined, signingKey: undefined, auditorUrl };
  const { said } = await runCommand('verify', undefined, ['--only-key', publicKey], { config: asAuditor });
  expect(said).toMatch(/^As recorded: 20 entries/);
  const auditor = connect(auditorUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    for (const statement of [
      'insert into ledger.entry select * from ledger.entry',
      'insert into ledger.checkpoint select * from ledger.checkpoint',
      'delete from ledger.resumption',
      'update ledger.chain set hash = hash',
      'select ledger.lock_chain()',
      'select * from exposed.access_entry',
      'create table ledger.mine (a int)',
    ]) {
      await expect(auditor.raw(statement)).rejects.toMatchObject({ code: '42501' });
    }
  } finally {
    await auditor.destroy();
  }
  const other = join(directory, 'other.pem');
  await writeFile(other, makeKeys().publicKey);
  expect(await runCommand('verify', database, ['--only-key', other])).toEqual({
    code: 1,
    said: 'NOT AS RECORDED: checkpoint 1: it is signed with an unknown key.',
  });
});

test('the checkpoint command covers all entries', async () => {
  const ledger = await open(database, { headFile });
  await recordOneByOne(ledger, 3);
  expect(await verified(database)).toMatchObject({ uncovered: 3 });
  const out = join(directory, 'checkpoint.json');
  const { said } = await runCommand('checkpoint', database, ['--out', out], { config: config(database) });
  expect(said).toMatch(/^Checkpoint 5, up to entry 23, /);
  expect(await verified(database)).toMatchObject({ uncovered: 0 });
  await ledger.close();
});
