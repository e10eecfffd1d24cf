import type { LedgerDatabase } from '../../gateway/ledger/database';
import { roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import {
  asSuperuser,
  childNumber,
  dropLedgerDatabase,
  emptyLedgerDatabase,
  open,
  recordOneByOne,
} from '../support/ledger';

const NAME = 'ledger_roles';
const PERMISSION_DENIED = '42501';
const TABLES = ['chain', 'entry', 'checkpoint', 'archive'];

let database: LedgerDatabase;
let partition: string;
let writer: ReturnType<typeof connect>;
let reader: ReturnType<typeof connect>;
beforeAll(async () => {
  database = await emptyLedgerDatabase(NAME);
  const ledger = await open(database);
  await recordOneByOne(ledger, 3);
  await ledger.close();
  [writer, reader] = [database.writerUrl, database.readerUrl].map((url) =>
    connect(url, { poolSize: 1, statementTimeout: 0 }),
  ) as [typeof writer, typeof reader];
  const [row] = await asSuperuser<{ name: string }>(
    database,
    'select tableoid::regclass::text as name from ledger.entry limit 1',
  );
  partition = row?.name ?? '';
});
afterAll(async () => {
  await Promise.all([writer.destroy(), reader.destroy()]);
  await dropLedgerDatabase(NAME);
});

const sqlState = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );

describe('the writer', () => {
  test('adds and reads rows', async () => {
    for (const table of TABLES) expect(await sqlState(writer.raw(`select * from ledger.${table}`))).toBeUndefined();
    const copy = writer.transaction(async (transaction) => {
      await transaction.raw('insert into ledger.entry select * from ledger.entry where false');
      await transaction.raw('insert into ledger.checkpoint select * from ledger.checkpoint where false');
    });
    expect(await sqlState(copy)).toBeUndefined();
  });

  test('changes, removes and creates nothing', async () => {
    const tables = [...TABLES.map((table) => `ledger.${table}`), partition];
    const statements = [
      ...tables.flatMap((table) => [
        `delete from ${table}`,
        `truncate ${table}`,
        `drop table ${table}`,
        `alter table ${table} add column more int`,
        `create trigger mine before insert on ${table} execute function pg_catalog.suppress_redundant_updates_trigger()`,
      ]),
      'update ledger.chain set hash = hash',
      'update ledger.entry set body = body',
      `update ${partition} set body = body`,
      'update ledger.checkpoint set root = root',
      'update ledger.archive set month = month',
      'insert into ledger.archive select * from ledger.archive',
      `insert into ${partition} select * from ledger.entry`,
      `select * from ${partition}`,
      'create table ledger.mine (a int)',
      'create table public.mine (a int)',
      'create table exposed.mine (a int)',
      'create temporary table mine (a int)',
      'create schema mine',
      'select * from exposed.access_entry',
      'select * from public.migration',
      'drop function ledger.open_month(timestamptz)',
      'create or replace function ledger.open_month(timestamptz) returns void language sql as $$ select $$',
    ];
    for (const statement of statements) {
      expect({ statement, sqlState: await sqlState(writer.raw(statement)) }).toEqual({
        statement,
        sqlState: PERMISSION_DENIED,
      });
    }
  });

  test('opens a month, whatever its search path, time zone or date style', async () => {
    await writer.transaction(async (transaction) => {
      await transaction.raw(
        `set local search_path = exposed; set local timezone = 'America/New_York'; set local datestyle = 'SQL, DMY'`,
      );
      await transaction.raw(
        `select ledger.open_month('2031-03-31T15:59:59.999Z'), ledger.open_month('2031-03-31T15:59:59.999Z')`,
      );
    });
    const [row] = await asSuperuser(
      database,
      `set timezone = 'UTC'`,
      `select pg_get_expr(relpartbound, oid) as bound from pg_class where relname = 'entry_2031_03' and relispartition`,
    );
    expect(row?.bound).toBe("FOR VALUES FROM ('2031-02-28 16:00:00+00') TO ('2031-03-31 16:00:00+00')");
  });
});

describe('the reader', () => {
  test('reads the view', async () => {
    const { rows } = await reader.raw(
      'select * from exposed.access_entry where children @> ? order by at desc, seq desc',
      [[childNumber(1)]],
    );
    expect(rows).toHaveLength(3);
    expect(Object.keys(rows[0])).toEqual([
      'seq',
      'at',
      'request_id',
      'stage',
      'caller',
      'caller_agency',
      'caller_region',
      'purpose',
      'children',
      'owners',
      'status',
      'body',
    ]);
  });

  test('reads nothing else', async () => {
    const statements = [
      ...[...TABLES.map((table) => `ledger.${table}`), partition].map((table) => `select * from ${table}`),
      'insert into exposed.access_entry (seq) values (1)',
      "update exposed.access_entry set caller = ''",
      'delete from exposed.access_entry',
      'select ledger.open_month(now())',
      'create table exposed.mine (a int)',
      'select * from public.migration',
    ];
    for (const statement of statements) {
      expect({ statement, sqlState: await sqlState(reader.raw(statement)) }).toEqual({
        statement,
        sqlState: PERMISSION_DENIED,
      });
    }
  });
});

describe('a gateway that does not migrate refuses a writer role', () => {
  const withoutOwner = () => open({ ...database, ownerUrl: undefined });

  test('only if it has forbidden rights', async () => {
    await (await withoutOwner()).close();
  });

  test.each([
    ['update on entry', 'grant update on ledger.entry to ROLE', 'revoke update on ledger.entry from ROLE'],
    [
      'update on one column',
      'grant update (body) on ledger.entry to ROLE',
      'revoke update (body) on ledger.entry from ROLE',
    ],
    [
      'delete on checkpoint',
      'grant delete on ledger.checkpoint to ROLE',
      'revoke delete on ledger.checkpoint from ROLE',
    ],
    ['truncate on archive', 'grant truncate on ledger.archive to ROLE', 'revoke truncate on ledger.archive from ROLE'],
    ['create in the schema', 'grant create on schema ledger to ROLE', 'revoke create on schema ledger from ROLE'],
    ['every right', 'alter role ROLE superuser', 'alter role ROLE nosuperuser'],
  ])('that has %s', async (_what, grant, revoke) => {
    const filled = (statement: string) => statement.replace('ROLE', `"${roleOf(database.writerUrl)}"`);
    await asSuperuser(database, filled(grant));
    try {
      await expect(withoutOwner()).rejects.toThrow(
        'The writer role of the ledger has rights to change or remove entries: refused.',
      );
    } finally {
      await asSuperuser(database, filled(revoke));
    }
  });

  test('that may become the owner', async () => {
    const member = `${NAME}_member`;
    await asSuperuser(
      database,
      `drop role if exists ${member}`,
      `create role ${member} login password 'member'`,
      `grant "${roleOf(database.writerUrl)}" to ${member}`,
    );
    const writerUrl = Object.assign(new URL(database.writerUrl), { username: member, password: 'member' }).toString();
    const opening = () => open({ ...database, ownerUrl: undefined, writerUrl });
    await (await opening()).close();
    await asSuperuser(database, `grant "${roleOf(database.ownerUrl ?? '')}" to ${member} with inherit false`);
    await expect(opening()).rejects.toThrow('refused');
  });

  test('that has update on one month', async () => {
    const role = roleOf(database.writerUrl);
    await asSuperuser(database, `grant update on ${partition} to "${role}"`);
    await expect(withoutOwner()).rejects.toThrow('refused');
    // A gateway that migrates revokes such rights.
    await (await open(database)).close();
    await (await withoutOwner()).close();
  });
});

test('only the writer can take the chain’s lock, which could delay all answers', async () => {
  expect(await sqlState(writer.raw('select ledger.lock_chain()'))).toBeUndefined();
  expect(await sqlState(reader.raw('select ledger.lock_chain()'))).toBe(PERMISSION_DENIED);
  const holding = connect(database.readerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    await holding.raw('select pg_advisory_lock(7291005)');
    const ledger = await open(database);
    await recordOneByOne(ledger, 2);
    await ledger.close();
  } finally {
    await holding.destroy();
  }
});
