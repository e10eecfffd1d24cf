import type { LedgerDatabase } from '../../gateway/ledger/database';
import { readExportedCheckpoint } from '../../gateway/ledger/exported-checkpoint';
import {
  asSuperuser,
  cloneLedgerDatabase,
  dropLedgerDatabase,
  emptyLedgerDatabase,
  entryOf,
  exportNewest,
  makeKeys,
  open,
  recompute,
  recordOneByOne,
  type VerifyChanges,
  verified,
} from '../support/ledger';

const NAME = 'ledger_tampering';
const CLONE = `${NAME}_clone`;

/** 31 entries under four checkpoints (1, 2-11, 12-21, 22-31), and five without one. */
const COVERED = 31;
const ENTRIES = 36;

let original: LedgerDatabase;
let database: LedgerDatabase;
beforeAll(async () => {
  original = await emptyLedgerDatabase(NAME);
  const ledger = await open(original);
  await recordOneByOne(ledger, ENTRIES);
  await ledger.close();
  // As after a kill before the gateway signed the last ones.
  await asSuperuser(original, `delete from ledger.checkpoint where last_seq > ${COVERED}`);
});
beforeEach(async () => {
  database = await cloneLedgerDatabase(original, CLONE);
});
afterAll(async () => {
  await dropLedgerDatabase(CLONE);
  await dropLedgerDatabase(NAME);
});

const fault = (options?: VerifyChanges) => verified(database, options);

test('an untouched ledger is as recorded', async () => {
  expect(await fault()).toMatchObject({
    entries: ENTRIES,
    checkpoints: 4,
    uncovered: ENTRIES - COVERED,
    head: { seq: ENTRIES },
  });
  expect(await fault({ from: 15, through: 25 })).toMatchObject({ entries: 11, head: { seq: 25 } });
});

test.each([
  [
    'a changed byte of a text',
    7,
    `update ledger.entry set body = replace(body, '990101001', '990101002') where seq = 7`,
  ],
  [
    'a changed byte of a text at the end',
    36,
    `update ledger.entry set body = replace(body, 'town', 'down') where seq = 36`,
  ],
  ['a changed time', 9, `update ledger.entry set at = at + interval '1 millisecond' where seq = 9`],
  ['a changed caller', 8, `update ledger.entry set caller = 'nobody' where seq = 8`],
  ['a child removed from a column', 12, `update ledger.entry set children = children[2:] where seq = 12`],
  ['a changed agency', 13, `update ledger.entry set caller_agency = 'education' where seq = 13`],
  ['a changed region', 14, `update ledger.entry set caller_region = null where seq = 14`],
  ['a changed purpose', 15, `update ledger.entry set purpose = 'VISIT' where seq = 15`],
  ['changed owners', 16, `update ledger.entry set owners = '{}' where seq = 16`],
  ['a changed status', 17, `update ledger.entry set status = 500 where seq = 17`],
  ['a changed stage', 18, `update ledger.entry set stage = 'begun' where seq = 18`],
  ['a changed request id', 19, `update ledger.entry set request_id = '' where seq = 19`],
  ['a deleted row', 20, 'delete from ledger.entry where seq = 20'],
  ['the first row deleted', 1, 'delete from ledger.entry where seq = 1'],
  ['a deleted row that has no checkpoint yet', 34, 'delete from ledger.entry where seq = 34'],
  ['the last rows deleted below a checkpoint', 30, 'delete from ledger.entry where seq >= 30'],
  ['a swapped pair', 22, 'update ledger.entry set seq = 45 - seq where seq in (22, 23)'],
  [
    'a number that is there twice',
    24,
    `insert into ledger.entry select seq, at + interval '1 ms', previous, hash, body, request_id, stage, caller, caller_agency, caller_region, purpose, children, owners, status from ledger.entry where seq = 24`,
  ],
])('%s is detected, and entry %i named', async (_what, entry, statement) => {
  await asSuperuser(database, statement);
  expect(await fault()).toMatch(new RegExp(`^entry ${entry}: [^\\n]*$`));
});

test('a beginning that is falsely marked as archived is reported as missing', async () => {
  const said = (seq: number) => [
    `insert into ledger.archive
       select to_char(at, 'YYYY-MM'), 1, seq, hash, at, '\\x00', now() from ledger.entry where seq = ${seq}`,
    `delete from ledger.entry where seq <= ${seq}`,
  ];
  await asSuperuser(database, ...said(13));
  expect(await fault()).toMatch(/^entry 13: .* marked as archived/);
  database = await cloneLedgerDatabase(original, CLONE);
  await asSuperuser(database, ...said(11));
  expect(await fault()).toMatch(/must be kept until/);
});

test('a gateway that finds its entries changed records and signs nothing more', async () => {
  // It refuses at the deadline.
  const ledger = await open(database, { deadlineMilliseconds: 5_000 });
  await ledger.record(entryOf());
  await asSuperuser(
    database,
    'delete from ledger.checkpoint',
    `update ledger.entry set body = replace(body, '"name":"Record"', '"name":"Other"') where seq = 7`,
  );
  await recompute(database, 7);
  await expect(ledger.record(entryOf())).rejects.toMatchObject({ extensions: { code: 'LEDGER_UNAVAILABLE' } });
  expect(ledger.figures().refusal).toBe('LEDGER_SHORTENED');
  await ledger.close();
  expect(await asSuperuser(database, 'select 1 from ledger.checkpoint')).toEqual([]);
  expect(await fault()).toMatch(/^entry 1: no checkpoint covers it/);
});

test('an inserted row with a valid hash is named', async () => {
  await asSuperuser(
    database,
    'update ledger.entry set seq = seq + 1000 where seq >= 25',
    'update ledger.entry set seq = seq - 999 where seq >= 1000',
    `insert into ledger.entry select 25, at, previous, hash, replace(body, 'town-case-worker', 'somebody-else'), request_id, stage,
       'somebody-else', caller_agency, caller_region, purpose, children, owners, status from ledger.entry where seq = 24`,
  );
  await recompute(database, 25);
  expect(await fault()).toBe('entry 25: it differs from the one in its signed checkpoint');
});

test('a changed row is named even if all later hashes were recomputed', async () => {
  await asSuperuser(
    database,
    `update ledger.entry set body = replace(body, '"status":200', '"status":403'), status = 403 where seq = 17`,
  );
  await recompute(database, 17);
  expect(await fault()).toBe('entry 17: it differs from the one in its signed checkpoint');
});

test('a changed row is found by the checkpoint’s signature if the hashes in the checkpoint were changed as well', async () => {
  await asSuperuser(database, `update ledger.entry set body = replace(body, 'Record', 'Other') where seq = 17`);
  await recompute(database, 17);
  await asSuperuser(
    database,
    `update ledger.checkpoint set leaves = (select string_agg(hash, ''::bytea order by seq) from ledger.entry where seq between first_seq and last_seq)`,
  );
  expect(await fault()).toBe('checkpoint 3: the hashes of its entries differ from those that were signed');
});

test('a time that goes backwards is named, even with recomputed hashes', async () => {
  await asSuperuser(database, `update ledger.entry set at = at - interval '2 seconds' where seq = 34`);
  await recompute(database, 34);
  expect(await fault()).toBe('entry 34: it is older than the one before it');
});

test('a text that is no entry is named, even with recomputed hashes', async () => {
  await asSuperuser(database, `update ledger.entry set body = replace(body, '"v":2', '"v":3') where seq = 35`);
  await recompute(database, 35);
  expect(await fault()).toBe('entry 35: its text is not a valid entry (v: invalid_union)');
});

describe('a checkpoint', () => {
  test.each([
    [
      'with a changed signature',
      `update ledger.checkpoint set signature = set_byte(signature, 40, get_byte(signature, 40) # 1) where number = 2`,
      'checkpoint 2: its signature is not valid',
    ],
    [
      'with another time',
      `update ledger.checkpoint set at = at + interval '1 second' where number = 3`,
      'checkpoint 3: its signature is not valid',
    ],
    [
      'with another end',
      `update ledger.checkpoint set last_seq = 30 where number = 4`,
      'checkpoint 4: its signature is not valid',
    ],
    [
      'that is deleted',
      'delete from ledger.checkpoint where number = 2',
      'checkpoint 3: checkpoint 2 is missing before it',
    ],
    [
      'whose hashes are cut short',
      `update ledger.checkpoint set leaves = substring(leaves from 1 for 32) where number = 2`,
      'checkpoint 2: it does not have one hash for each of its entries',
    ],
  ])('%s is detected', async (_what, statement, expected) => {
    await asSuperuser(database, statement);
    expect(await fault()).toBe(expected);
  });

  test('signed with another key is reported as forged', async () => {
    expect(await fault({ publicKeys: [makeKeys().publicKey] })).toBe('checkpoint 1: it is signed with an unknown key');
  });

  test('must cover all but the newest entries', async () => {
    expect(await fault({ youngest: { entries: 4, seconds: 7_200 } })).toBe(
      'entry 32: no checkpoint covers it and the 4 after it',
    );
    await asSuperuser(database, 'delete from ledger.checkpoint where number > 1');
    expect(await fault()).toBe('entry 2: no checkpoint covers it and the 34 after it');
  });
});

describe('an exported checkpoint', () => {
  test('reveals that the newest rows and checkpoints were deleted', async () => {
    const exported = await exportNewest(database);
    await asSuperuser(
      database,
      'delete from ledger.entry where seq > 21',
      'delete from ledger.checkpoint where last_seq > 21',
    );
    expect(await fault()).toMatchObject({ entries: 21 });
    expect(await fault({ exported })).toMatch(/^entry 22: it is missing, or was rewritten: the exported checkpoint 4/);
  });

  test('reveals a restored backup that was written to afterwards', async () => {
    const { writerUrl } = database;
    const before = await cloneLedgerDatabase(original, `${CLONE}_restored`);
    const ledger = await open(database);
    await recordOneByOne(ledger, 20);
    await ledger.close();
    const exported = await exportNewest({ ...database, writerUrl });

    const again = await open(before);
    await recordOneByOne(again, 60);
    await again.close();
    expect(await verified(before)).toMatchObject({ entries: ENTRIES + 60 });
    expect(await verified(before, { exported })).toMatch(/^checkpoint \d+: it differs from the exported one/);
    expect(await verified(database, { exported })).toMatchObject({ entries: ENTRIES + 20 });
    await dropLedgerDatabase(`${CLONE}_restored`);
  });

  test('must be signed with a known key', async () => {
    const exported = await exportNewest(database);
    const forged = { ...exported, checkpoint: { ...exported.checkpoint, lastSeq: 30 } };
    expect(await fault({ exported: forged })).toBe('checkpoint 4: as exported, its signature is not valid');
    expect(() => readExportedCheckpoint('{}')).toThrow('The file is not an exported checkpoint.');
  });
});

test('if both an entry and its checkpoint are wrong, the entry is named', async () => {
  await asSuperuser(
    database,
    `update ledger.entry set body = replace(body, 'town', 'down') where seq = 25`,
    `update ledger.checkpoint set signature = '\\x00' where number = 4`,
  );
  expect(await fault()).toMatch(/^entry 25: /);
});

test('faults contain no value of an entry', async () => {
  await asSuperuser(database, `update ledger.entry set caller = 'nobody' where seq = 8`);
  const text = await fault();
  for (const value of ['nobody', entryOf().caller?.id ?? '']) expect(text).not.toContain(value);
});
