import type { Knex } from 'knex';
import { connect } from '../../shared/db/connect';
import { AGENCIES } from '../../shared/domain/agencies';
import { childIdOf, STORY, testDatabase } from '../support/databases';

/** Base tables of sealed data, which the reader role must not see, with the column of the child. */
const SEALED_TABLES = {
  'public-security': 'juvenile_record',
  'civil-affairs': 'adoption',
  education: 'special_education',
  procuratorate: 'juvenile_case',
} as const;

const PERMISSION_DENIED = '42501';
const NOT_UPDATABLE = '55000';

const open = (url: string) => connect(url, { poolSize: 1, statementTimeout: 0 });
const sqlState = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );
const names = async (db: Knex, schema: string, relation: 'r' | 'v'): Promise<string[]> =>
  (
    await db.raw(
      'select relname from pg_class join pg_namespace n on n.oid = relnamespace where nspname = ? and relkind = ? order by 1',
      [schema, relation],
    )
  ).rows.map(({ relname }: { relname: string }) => relname);

describe.each(AGENCIES)('the reader role of %s', (agency) => {
  const { ownerUrl, readerUrl } = testDatabase(agency);
  let owner: Knex;
  let reader: Knex;
  beforeAll(() => {
    owner = open(ownerUrl ?? '');
    reader = open(readerUrl);
  });
  afterAll(() => Promise.all([owner.destroy(), reader.destroy()]));

  test('is refused on every base table and on migration tables', async () => {
    const tables = await names(owner, 'base', 'r');
    expect(tables.length).toBeGreaterThan(2);
    for (const table of [...tables.map((name) => `base.${name}`), 'public.migration', 'public.migration_lock']) {
      expect({ table, sqlState: await sqlState(reader.raw(`select * from ${table} limit 1`)) }).toEqual({
        table,
        sqlState: PERMISSION_DENIED,
      });
    }
  });

  test('reads every view of schema exposed and changes none', async () => {
    const views = await names(owner, 'exposed', 'v');
    expect(views.length).toBeGreaterThan(1);
    for (const view of views) {
      expect({ view, sqlState: await sqlState(reader.raw(`select * from exposed.${view} limit 1`)) }).toEqual({
        view,
        sqlState: undefined,
      });
      // A view of several tables cannot be updated.
      expect([PERMISSION_DENIED, NOT_UPDATABLE]).toContain(await sqlState(reader.raw(`delete from exposed.${view}`)));
    }
  });

  test('creates nothing, assumes no other role, and reads no other agency’s database', async () => {
    for (const statement of [
      'create table exposed.mine (x int)',
      'create table public.mine (x int)',
      'create temporary table mine (x int)',
      'create function exposed.mine() returns int language sql as $$ select 1 $$',
      'create role mine',
      `set role ${agency.replaceAll('-', '_')}_owner`,
    ]) {
      expect({ statement, sqlState: await sqlState(reader.raw(statement)) }).toEqual({
        statement,
        sqlState: PERMISSION_DENIED,
      });
    }
    const other = AGENCIES.find((name) => name !== agency) ?? agency;
    const url = new URL(readerUrl);
    url.pathname = new URL(testDatabase(other).readerUrl).pathname;
    const elsewhere = open(url.toString());
    expect(await sqlState(elsewhere.raw('select 1'))).toBe(PERMISSION_DENIED);
    await elsewhere.destroy();
  });
});

test.each(Object.entries(SEALED_TABLES))(
  'sealed rows of %s are in the base table %s and in no view',
  async (agency, table) => {
    const owner = open(testDatabase(agency as keyof typeof SEALED_TABLES).ownerUrl ?? '');
    const { rows } = await owner.raw(
      `select count(*) from pg_depend d join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
     where d.refobjid = ?::regclass and v.relkind = 'v'`,
      [`base.${table}`],
    );
    expect(Number(rows[0].count)).toBe(0);
    await owner.destroy();
  },
);

test.each([
  ['public-security', 'juvenile_record', ['incident']],
  ['procuratorate', 'juvenile_case', ['legal_document']],
] as const)('the sealed story child has a record at %s that no view shows', async (agency, sealedTable, views) => {
  const { ownerUrl, readerUrl } = testDatabase(agency);
  const [owner, reader] = [open(ownerUrl ?? ''), open(readerUrl)];
  const id = childIdOf(STORY.sealed);
  expect(await owner.withSchema('base').from(sealedTable).where('child_id', id)).toHaveLength(1);
  for (const view of views) {
    expect(await owner.withSchema('base').from(view).where('child_id', id)).toHaveLength(1);
    expect(await reader.withSchema('exposed').from(view).where('child_id', id)).toHaveLength(0);
  }
  await Promise.all([owner.destroy(), reader.destroy()]);
});

test('protection categories derived from sealed facts are in no view', async () => {
  const { ownerUrl, readerUrl } = testDatabase('governance-center');
  const [owner, reader] = [open(ownerUrl ?? ''), open(readerUrl)];
  const id = childIdOf(STORY.sealed);
  expect(await owner.withSchema('base').from('protection_assignment').where('child_id', id)).toHaveLength(1);
  expect(await reader.withSchema('exposed').from('protection_assignment').where('child_id', id)).toHaveLength(0);
  await Promise.all([owner.destroy(), reader.destroy()]);
});

test('the governance centre stores no ID number', async () => {
  const owner = open(testDatabase('governance-center').ownerUrl ?? '');
  const { rows } = await owner.raw(
    "select column_name from information_schema.columns where table_schema in ('base', 'exposed')",
  );
  expect(
    rows
      .map(({ column_name }: { column_name: string }) => column_name)
      .filter((name: string) => /id_?number|full_name/.test(name)),
  ).toEqual([]);
  await owner.destroy();
});
