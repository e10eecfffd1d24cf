import type { LedgerDatabase } from '../../gateway/ledger/database';
import { LedgerReader } from '../../gateway/ledger/verify/read-ledger';
import { connect } from '../../shared/db/connect';
import {
  asSuperuser,
  entryOf,
  ledgerForEachTest,
  open,
  recordOneByOne,
  setDatabaseClock,
  verified,
} from '../support/ledger';
import { until } from '../support/until';

// The time of the chain, which is independent of gateways' wrong clocks.

const NAME = 'ledger_time';
const DAY = 86_400_000;
const UNAVAILABLE = { extensions: { code: 'LEDGER_UNAVAILABLE' } };
const inDays = (days: number) => new Date(Date.now() + days * DAY);

const emptied = ledgerForEachTest(NAME);
let database: LedgerDatabase;
beforeEach(() => {
  database = emptied();
});

/** The largest difference of an entry's time from the machine's clock, in seconds. */
async function furthest(): Promise<number> {
  const [row] = await asSuperuser<{ seconds: number }>(
    database,
    'select max(abs(extract(epoch from at - clock_timestamp())))::float8 as seconds from ledger.entry',
  );
  return row?.seconds ?? Number.NaN;
}

test.each([400, -400])('a gateway whose clock is %d days ahead does not start', async (days) => {
  const other = await open(database);
  await other.record(entryOf());
  // Only the gateway's clock is wrong here, not the database's.
  const wrong = open(database, {}, undefined, [], () => inDays(days));
  await expect(wrong).rejects.toThrow(
    /^The gateway's clock is 345600\d\d seconds (?:ahead of|behind) that of the ledger's database: set both clocks right\.$/,
  );
  await other.record(entryOf());
  await other.close();
  expect(await verified(database)).toMatchObject({ entries: 2, uncovered: 0 });
  expect(await furthest()).toBeLessThan(60);
});

test('a gateway whose clock jumps 400 days ahead answers nothing more, and does not affect other gateways’ times', async () => {
  let ahead = 0;
  const lines: string[] = [];
  const wrong = await open(database, { deadlineMilliseconds: 5_000 }, undefined, lines, () => inDays(ahead));
  const other = await open(database, { checkpointSeconds: 1 });
  await recordOneByOne(wrong, 3);
  ahead = 400;
  await expect(wrong.record(entryOf())).rejects.toMatchObject(UNAVAILABLE);
  await expect(wrong.ready()).rejects.toMatchObject(UNAVAILABLE);
  expect(wrong.figures()).toMatchObject({ up: false });
  expect(wrong.figures().clockDifference).toBeGreaterThan(399 * DAY);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ event: 'ledger-unavailable', code: 'CLOCK_DIFFERS' }]);

  await recordOneByOne(other, 3);
  await until(() => other.figures().uncovered === 0);
  expect(other.figures()).toMatchObject({ up: true, uncovered: 0, ahead: 0 });
  expect(await furthest()).toBeLessThan(60);

  ahead = 0;
  await wrong.ready();
  await recordOneByOne(wrong, 1);
  await Promise.all([wrong.close(), other.close()]);
  expect(await verified(database)).toMatchObject({ entries: 8, uncovered: 0 });
});

test('entries have the database’s time, even if a gateway’s clock is a few seconds off', async () => {
  const fast = await open(database, {}, undefined, [], () => new Date(Date.now() + 3_000));
  await recordOneByOne(fast, 3);
  await fast.close();
  const [row] = await asSuperuser<{ late: number }>(
    database,
    'select count(*) filter (where at > clock_timestamp())::int as late from ledger.entry',
  );
  expect(row).toEqual({ late: 0 });
});

test('the database refuses entries from the future, whichever gateway writes them', async () => {
  const ledger = await open(database);
  await ledger.record(entryOf());
  await ledger.close();
  const [head] = await asSuperuser<{ hash: Buffer; at: Date }>(database, 'select hash, at from ledger.entry');
  const entry = (at: Date) =>
    JSON.stringify([{ seq: 2, at, previous: '\\x00', hash: '\\x00', body: JSON.stringify(entryOf()) }]);
  const writer = connect(database.writerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    await writer.raw('select ledger.open_month(?)', [inDays(400)]);
    for (const add of ['ledger.add(?)', 'ledger.append(?, ?, ?)']) {
      const values = [...(add === 'ledger.add(?)' ? [] : [head?.hash, head?.at]), entry(inDays(400))];
      await expect(writer.raw(`select ${add}`, values as string[])).rejects.toMatchObject({ code: '22023' });
    }
  } finally {
    await writer.destroy();
  }
});

describe('a chain that ends in the future by the database’s clock', () => {
  beforeEach(async () => {
    const ledger = await open(database, {}, () => inDays(400));
    await recordOneByOne(ledger, 2);
    await ledger.close();
    await setDatabaseClock(database);
  });

  test('is reported by verifying, and by a metric with an alert', async () => {
    expect(await verified(database)).toMatch(/^entry 2: the chain ends in the future, at 20\d\d-/);
    const ledger = await open(database);
    expect(ledger.figures().ahead).toBeGreaterThan(399 * DAY);
    await ledger.close();
  });

  test('still gets checkpoints in time, and each entry has its gateway’s time', async () => {
    const ledger = await open(database, { checkpointSeconds: 1 });
    const time = new Date().toISOString();
    await ledger.record(entryOf({ time }));
    await until(() => ledger.figures().uncovered === 0);
    await ledger.close();
    const reader = await LedgerReader.open(database.writerUrl);
    expect(JSON.parse((await reader.entry(3))?.body ?? '')).toMatchObject({ time });
    await reader.close();
  });
});
