import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { AccessLedger } from '../../gateway/ledger/access-ledger';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { provisionDatabase, roleOf } from '../../shared/db/agency-database';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { type FaultyNetwork, faultyNetwork } from '../support/faulty-network';
import { asAdmin, asSuperuser, entryOf, ledgerForEachTest, open, recordOneByOne, verified } from '../support/ledger';

const NAME = 'ledger_outage';
const DEADLINE = 1_000;
/** For a busy machine: far less than a request waits that nobody refuses. */
const MARGIN = 5_000;
/** At the end of a script, because `read committed` contains the word, too. */
const COMMIT = ';\ncommit';
/** Simulates a full disk: PostgreSQL refuses writes, and reads work. */
const DISK_FULL = `create function public.disk_full() returns trigger language plpgsql as $$
  begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`;
const BEFORE_ANY_ENTRY =
  'create trigger disk_full before insert on ledger.entry for each statement execute function public.disk_full()';
const UNAVAILABLE = { extensions: { code: 'LEDGER_UNAVAILABLE', http: { status: 503 } } };

let database: LedgerDatabase;
let network: FaultyNetwork;
let ledger: AccessLedger;
const emptied = ledgerForEachTest(NAME);
beforeEach(async () => {
  database = emptied();
  network = await faultyNetwork(Number(new URL(database.writerUrl).port));
  ledger = await open(
    { ...database, writerUrl: network.through(database.writerUrl) },
    { deadlineMilliseconds: DEADLINE },
  );
});
afterEach(async () => {
  await ledger.close();
  await network.close();
});

const requestIds = async (): Promise<string[]> =>
  (
    await asSuperuser<{ request_id: string }>(
      database,
      "select request_id from ledger.entry where stage <> 'refused' order by seq",
    )
  ).map(({ request_id }) => request_id);

/** The numbers of answers withheld because of the ledger, from its entries. */
const withheld = async (): Promise<number[]> =>
  (
    await asSuperuser<{ requests: number }>(
      database,
      "select (body::json ->> 'requests')::int as requests from ledger.entry where stage = 'refused' order by seq",
    )
  ).map(({ requests }) => requests);

/** Records this many entries simultaneously. @returns the request ids of the recorded ones, and of all. */
async function burst(count: number) {
  const entries = Array.from({ length: count }, () => entryOf());
  const results = await Promise.allSettled(entries.map((entry) => ledger.record(entry)));
  const recorded = entries.filter((_, index) => results[index]?.status === 'fulfilled');
  return { recorded: recorded.map(({ requestId }) => requestId), all: entries.map(({ requestId }) => requestId) };
}

async function timed(work: Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work;
  return performance.now() - before;
}

test('the figures show how far the ledger lags behind', async () => {
  const begun = Date.now();
  expect(ledger.figures()).toMatchObject({ up: true, waiting: 0, oldestWaiting: 0, uncovered: 0, ahead: 0 });
  await recordOneByOne(ledger, 1);
  const { lastBatchAt, ...idle } = ledger.figures();
  expect(idle).toMatchObject({ up: true, waiting: 0, oldestWaiting: 0 });
  expect(lastBatchAt?.getTime()).toBeGreaterThanOrEqual(begun);

  network.state = 'silent';
  const lost = [0, 1, 2].map(() => ledger.record(entryOf()).catch(() => undefined));
  await sleep(50);
  const { waiting, oldestWaiting } = ledger.figures();
  expect(waiting).toBe(3);
  expect(oldestWaiting).toBeGreaterThanOrEqual(40);
  await Promise.all(lost);
  network.state = 'down';
  await expect(ledger.ready()).rejects.toMatchObject(UNAVAILABLE);
  expect(ledger.figures()).toMatchObject({ up: false, lastBatchAt });

  network.state = 'up';
  await recordOneByOne(ledger, 1);
  expect(ledger.figures()).toMatchObject({ up: true, waiting: 0, oldestWaiting: 0 });
});

test('the figures show the entries without a checkpoint, and the time of the newest checkpoint', async () => {
  const own = await open(database, { checkpointEntries: 3 });
  try {
    const seen: [number, boolean][] = [];
    for (let entry = 0; entry < 4; entry += 1) {
      await recordOneByOne(own, 1);
      const { uncovered, lastCheckpointAt } = own.figures();
      seen.push([uncovered, lastCheckpointAt !== undefined]);
    }
    expect(seen).toEqual([
      // Before the first entry, the chain counts as just covered.
      [0, true],
      [1, true],
      [2, true],
      [0, true],
    ]);
  } finally {
    await own.close();
  }
});

test('a lost answer to a commit neither loses an entry nor writes one twice', async () => {
  await recordOneByOne(ledger, 2);
  network.loseAnswerTo = COMMIT;
  const { recorded, all } = await burst(40);
  expect(recorded).toEqual(all);
  expect((await requestIds()).slice(2)).toEqual(all);
  await recordOneByOne(ledger, 2);
  expect(await verified(database)).toMatchObject({ entries: 44 });
});

test('a lost answer or request of a batch in one round trip neither loses an entry nor writes one twice', async () => {
  // The first ones open the month; afterwards only entries are sent.
  await recordOneByOne(ledger, 3);
  for (const lose of ['loseAnswerTo', 'loseRequest'] as const) {
    const entry = entryOf();
    network[lose] = entry.requestId;
    await ledger.record(entry);
    expect(network[lose]).toBeUndefined();
    expect((await requestIds()).filter((id) => id === entry.requestId)).toHaveLength(1);
  }
  expect(await verified(database)).toMatchObject({ entries: 5 });
});

test('a lost commit is repeated', async () => {
  network.loseRequest = COMMIT;
  const { recorded, all } = await burst(40);
  expect(recorded).toEqual(all);
  expect(await requestIds()).toEqual(all);
  expect(await verified(database)).toMatchObject({ entries: 40 });
});

test('the outcome of a commit is found even if another gateway wrote in between', async () => {
  const other = await open(database);
  network.loseAnswerTo = COMMIT;
  const entry = entryOf();
  await Promise.all([ledger.record(entry), recordOneByOne(other, 20)]);
  await other.close();
  expect((await requestIds()).filter((id) => id === entry.requestId)).toHaveLength(1);
  expect(await verified(database)).toMatchObject({ entries: 21 });
});

test('connections that are terminated again and again neither lose an entry nor write one twice', async () => {
  let ended = 0;
  let going = true;
  const ending = (async () => {
    while (going) {
      const { rows } = await asAdmin((admin) =>
        admin.raw(
          'select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity where usename = ? and datname = ?',
          [roleOf(database.writerUrl), NAME],
        ),
      );
      ended += rows[0].ended;
      await sleep(5);
    }
  })();
  const recorded: string[] = [];
  for (let round = 0; round < 40; round += 1) recorded.push(...(await burst(10)).recorded);
  going = false;
  await ending;
  expect(ended).toBeGreaterThan(5);
  const there = await requestIds();
  expect(new Set(there).size).toBe(there.length);
  expect(there).toEqual(expect.arrayContaining(recorded));
  expect(recorded.length).toBeGreaterThan(100);
  expect(await verified(database)).toMatchObject({ entries: there.length + (await withheld()).length });
});

test('without its database an access is refused within the deadline, and not recorded later', async () => {
  await recordOneByOne(ledger, 1);
  network.state = 'down';
  const took = await timed(expect(ledger.record(entryOf())).rejects.toMatchObject(UNAVAILABLE));
  expect(took).toBeLessThan(DEADLINE + MARGIN);
  const asked = await timed(expect(ledger.ready()).rejects.toMatchObject(UNAVAILABLE));
  expect(asked).toBeLessThan(DEADLINE);
  network.state = 'up';
  await ledger.ready();
  await ledger.record(entryOf());
  expect(await requestIds()).toHaveLength(2);
  expect(await withheld()).toEqual([1]);
});

test('a database that does not answer delays an access until the deadline at most', async () => {
  network.state = 'silent';
  const took = await timed(
    Promise.all([1, 2, 3].map(() => expect(ledger.record(entryOf())).rejects.toMatchObject(UNAVAILABLE))),
  );
  expect(took).toBeGreaterThan(DEADLINE - 50);
  expect(took).toBeLessThan(DEADLINE + MARGIN);
  network.state = 'up';
  await sleep(DEADLINE / 2);
  await ledger.ready();
  const { recorded, all } = await burst(5);
  expect(recorded).toEqual(all);
});

test('an outage shorter than the deadline is not noticed', async () => {
  network.state = 'down';
  const recording = ledger.record(entryOf());
  await sleep(DEADLINE / 3);
  network.state = 'up';
  await recording;
  expect(await requestIds()).toHaveLength(1);
});

test('ready sends nothing after a successful write, and notices a lost connection', async () => {
  await ledger.record(entryOf());
  const { sent } = network;
  await ledger.ready();
  expect(network.sent).toBe(sent);
  network.state = 'down';
  await sleep(50);
  await expect(ledger.ready()).rejects.toMatchObject(UNAVAILABLE);
});

test('a stalled holder of the lock delays an access until the deadline at most', async () => {
  const other = new Client({ connectionString: database.writerUrl });
  await other.connect();
  await other.query('begin; select ledger.lock_chain()');
  await expect(ledger.record(entryOf())).rejects.toMatchObject(UNAVAILABLE);
  await other.end();
  await ledger.ready();
  await ledger.record(entryOf());
});

test('a full disk counts as an outage until a write succeeds, even while reading works', async () => {
  await recordOneByOne(ledger, 1);
  await asSuperuser(database, DISK_FULL, BEFORE_ANY_ENTRY);
  const lines: string[] = [];
  const own = await open(database, { deadlineMilliseconds: DEADLINE }, undefined, lines);
  const up: boolean[] = [];
  for (let access = 0; access < 3; access += 1) {
    await expect(own.record(entryOf())).rejects.toMatchObject(UNAVAILABLE);
    up.push(own.figures().up);
    await expect(own.ready()).rejects.toMatchObject(UNAVAILABLE);
    up.push(own.figures().up);
  }
  expect(new Set(up)).toEqual(new Set([false]));
  const events = () => lines.map((line) => JSON.parse(line)).map(({ event, code }) => [event, code]);
  expect(events()).toEqual([['ledger-unavailable', '53100']]);

  await asSuperuser(database, 'drop trigger disk_full on ledger.entry');
  await own.ready();
  expect(own.figures().up).toBe(true);
  expect(await withheld()).toEqual([3]);
  await own.record(entryOf());
  expect(events()).toEqual([['ledger-unavailable', '53100']]);
  await own.close();
  expect(await verified(database)).toMatchObject({ entries: 3, uncovered: 0 });
});

test('the ledger survives a restart of PostgreSQL', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'record-ledger-'));
  await chmod(dataDirectory, 0o755);
  const claim = await claimDataDirectory(dataDirectory);
  let postgres = await startEmbeddedPostgres({ dataDirectory });
  const way = await faultyNetwork(postgres.port);
  const urls = await provisionDatabase(postgres.adminUrl, 'access_ledger');
  const own = await open({ ...urls, writerUrl: way.through(urls.writerUrl) }, { deadlineMilliseconds: DEADLINE });
  try {
    await recordOneByOne(own, 3);
    await postgres.stop();
    await expect(own.ready()).rejects.toMatchObject(UNAVAILABLE);
    await expect(own.record(entryOf())).rejects.toMatchObject(UNAVAILABLE);
    postgres = await startEmbeddedPostgres({ dataDirectory });
    way.port = postgres.port;
    await own.ready();
    await recordOneByOne(own, 3);
    await own.close();
    const back = Object.assign(new URL(urls.writerUrl), { port: String(postgres.port) }).toString();
    // Six entries, and one about the outage.
    expect(await verified({ ...urls, writerUrl: back })).toMatchObject({ entries: 7, uncovered: 0 });
  } finally {
    await own.close();
    await way.close();
    await postgres.stop();
    await claim.release();
    await rm(dataDirectory, { recursive: true, force: true });
  }
});
