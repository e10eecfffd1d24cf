import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { type AgencyDatabase, provision } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { migrate } from '../../shared/db/migrate';
import governanceCenter from '../../subgraphs/governance-center';
import { adminUrl } from '../support/databases';

// Titles that officers wrote before titles were computed: docs/decisions/0070-titles-are-computed.md.

const NAME = `kinds_and_numbers_${process.pid}`;
const MIGRATIONS = join(governanceCenter.folder, 'migrations');
const FORMER = '小溪家暴个案';
const CASE = 'aa000000-0000-8000-8000-000000000001';
const TASK = 'bb000000-0000-8000-8000-000000000002';
const MEETINGS = ['cc000000-0000-8000-8000-000000000003', 'cc000000-0000-8000-8000-000000000004'];

let database: AgencyDatabase;
let owner: Knex;
let before: string;

beforeAll(async () => {
  database = await provision(adminUrl(), 'governance-center', NAME);
  owner = connect(database.ownerUrl ?? '', { poolSize: 2, statementTimeout: 0 });
  before = await mkdtemp(join(tmpdir(), 'migrations-'));
  for (const file of await readdir(MIGRATIONS)) {
    if (file < '0016') await symlink(join(MIGRATIONS, file), join(before, file));
  }
  await migrate(owner, before, async () => {});
  const base = (table: string) => owner.withSchema('base').table(table);
  await base('region').insert({ code: '990101', name: '青禾县', level: 'COUNTY', valid_from: '2020-01-01' });
  await base('case_file').insert({
    case_id: CASE,
    number: '990101-2025-0f3a',
    title: FORMER,
    level: 'RED',
    region: '990101',
    step: 'ASSESSED',
    agencies: ['GOVERNANCE_CENTER'],
    opened_at: '2025-05-06T10:00:00+08:00',
    version: 2,
  });
  await base('task').insert({
    task_id: TASK,
    case_id: CASE,
    agency: 'EDUCATION',
    title: '找小溪谈话',
    due_at: '2025-12-31T20:00:00+08:00',
  });
  await base('case_amendment').insert({
    case_id: CASE,
    kind: 'TASK_RENAMED',
    made_by: '经办人',
    agency: 'GOVERNANCE_CENTER',
    made_at: '2025-05-07T10:00:00+08:00',
    before: '找小溪',
    after: '找小溪谈话',
    reason: '说清楚',
    task_id: TASK,
  });
  for (const [index, meeting_id] of MEETINGS.entries()) {
    await base('joint_meeting').insert({
      meeting_id,
      title: FORMER,
      kind: index === 0 ? 'CASE_CONFERENCE' : 'REGULAR',
      held_at: `2025-0${9 - index}-01T09:00:00+08:00`,
      region: '990101',
      agencies: ['EDUCATION'],
    });
  }
  await migrate(owner, MIGRATIONS, async () => {});
});

afterAll(async () => {
  await owner?.destroy();
  await rm(before, { recursive: true });
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of ['reader', 'writer', 'owner']) await admin.raw('drop role if exists ??', [`${NAME}_${role}`]);
  await admin.destroy();
});

const exposed = (view: string) => owner.withSchema('exposed').table(view);

test('cases, tasks and meetings get a kind, a number and a title of them; a task keeps its words for those who do it', async () => {
  expect(await exposed('case_file').select('title', 'kind')).toEqual([
    { title: '个案 990101-2025-0f3a（一般）', kind: '一般' },
  ]);
  expect(await exposed('task').select('title', 'kind', 'instruction')).toEqual([
    { title: '其他 990101-2025-bb00000000', kind: '其他', instruction: '找小溪谈话' },
  ]);
  expect(await exposed('joint_meeting').orderBy('held_at').select('title', 'number')).toEqual([
    { title: '联席会议 2025-001', number: '2025-001' },
    { title: '个案会商 2025-002', number: '2025-002' },
  ]);
});

test('no view shows what was written as the title of a case or meeting', async () => {
  const { rows } = await owner.raw(
    "select schemaname, viewname from pg_views where schemaname in ('exposed', 'work') order by 1, 2",
  );
  for (const { schemaname, viewname } of rows) {
    const seen = JSON.stringify(await owner.withSchema(schemaname).table(viewname));
    expect([viewname, seen.includes(FORMER)]).toEqual([viewname, false]);
  }
  const [kept] = await owner('base.case_file').select('former_title');
  expect(kept).toEqual({ former_title: FORMER });
});

test('a task that was renamed was instructed anew; its words are read by those who read notes', async () => {
  expect(await exposed('case_amendment').select('kind', 'before', 'after', 'words_before', 'reason')).toEqual([
    { kind: 'TASK_INSTRUCTED', before: null, after: null, words_before: '找小溪', reason: '说清楚' },
  ]);
});

test('nobody writes a title', async () => {
  await expect(owner('base.case_file').update({ title: FORMER })).rejects.toThrow('can only be updated to DEFAULT');
});
