import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { type AgencyDatabase, provision, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { childIds } from '../../shared/domain/child-id';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import governanceCenter from '../../subgraphs/governance-center';
import { adminUrl, childIdOf, STORY, TEST_CHILD_IDS, TEST_DISTRICT, testLedger } from '../support/databases';

const PERMISSION_DENIED = '42501';
const APPEND_ONLY = '23001';
const CHECK_OPTION = '44000';
const CHECK_VIOLATION = '23514';
const UNIQUE_VIOLATION = '23505';
/** The state for a view that is not updatable. */
const NOT_UPDATABLE = '55000';

/** Tables of permanent history. */
const HISTORY = [
  'case_amendment',
  'case_link',
  'case_step',
  'clue_reporter',
  'docket_opinion',
  'mutation_key',
  'notice',
  'notice_visit',
  'opened_assessment',
  'protection_visit',
  'risk_visit',
  'support_visit',
] as const;
/**
 * History that the owner may erase: reporters (个人信息保护法 art. 47), keys that will not be repeated, and notices delivered
 * long ago.
 */
const CLEARED: readonly string[] = ['clue_reporter', 'mutation_key', 'notice'];

const open = (url: string) => connect(url, { poolSize: 1, statementTimeout: 0 });
const sqlState = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );
const names = async (schema: string, relation: 'r' | 'v'): Promise<string[]> =>
  (
    await owner.raw(
      'select relname from pg_class join pg_namespace n on n.oid = relnamespace where nspname = ? and relkind = ? order by 1',
      [schema, relation],
    )
  ).rows.map(({ relname }: { relname: string }) => relname);
const firstColumn = async (schema: string, table: string): Promise<string> =>
  (
    await owner.raw(
      'select column_name from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position limit 1',
      [schema, table],
    )
  ).rows[0].column_name;

const start = (database: AgencyDatabase) =>
  startSubgraph({
    definition: governanceCenter,
    database,
    ledgerUrl: testLedger().readerUrl,
    district: database.ownerUrl === undefined ? undefined : { ...TEST_DISTRICT, size: 30 },
    childIds: childIds(TEST_CHILD_IDS),
    verifyContext: () => null,
    log: pino({ level: 'silent' }),
  });

let database: AgencyDatabase;
let owner: Knex;
let writer: Knex;
let reader: Knex;
beforeAll(async () => {
  database = await provision(adminUrl(), 'governance-center', 'writer_role_governance_center');
  await (await start(database)).close();
  const { ownerUrl = '', writerUrl = '', readerUrl } = database;
  [owner, writer, reader] = [open(ownerUrl), open(writerUrl), open(readerUrl)];
});
afterAll(() => Promise.all([owner, writer, reader].map((db) => db.destroy())));

test('a row of each history table can be written', async () => {
  const now = new Date();
  const add = (view: string, row: object) => writer.withSchema('work').table(view).insert(row);
  const [{ case_id }] = await owner('base.case_file').limit(1);
  const [{ meeting_id, case_id: docketed }] = await owner('base.docket_item').limit(1);
  const [{ assignment_id }] = await owner('base.protection_assignment').where({ category: 'MISCONDUCT' }).limit(1);
  const [{ assessment_key }] = await owner('base.risk_assessment').limit(1);
  const clue = { clue_id: randomUUID(), channel: '强制报告', situation: '其他', received_at: now, region: '990101' };
  await add('clue', clue);
  await add('clue_reporter', { clue_id: clue.clue_id, reporter: '班主任' });
  await add('case_step', { case_id, step: 'ASSESSED', taken_by: '专干', agency: 'GOVERNANCE_CENTER', taken_at: now });
  await add('case_amendment', {
    case_id,
    kind: 'CHILD_ADDED',
    made_by: '专干',
    agency: 'GOVERNANCE_CENTER',
    made_at: now,
  });
  const [{ case_id: linked_id }] = await owner('base.case_file').whereNot({ case_id }).limit(1);
  await add('case_link', { case_id, linked_id });
  await add('docket_opinion', {
    opinion_id: randomUUID(),
    meeting_id,
    case_id: docketed,
    officer: 'education-member',
    agency: 'EDUCATION',
    opinion: '同意',
    given_at: now,
  });
  await add('mutation_key', { key_hash: 'k', mutation: 'm', input_hash: 'i', result: {}, acted_at: now });
  await add('notice', {
    notice_id: randomUUID(),
    kind: 'CLUE_REPORTED',
    subject: 'CLUE',
    subject_id: clue.clue_id,
    region: '990101',
    occurred_at: now,
  });
  const visit = { visit_id: randomUUID(), visited_at: now, visited_by: '专干' };
  const written = { ...visit, written_for: 'RISK_ASSESSMENT' };
  await add('protection_visit', { ...written, assignment_id, party: 'SELF', helps: [], agency: 'GOVERNANCE_CENTER' });
  await add('risk_visit', { ...written, assessment_key });
  const [{ child_id }] = await owner('base.child').limit(1);
  const notice_id = randomUUID();
  await add('village_notice', {
    notice_id,
    child_id,
    kind: 'WARNING',
    agency: 'PUBLIC_SECURITY',
    notified_at: now,
    notified_by: '民警',
    until: '2031-05-06',
  });
  await add('notice_visit', { ...visit, notice_id, agency: 'PUBLIC_SECURITY' });
  const support_id = randomUUID();
  await add('misconduct_support', { support_id, child_id, lead_agency: 'PUBLIC_SECURITY', since: '2026-01-02' });
  await add('support_visit', { ...visit, support_id, party: 'SELF', helps: [], agency: 'PUBLIC_SECURITY' });
  for (const table of HISTORY) {
    const rows = await owner(`base.${table}`);
    expect({ table, empty: rows.length === 0 }).toEqual({ table, empty: false });
  }
});

describe('the writer role', () => {
  test('is refused every statement on base tables and migration tables', async () => {
    const tables = await names('base', 'r');
    expect(tables).toEqual(expect.arrayContaining([...HISTORY]));
    for (const table of [...tables.map((name) => `base.${name}`), 'public.migration', 'public.migration_lock']) {
      const [schema = '', name = ''] = table.split('.');
      const column = await firstColumn(schema, name);
      for (const statement of [
        `select * from ${table} limit 1`,
        `insert into ${table} default values`,
        `update ${table} set ${column} = ${column}`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        expect({ statement, sqlState: await sqlState(writer.raw(statement)) }).toEqual({
          statement,
          sqlState: PERMISSION_DENIED,
        });
      }
    }
  });

  test('reads nothing of schema exposed', async () => {
    const views = await names('exposed', 'v');
    expect(views.length).toBeGreaterThan(10);
    for (const view of views) {
      expect({ view, sqlState: await sqlState(writer.raw(`select * from exposed.${view} limit 1`)) }).toEqual({
        view,
        sqlState: PERMISSION_DENIED,
      });
    }
  });

  test('deletes and truncates nothing', async () => {
    const views = await names('work', 'v');
    expect(views).toEqual(expect.arrayContaining([...HISTORY]));
    for (const view of views) {
      expect({ view, sqlState: await sqlState(writer.raw(`delete from work.${view}`)) }).toEqual({
        view,
        sqlState: ['child', 'due_item'].includes(view) ? NOT_UPDATABLE : PERMISSION_DENIED,
      });
      expect(await sqlState(writer.raw(`truncate work.${view}`))).toEqual(expect.any(String));
    }
  });

  test.each(HISTORY)('changes nothing of %s', async (table) => {
    const column = await firstColumn('work', table);
    const before = await owner(`base.${table}`);
    const state = await sqlState(writer.raw(`update work.${table} set ${column} = ${column}`));
    // It sees no row of reporters to change.
    if (table !== 'clue_reporter') expect([APPEND_ONLY, PERMISSION_DENIED]).toContain(state);
    expect(await owner(`base.${table}`)).toEqual(before);
  });

  test('cannot read who reported', async () => {
    expect(await owner('base.clue_reporter').limit(1)).toHaveLength(1);
    expect(await writer.withSchema('work').table('clue_reporter')).toEqual([]);
    expect(await sqlState(writer.raw('select contact from base.clue_reporter'))).toBe(PERMISSION_DENIED);
  });

  test('cannot move or add a child, or change a case’s children', async () => {
    const child_id = childIdOf(STORY.leftBehind);
    const before = [await owner('base.child').orderBy('child_id'), await owner('base.case_child').orderBy('case_id')];
    for (const statement of [
      `update work.child set region = '990102001' where child_id = '${child_id}'`,
      "insert into work.child (child_id, region) values ('somebody', '990101001')",
      `delete from work.child where child_id = '${child_id}'`,
    ]) {
      expect({ statement, sqlState: await sqlState(writer.raw(statement)) }).toEqual({
        statement,
        sqlState: NOT_UPDATABLE,
      });
    }
    const change = writer.raw('update work.case_child set child_id = ?', [child_id]);
    expect(await sqlState(change)).toBe(APPEND_ONLY);
    expect([await owner('base.child').orderBy('child_id'), await owner('base.case_child').orderBy('case_id')]).toEqual(
      before,
    );
  });

  test('writes no sealed category and sees no sealed row', async () => {
    const child_id = childIdOf(STORY.sealed);
    const other = childIdOf(STORY.leftBehind);
    const sealed = await owner('base.protection_assignment').where({ child_id });
    expect(sealed).toHaveLength(1);
    const table = () => writer.withSchema('work').table('protection_assignment');
    const [open] = await table().where({ category: 'MISCONDUCT' }).limit(1);
    for (const category of ['SERIOUS_MISCONDUCT', 'COMMUNITY_CORRECTION']) {
      const row = {
        assignment_id: randomUUID(),
        child_id: other,
        category,
        lead_agency: 'PUBLIC_SECURITY',
        since: '2026-01-01',
      };
      expect(await sqlState(table().insert(row))).toBe(CHECK_OPTION);
      expect(await sqlState(table().where({ assignment_id: open.assignment_id }).update({ category }))).toBe(
        CHECK_OPTION,
      );
    }
    expect(await table().where({ child_id })).toEqual([]);
    expect(await table().where({ assignment_id: sealed[0].assignment_id }).update({ responsible: '某人' })).toBe(0);
    expect(await owner('base.protection_assignment').where({ child_id })).toEqual(sealed);
    const { assignment_id } = sealed[0];
    const visit = {
      visit_id: randomUUID(),
      assignment_id,
      party: 'SELF',
      helps: [],
      visited_at: new Date(),
      visited_by: '民警',
      agency: 'PUBLIC_SECURITY',
      written_for: 'OWN_DUTY',
    };
    expect(await sqlState(writer.withSchema('work').table('protection_visit').insert(visit))).toBe(CHECK_OPTION);
    await owner('base.protection_visit').insert(visit);
    expect(await writer.withSchema('work').table('protection_visit').where({ assignment_id })).toEqual([]);
  });

  test('withdraws a confirmed part once, and changes nothing else about participants', async () => {
    const [part] = await owner('base.participation').whereNull('withdrawn_at').limit(1);
    const own = () =>
      writer.withSchema('work').table('participation').where({ participation_id: part.participation_id });
    const withdrawal = { withdrawn_by: 'centre-head', withdrawn_at: new Date() };
    for (const change of [
      { officer: 'somebody-else' },
      { ...withdrawal, officer: 'somebody-else' },
      { confirmed_by: 'somebody-else' },
      { ...withdrawal, confirmed_at: new Date() },
    ]) {
      expect(await sqlState(own().update(change))).toBe(APPEND_ONLY);
    }
    expect(await sqlState(own().update({ withdrawn_by: 'centre-head' }))).toBe(APPEND_ONLY);
    expect(await owner('base.participation').where({ participation_id: part.participation_id })).toEqual([part]);
    expect(await own().update(withdrawal)).toBe(1);
    for (const change of [{ withdrawn_by: null, withdrawn_at: null }, withdrawal]) {
      expect(await sqlState(own().update(change))).toBe(APPEND_ONLY);
    }
    for (const statement of ['delete from base.participation', 'truncate base.participation']) {
      expect(await sqlState(owner.raw(statement))).toBe(APPEND_ONLY);
    }
  });

  test.each(['case_id', 'meeting_id'])('cannot record a self-confirmed or repeated part: %s', async (of) => {
    const [part] = await owner('base.participation').whereNull('withdrawn_at').whereNotNull(of).limit(1);
    const insert = (more: object) => {
      const row = { ...part, participation_id: randomUUID(), ...more };
      return sqlState(writer.withSchema('work').insert(row).into('participation'));
    };
    expect(await insert({ officer: 'somebody-else', confirmed_by: 'somebody-else' })).toBe(CHECK_VIOLATION);
    expect(await insert({})).toBe(UNIQUE_VIOLATION);
  });

  test('creates nothing, assumes no other role, and cannot remove the protection of history', async () => {
    const roles = [database.ownerUrl, database.readerUrl].map((url) => roleOf(url ?? ''));
    for (const statement of [
      'create table work.mine (x int)',
      'create table public.mine (x int)',
      'create temporary table mine (x int)',
      'create view work.mine as select 1',
      'create function work.mine() returns int language sql as $$ select 1 $$',
      'create role mine',
      ...roles.map((role) => `set role ${role}`),
      'alter table base.case_step disable trigger append_only',
      'drop trigger append_only on base.case_step',
      'create or replace view work.case_step as select 1 as case_id',
      "set session_replication_role = 'replica'",
    ]) {
      const state = await sqlState(writer.raw(statement));
      expect({ statement, sqlState: state }).toEqual({ statement, sqlState: PERMISSION_DENIED });
    }
  });
});

describe('history', () => {
  test.each(HISTORY)('%s cannot be changed, not even by its owner', async (table) => {
    const before = await owner(`base.${table}`);
    const column = await firstColumn('work', table);
    expect(await sqlState(owner.raw(`update base.${table} set ${column} = ${column}`))).toBe(APPEND_ONLY);
    expect(await owner(`base.${table}`)).toEqual(before);
  });

  test.each(HISTORY.filter((table) => !CLEARED.includes(table)))(
    '%s cannot be deleted, not even by its owner',
    async (table) => {
      const before = await owner(`base.${table}`);
      for (const statement of [`delete from base.${table}`, `truncate base.${table}`]) {
        expect(await sqlState(owner.raw(statement))).toBe(APPEND_ONLY);
      }
      expect(await owner(`base.${table}`)).toEqual(before);
    },
  );
});

test('the reader role does not reach schema work', async () => {
  for (const view of await names('work', 'v')) {
    const column = await firstColumn('work', view);
    for (const statement of [
      `select * from work.${view} limit 1`,
      `insert into work.${view} (${column}) values (null)`,
      `update work.${view} set ${column} = null`,
    ]) {
      expect({ statement, sqlState: await sqlState(reader.raw(statement)) }).toEqual({
        statement,
        sqlState: PERMISSION_DENIED,
      });
    }
  }
});

describe('a subgraph with mutations', () => {
  const withWriter = (writerUrl: string | undefined) =>
    start({ ownerUrl: undefined, readerUrl: database.readerUrl, writerUrl });

  test('starts only with its writer role', async () => {
    await (await withWriter(database.writerUrl)).close();
    await expect(withWriter(undefined)).rejects.toThrow(
      'WRITER_DATABASE_URL_GOVERNANCE_CENTER is not set: governance-center has mutations.',
    );
  });

  test('does not start if its writer is the owner, a superuser, or the reader', async () => {
    const superuser = new URL(adminUrl());
    superuser.pathname = new URL(database.readerUrl).pathname;
    for (const url of [database.ownerUrl, superuser.toString()]) {
      await expect(withWriter(url)).rejects.toThrow(
        'The writer role of governance-center has rights on base tables: refused.',
      );
    }
    await expect(withWriter(database.readerUrl)).rejects.toThrow(/its writer role cannot use it/);
  });

  test.each(['select', 'insert', 'update', 'delete', 'truncate'])(
    'does not start if its writer has %s on a base table',
    async (right) => {
      const role = roleOf(database.writerUrl ?? '');
      await owner.raw(`grant ${right} on base.clue_reporter to ??`, [role]);
      try {
        await expect(withWriter(database.writerUrl)).rejects.toThrow(
          'The writer role of governance-center has rights on base tables: refused.',
        );
      } finally {
        await owner.raw(`revoke ${right} on base.clue_reporter from ??`, [role]);
      }
    },
  );

  test('revokes such rights if it migrates itself', async () => {
    await owner.raw('grant usage on schema base to ??', [roleOf(database.writerUrl ?? '')]);
    await owner.raw('grant select on base.clue_reporter to ??', [roleOf(database.writerUrl ?? '')]);
    await (await start(database)).close();
    expect(await sqlState(writer.raw('select * from base.clue_reporter'))).toBe(PERMISSION_DENIED);
  });
});
