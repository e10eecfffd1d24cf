import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { type AgencyDatabase, provision } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { childIds } from '../../shared/domain/child-id';
import { type RunningSubgraph, startSubgraph } from '../../shared/subgraph/start-subgraph';
import education from '../../subgraphs/education';
import { adminUrl, childIdOf, STORY, TEST_CHILD_IDS } from '../support/databases';
import { keyFile } from '../support/key-file';
import { startLine } from '../support/process';

const OTHER_KEY = 'another-key-of-pseudonyms-for-this-test-alone';
const DIFFERS =
  'The database was filled under another CHILD_ID_KEY or CHILD_ID_HASH: its pseudonyms would not match (CHILD_ID_KEY_DIFFERS).';

const opened: Knex[] = [];
afterAll(() => Promise.all(opened.map((db) => db.destroy())));

async function emptyDatabase(): Promise<AgencyDatabase & { readonly owner: Knex }> {
  const database = await provision(adminUrl(), 'education', `child_id_key_${randomBytes(4).toString('hex')}`);
  const owner = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  opened.push(owner);
  return { ...database, owner };
}

async function start(database: AgencyDatabase, options: Partial<typeof TEST_CHILD_IDS> | { hash: 'sha256' } = {}) {
  const running: RunningSubgraph = await startSubgraph({
    definition: education,
    database,
    district: undefined,
    childIds: childIds({ ...TEST_CHILD_IDS, ...options }),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });
  await running.close();
}

const fingerprints = (owner: Knex) => owner.withSchema('base').from('child_id_fingerprint').pluck('fingerprint');
const others = [{ key: Buffer.from(OTHER_KEY) }, { hash: 'sha256' as const }];
const withoutOwner = ({ readerUrl }: AgencyDatabase): AgencyDatabase => ({
  ownerUrl: undefined,
  readerUrl,
  writerUrl: undefined,
});

test('from its first start, a database is served only under its own key and hash, with and without its owner’s role', async () => {
  const database = await emptyDatabase();
  await start(database);
  const present = await fingerprints(database.owner);
  expect(present).toEqual([childIds(TEST_CHILD_IDS).fingerprint]);
  for (const other of others) {
    for (const access of [database, withoutOwner(database)])
      await expect(start(access, other)).rejects.toThrow(DIFFERS);
  }
  await start(database);
  await start(withoutOwner(database));
  expect(await fingerprints(database.owner)).toEqual(present);
});

test.each<[string, (owner: Knex) => Promise<unknown>]>([
  [
    'a child',
    (owner) =>
      owner
        .withSchema('base')
        .from('child')
        .insert({ child_id: childIdOf(STORY.leftBehind), id_number: STORY.leftBehind, region: '990101001001' }),
  ],
  [
    'a district',
    (owner) =>
      owner
        .withSchema('base')
        .from('district')
        .insert({
          seed: 'district',
          size: 5,
          today: '2026-11-22',
          child_id_fingerprint: childIds(TEST_CHILD_IDS).fingerprint,
        }),
  ],
])('a database filled with %s before fingerprints existed accepts only its own key', async (_, fill) => {
  const database = await emptyDatabase();
  await start(database);
  await fill(database.owner);
  await database.owner.raw('delete from base.child_id_fingerprint');
  await expect(start(withoutOwner(database))).rejects.toThrow(
    /has no fingerprint .*: run npm run migrate -- education/,
  );
  for (const other of others) await expect(start(database, other)).rejects.toThrow(DIFFERS);
  expect(await fingerprints(database.owner)).toEqual([]);
  await start(database);
  expect(await fingerprints(database.owner)).toEqual([childIds(TEST_CHILD_IDS).fingerprint]);
});

test('a process with another key exits with the reason, without printing the key', async () => {
  const database = await emptyDatabase();
  await start(database);
  const { code, stdout, stderr } = await startLine('exec node dist/subgraphs/migrate.js education', {
    DATABASE_URL_EDUCATION: database.ownerUrl ?? '',
    CHILD_ID_KEY_FILE: keyFile(OTHER_KEY),
  }).ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: `Not migrated: ${DIFFERS}\n` });
  expect(stdout + stderr).not.toContain(OTHER_KEY);
});
