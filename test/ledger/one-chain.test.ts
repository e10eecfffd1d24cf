import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { openLedger } from '../../gateway/ledger/open-ledger';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import {
  asAdmin,
  asSuperuser,
  childNumber,
  entryOf,
  firstVersionOf,
  ledgerForEachTest,
  makeKeys,
  open,
  recordOneByOne,
  setDatabaseClock,
  TEST_KEYS,
  TEST_LEDGER,
  verified,
} from '../support/ledger';
import { until } from '../support/until';

const NAME = 'ledger_one_chain';
const emptied = ledgerForEachTest(NAME);
let database: LedgerDatabase;
beforeEach(() => {
  database = emptied();
});

const burst = (record: (entry: LedgerEntry) => Promise<void>, count: number) =>
  Promise.all(Array.from({ length: count }, () => record(entryOf())));

test('200 simultaneous accesses become one chain, in far fewer transactions than entries', async () => {
  const ledger = await open(database);
  await burst(ledger.record.bind(ledger), 200);
  await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 200, uncovered: 0, head: { seq: 200 } });
  const [row] = await asSuperuser(database, 'select count(distinct xmin::text)::int as transactions from ledger.entry');
  expect(row?.transactions).toBeLessThan(10);
});

test('two gateways that write simultaneously write one chain', async () => {
  // Their clocks differ, and no checkpoints conflict: only the lock prevents two entries with one number.
  const settings = { checkpointEntries: 100_000 };
  const ahead = () => new Date(Date.now() + 7);
  const ledgers = await Promise.all([open(database, settings), open(database, settings, ahead)]);
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(ledgers.map((ledger) => burst(ledger.record.bind(ledger), 20)));
  }
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  expect(await verified(database)).toMatchObject({ entries: 400, head: { seq: 400 }, uncovered: 0 });
});

test('a gateway that starts and stops beside one under load leaves valid checkpoints', async () => {
  const steady = await open(database);
  let over = false;
  const load = (async () => {
    while (!over) await burst(steady.record.bind(steady), 3);
  })();
  // Each start and each end may write a checkpoint without entries of its own.
  for (let restart = 0; restart < 15; restart += 1) {
    const other = await open(database);
    await other.record(entryOf());
    await other.close();
  }
  over = true;
  await load;
  await steady.close();
  expect(await verified(database)).toMatchObject({ uncovered: 0 });
});

test('a gateway whose clock is ahead leaves valid checkpoints', async () => {
  const ahead = await open(database, {}, () => new Date(Date.now() + 500));
  const behind = await open(database);
  for (let turn = 0; turn < 4; turn += 1) {
    await burst(behind.record.bind(behind), 5);
    await ahead.record(entryOf());
    await burst(behind.record.bind(behind), 5);
  }
  await ahead.close();
  await burst(behind.record.bind(behind), 25);
  await behind.close();
  expect(await verified(database)).toMatchObject({ uncovered: 0 });
});

test('two gateways write one chain whatever the server’s default isolation level', async () => {
  await asAdmin((admin) =>
    admin.raw("alter database ?? set default_transaction_isolation = 'repeatable read'", [NAME]),
  );
  const ledgers = [await open(database), await open(database)];
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.all(ledgers.map((ledger) => burst(ledger.record.bind(ledger), 4)));
  }
  for (const ledger of ledgers) await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 160, uncovered: 0 });
});

test('two processes write one chain', async () => {
  const variables = { DATABASE: JSON.stringify(database), SIGNING_KEY: TEST_KEYS.privateKey, ROUNDS: '15' };
  const run = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'test/support/record-entries.ts'], {
      env: { ...process.env, ...variables },
    });
  const outputs = await Promise.all([run(), run()]);
  const recorded = outputs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(recorded).toHaveLength(300);
  expect(await verified(database)).toMatchObject({ entries: 300, head: { seq: 300 }, uncovered: 0 });
  const rows = await asSuperuser<{ request_id: string }>(database, 'select request_id from ledger.entry');
  expect(rows.map(({ request_id }) => request_id).sort()).toEqual(recorded.sort());
});

test.each([
  ['sm3', 'P-256'],
  ['sha256', 'P-256'],
  ['sm3', 'SM2'],
  ['sha256', 'SM2'],
] as const)(
  'a chain hashed with %s and signed with a %s key is as recorded, but not under another key',
  async (hash, curve) => {
    const keys = makeKeys(curve);
    const ledger = await open(database, { hash, signingKey: keys.privateKey });
    await recordOneByOne(ledger, 25);
    await ledger.close();
    expect(await verified(database, { publicKeys: [keys.publicKey] })).toMatchObject({
      hash,
      entries: 25,
      uncovered: 0,
    });
    expect(await verified(database, { publicKeys: [makeKeys(curve).publicKey] })).toMatch(/^checkpoint 1: /);
    await asSuperuser(
      database,
      'update ledger.checkpoint set root = set_byte(root, 0, get_byte(root, 0) # 1) where number = 2',
    );
    expect(await verified(database, { publicKeys: [keys.publicKey] })).toBe('checkpoint 2: its signature is not valid');
  },
);

test('a chain that began with one hash is not continued with the other', async () => {
  await (await open(database)).close();
  await expect(open(database, { hash: 'sha256' })).rejects.toThrow(
    'The ledger was started with the other hash: set LEDGER_HASH to sm3.',
  );
});

test.each([
  ['P-384', makeKeys('P-384' as 'P-256').privateKey],
  ['secp256k1', makeKeys('secp256k1' as 'P-256').privateKey],
])('a %s key is refused', async (_curve, signingKey) => {
  await expect(open(database, { signingKey })).rejects.toThrow('The ledger key must be on the curve P-256 or SM2.');
});

test('a clock that is set back does not set the chain’s time back', async () => {
  let now = new Date('2026-05-10T08:00:00Z');
  const ledger = await open(database, {}, () => now);
  await ledger.record(entryOf());
  now = new Date('2026-05-10T07:00:00Z');
  await setDatabaseClock(database, now);
  await ledger.record(entryOf());
  await ledger.close();
  expect(await verified(database)).toMatchObject({
    entries: 2,
    head: { at: expect.stringMatching(/^2026-05-10T08:00:0/) },
  });
});

test('each calendar month in China has its own partition and ends with a checkpoint', async () => {
  let now = new Date('2026-05-31T15:59:40Z');
  const ledger = await open(database, {}, () => now);
  await recordOneByOne(ledger, 4);
  now = new Date('2026-05-31T16:00:00Z');
  await setDatabaseClock(database, now);
  await recordOneByOne(ledger, 3);
  await ledger.close();
  const rows = await asSuperuser(
    database,
    'select tableoid::regclass::text as partition, count(*)::int as entries, max(seq)::int as last from ledger.entry group by 1 order by 1',
  );
  expect(rows).toEqual([
    { partition: 'ledger.entry_2026_05', entries: 4, last: 4 },
    { partition: 'ledger.entry_2026_06', entries: 3, last: 7 },
  ]);
  const ends = await asSuperuser(database, 'select last_seq::int from ledger.checkpoint order by 1');
  expect(ends).toContainEqual({ last_seq: 4 });
  expect(await verified(database)).toMatchObject({ entries: 7, uncovered: 0 });
});

test('entries get their checkpoint in time even without further requests', async () => {
  const ledger = await open(database, { checkpointSeconds: 1 });
  await ledger.record(entryOf());
  await ledger.record(entryOf());
  expect(await verified(database)).toMatchObject({ uncovered: 1 });
  await until(() => ledger.figures().uncovered === 0);
  expect(await verified(database)).toMatchObject({ uncovered: 0 });
  await ledger.close();
});

test('closing the ledger writes the queued entries, and nothing is recorded afterwards', async () => {
  const ledger = await open(database);
  const queued = burst(ledger.record.bind(ledger), 50);
  await Promise.all([ledger.close(), queued]);
  await expect(ledger.record(entryOf())).rejects.toMatchObject({ extensions: { code: 'LEDGER_UNAVAILABLE' } });
  await expect(ledger.ready()).rejects.toMatchObject({ extensions: { code: 'LEDGER_UNAVAILABLE' } });
  expect(await verified(database)).toMatchObject({ entries: 50, uncovered: 0 });
});

test.each([
  ['a child by anything but a pseudonym', { children: ['99010120130517002X'], looks: [] }],
  ['a child twice', { children: [...entryOf().children, ...entryOf().children] }],
  ['a look at a child that the entry does not list', { children: [] }],
  ['a text that the database cannot hold', { reference: 'case/\0' }],
  ['half of a surrogate pair', { reference: 'case/\ud800' }],
] as const)('an entry with %s is refused, and hinders no other', async (_what, changes) => {
  const ledger = await open(database);
  const refused = ledger.record(entryOf(changes as Partial<LedgerEntry>));
  const other = ledger.record(entryOf());
  await expect(refused).rejects.toMatchObject({ extensions: { code: 'LEDGER_UNAVAILABLE' } });
  await other;
  await ledger.close();
  expect(await verified(database)).toMatchObject({ entries: 1 });
});

test('entries of all kinds are read back unchanged', async () => {
  const ledger = await open(database);
  const entries: LedgerEntry[] = [
    entryOf({
      stage: 'begun',
      outcome: null,
      milliseconds: null,
      operation: { kind: 'mutation', name: null, hash: null },
    }),
    entryOf({
      caller: null,
      purpose: null,
      children: [],
      looks: [],
      outcome: { status: 401, codes: ['UNAUTHENTICATED'] },
    }),
    entryOf({ emergency: { reason: '孩子失联"\\\'\n😀', uses: ['public-security.identity'] }, reference: 'case/1' }),
    entryOf({ peer: '2001:db8::7', lookups: { asked: 2, missed: [childNumber(3)] } }),
    entryOf({
      stage: 'refused',
      peer: '203.0.113.0/24',
      requests: 4_000,
      caller: null,
      purpose: null,
      children: [],
      looks: [],
      outcome: { status: 401, codes: ['UNAUTHENTICATED'] },
      milliseconds: null,
    }),
    firstVersionOf(),
    firstVersionOf({ stage: 'begun', outcome: null, milliseconds: null }),
  ];
  for (const entry of entries) await ledger.record(entry);
  await ledger.close();
  const rows = await asSuperuser<{ body: string }>(database, 'select body from exposed.access_entry order by seq');
  expect(rows.map(({ body }) => JSON.parse(body))).toEqual(entries);
  expect(await verified(database)).toMatchObject({ entries: entries.length });
});

test.each([
  ['a peer that is no address', { peer: 'case-worker.town' }],
  ['an ID number in place of a digest', { lookups: { asked: 1, missed: ['99010120130517002X'] } }],
])('an entry with %s is refused', async (_what, changes) => {
  const ledger = await open(database);
  await expect(ledger.record(entryOf(changes))).rejects.toMatchObject({ extensions: { code: 'LEDGER_UNAVAILABLE' } });
  await ledger.close();
});

test('a missing database prevents the start', async () => {
  const nowhere = { ownerUrl: undefined, writerUrl: 'postgres://nobody:x@127.0.0.1:9/none', readerUrl: '' };
  const opening = openLedger({ database: nowhere, settings: TEST_LEDGER, log: pino({ level: 'silent' }) });
  await expect(opening).rejects.toThrow('The database of the ledger cannot be reached.');
});
