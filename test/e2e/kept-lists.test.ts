import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { PROJECT } from '../../shared/config/project-root';
import { ensureRoleOf, type ProvisionedDatabase, provisionDatabase, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { migrate } from '../../shared/db/migrate';
import { todayInChina } from '../../shared/domain/dates';
import { subgraphRights } from '../../shared/subgraph/rows/subgraph-rights';
import { fillCounty } from '../bench/support/county';
import { adminUrl } from '../support/databases';

// Tables for lists are maintained from base tables, and must equal the views that define them.

const NAME = `kept_lists_${process.pid}`;
const MIGRATIONS = join(PROJECT, 'subgraphs/governance-center/migrations');
const BEFORE_LISTS = /^000[1-5]-/;
const SIZE = { children: 1_200, clues: 300, cases: 100, history: 1 };

let database: ProvisionedDatabase;
let owner: Knex;
let before: string;
beforeAll(async () => {
  database = await provisionDatabase(adminUrl(), NAME);
  owner = connect(database.ownerUrl, { poolSize: 1, statementTimeout: 0 });
  before = await mkdtemp(join(tmpdir(), 'migrations-'));
  await cp(MIGRATIONS, before, {
    recursive: true,
    filter: (path) => !path.endsWith('.sql') || BEFORE_LISTS.test(path.slice(MIGRATIONS.length + 1)),
  });
  await migrated(before);
  // At that time, people wrote titles.
  for (const table of ['case_file', 'joint_meeting', 'task']) {
    await owner.raw(`alter table base.${table} alter column title set default '失学'`);
  }
  await fillCounty(owner, SIZE, todayInChina());
  await owner.raw(`insert into base.notice (notice_id, kind, subject, subject_id, region, occurred_at, due_at)
    select gen_random_uuid(), 'STEP_OVERDUE', 'CASE', item_id, region, due_at, due_at from exposed.due_item
    where kind = 'STEP' and due_at < now()`);
});
afterAll(async () => {
  await owner.destroy();
  await rm(before, { recursive: true });
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of ['reader', 'writer', 'owner']) await admin.raw('drop role if exists ??', [`${NAME}_${role}`]);
  await admin.destroy();
});

async function migrated(directory: string): Promise<void> {
  const { ownerUrl, readerUrl, writerUrl } = database;
  const migrator = connect(ownerUrl, { poolSize: 3, statementTimeout: 0 });
  for (const url of [readerUrl, writerUrl]) await ensureRoleOf(migrator, url);
  await migrate(migrator, directory, subgraphRights({ reader: roleOf(readerUrl), writer: roleOf(writerUrl) }));
  await migrator.destroy();
}

const PART = 'participation_id, case_id, meeting_id, officer, agency, since, pending, region, party, reference_id';
const DUE = 'item_id, kind, agency, region, due_at, case_id, task_id, clue_id, child_id, assignee';

/** Rows that are maintained but should not exist, or the other way round. */
async function outOfStep(): Promise<Record<string, number>> {
  const apart = (columns: string, one: string, other: string) =>
    `(select count(*)::int from (select ${columns} from ${one} except select ${columns} from ${other}) as apart)`;
  const { rows } = await owner.raw(`select
    ${apart(DUE, 'base.due_item', 'base.due')} as due_too_many, ${apart(DUE, 'base.due', 'base.due_item')} as due_missing,
    ${apart(PART, 'base.part_item', 'base.part')} as parts_too_many, ${apart(PART, 'base.part', 'base.part_item')} as parts_missing,
    (select count(*)::int from base.task join base.case_file using (case_id) where task.region <> case_file.region) as tasks_elsewhere,
    (select count(*)::int from base.due_item where announced <> exists (
      select from base.notice where subject_id = item_id::text and notice.due_at = due_item.due_at)) as announced_wrongly`);
  return rows[0];
}
const IN_STEP = {
  due_too_many: 0,
  due_missing: 0,
  parts_too_many: 0,
  parts_missing: 0,
  tasks_elsewhere: 0,
  announced_wrongly: 0,
};

test('a database of the previous version is migrated with its announcements', async () => {
  const due = await owner.raw('select item_id, due_at from exposed.due_item order by due_at, item_id');
  const parts = await owner.raw('select * from exposed.participation_item order by since, participation_id');
  await migrated(MIGRATIONS);
  expect((await owner.raw('select item_id, due_at from exposed.due_item order by due_at, item_id')).rows).toEqual(
    due.rows,
  );
  const now = (await owner.raw('select * from exposed.participation_item order by since, participation_id')).rows;
  // Titles are computed now.
  expect(now).toMatchObject(parts.rows.map(({ title: _, ...part }: { title: string }) => part));
  expect(await outOfStep()).toEqual(IN_STEP);
  const { rows } = await owner.raw('select count(*)::int as count from base.due_item where announced');
  expect(rows[0].count).toBeGreaterThan(0);
});

/** A random selection of a table's rows. */
const some = (table: string, key: string) => `${key} in (select ${key} from base.${table} order by random() limit 7)`;

test.each([
  ['children move', `update base.child set region = '990101002003' where ${some('child', 'child_id')}`],
  ['all children of a village move', "update base.child set region = '990102001001' where region = '990101001001'"],
  ['cases are closed', `update base.case_file set closed_at = now() where ${some('case_file', 'case_id')}`],
  [
    'and opened again',
    `update base.case_file set closed_at = null, due_at = now() where ${some('case_file', 'case_id')}`,
  ],
  [
    'a step is due at another time',
    `update base.case_file set due_at = due_at + interval '1 day' where due_at is not null`,
  ],
  [
    'cases are handed to another town',
    `update base.case_file set region = '990101005' where ${some('case_file', 'case_id')}`,
  ],
  ['tasks are done', `update base.task set done_at = now() where ${some('task', 'task_id')}`],
  ['and are not', `update base.task set done_at = null where ${some('task', 'task_id')}`],
  ['tasks are cancelled', `update base.task set cancelled_at = now() where ${some('task', 'task_id')}`],
  [
    'tasks are given',
    `insert into base.task (task_id, case_id, agency, due_at)
     select gen_random_uuid(), case_id, 'EDUCATION', now() from base.case_file limit 9`,
  ],
  ['feedback is given', `update base.clue set feedback_at = now() where ${some('clue', 'clue_id')}`],
  [
    'feedback is owed',
    `update base.clue set feedback_at = null, feedback_due = now() where ${some('clue', 'clue_id')}`,
  ],
  [
    'assessments end',
    `update base.risk_assessment set in_force = false where ${some('risk_assessment', 'assessment_id')}`,
  ],
  ['visits are put off', 'update base.risk_assessment set next_visit_due = next_visit_due + 3 where in_force'],
  [
    'assignments end',
    `update base.protection_assignment set ended_on = now() where ${some('protection_assignment', 'assignment_id')}`,
  ],
  [
    'assignments are sealed',
    "update base.protection_assignment set category = 'COMMUNITY_CORRECTION' where category = 'MISCONDUCT'",
  ],
  [
    'deadlines are met',
    `update base.tracked_deadline set settled_at = now() where ${some('tracked_deadline', 'deadline_id')}`,
  ],
  [
    'an emergency is reviewed',
    `update base.emergency_use set reviewed_at = now(), reviewed_by = 'supervisor', finding = 'JUSTIFIED', note = '属实'
     where reviewed_at is null`,
  ],
  [
    'officers are confirmed whom a meeting asks by name',
    `insert into base.participation (participation_id, meeting_id, officer, agency, confirmed_by, confirmed_at)
     select gen_random_uuid(), meeting_id, officer, agency, 'head', now() from base.meeting_attendee limit 9`,
  ],
  [
    'and are not any more',
    "update base.participation set withdrawn_by = 'head', withdrawn_at = now() where meeting_id is not null",
  ],
  [
    'attendees are released',
    `update base.meeting_attendee set released_at = now() where ${some('meeting_attendee', 'officer')}`,
  ],
  [
    'meetings are held elsewhere',
    `update base.joint_meeting set region = '990101', number = 'M-' || meeting_id
     where ${some('joint_meeting', 'meeting_id')}`,
  ],
  [
    'what is overdue is announced',
    `insert into base.notice (notice_id, kind, subject, subject_id, region, occurred_at, due_at)
     select gen_random_uuid(), 'TASK_OVERDUE', 'TASK', item_id, region, due_at, due_at from base.due_item where kind = 'TASK' limit 9`,
  ],
])('lists are up to date when %s', async (_, sql) => {
  const { rowCount } = await owner.raw(sql);
  expect(rowCount).toBeGreaterThan(0);
  expect(await outOfStep()).toEqual(IN_STEP);
});

test('a due item written while its child moves moves with the child', async () => {
  const unowed =
    'select child_id from base.child where child_id not in (select child_id from base.tracked_deadline) limit 1';
  const [{ child_id }] = (await owner.raw(unowed)).rows;
  const other = connect(database.ownerUrl, { poolSize: 1, statementTimeout: 0 });
  const [{ pid }] = (await other.raw('select pg_backend_pid() as pid')).rows;
  let moved = false;
  let moving: Promise<void> = Promise.resolve();
  await owner.transaction(async (writing) => {
    await writing.raw(
      `insert into base.tracked_deadline (deadline_id, kind, child_id, agency, due_on)
       values (gen_random_uuid(), 'RECOMMENDATION_REPLY', ?, 'EDUCATION', '2030-01-01')`,
      [child_id],
    );
    moving = other('base.child')
      .where({ child_id })
      .update({ region: '990101007001' })
      .then(() => {
        moved = true;
      });
    const waits = async () =>
      (await writing.raw('select from pg_locks where pid = ? and not granted', [pid])).rowCount > 0;
    while (!moved && !(await waits())) await sleep(5);
  });
  await moving;
  await other.destroy();
  expect(await outOfStep()).toEqual(IN_STEP);
});
