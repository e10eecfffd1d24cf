import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { PROJECT } from '../../shared/config/project-root';
import type { ProvisionedDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import type { Agency } from '../../shared/domain/agencies';
import { childIdOf, STORY } from '../support/databases';
import {
  dropFormerDatabases,
  FORMER_DISTRICT,
  formerTables,
  restoreFormerDatabases,
} from '../support/former-databases/restore';
import { as, startSystem, type TestSystem } from '../support/system';

// Databases that an earlier version filled and its officers worked in are taken over in place.

const PREFIX = `former_${process.pid}`;
const NOON = new Date('2026-12-01T04:00:00Z');
const CHILD = childIdOf(STORY.leftBehind);
/** Words that officers wrote where a title is computed today. */
const FORMER_TITLES = ['关爱个案', '关爱个案会商'];

let databases: ReadonlyMap<Agency, ProvisionedDatabase>;
let system: TestSystem;
let centre: Knex;
let caseId: string;

beforeAll(async () => {
  databases = await restoreFormerDatabases(PREFIX);
  system = await startSystem({ databases, district: FORMER_DISTRICT, clock: () => NOON });
  centre = connect(databases.get('governance-center')?.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  const cases = (await formerTables('governance-center')).get('case_file');
  caseId = String(cases?.find(({ title }) => title === FORMER_TITLES[0])?.case_id);
});
afterAll(async () => {
  await centre?.destroy();
  await system?.close();
  await dropFormerDatabases(PREFIX);
});

test('every row is kept as it was, but for the titles, which are computed', async () => {
  const changed: string[] = [];
  for (const { agency } of SUBGRAPHS) {
    const owner = connect(databases.get(agency)?.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
    try {
      for (const [table, former] of await formerTables(agency)) {
        const { rows } = await owner.raw(`select to_jsonb(t) as row from base.${table} t`);
        const now: readonly Row[] = rows.map(({ row }: { row: Row }) => row);
        if (now.length !== former.length) changed.push(`${agency} ${table}: ${former.length} rows are ${now.length}`);
        else for (const column of changedColumns(former, now)) changed.push(`${agency} ${table}.${column}`);
      }
    } finally {
      await owner.destroy();
    }
  }
  expect(changed).toEqual(['case_file', 'joint_meeting', 'task'].map((table) => `governance-center ${table}.title`));
});

test('a case keeps its course, gets a number and a title of it, and is worked on by the officer who was confirmed', async () => {
  const handling = { ...as('town-case-worker', 'CASE_HANDLING'), reference: `case/${caseId}` };
  const { body } = await system.ask(
    `{ case(id: "${caseId}") { number title kind level step version tasks { title instruction } steps { step note }
      amendments { kind before after reason } children { id } } }`,
    handling,
  );
  expect(body.errors).toBeUndefined();
  expect(body.data.case).toMatchObject({
    number: '990101-2026-0993fab9d2',
    title: '个案 990101-2026-0993fab9d2（一般）',
    level: 'RED',
    step: 'ASSESSED',
    version: 5,
    tasks: [{ title: '其他 990101-2027-dbc7aff980', instruction: '与班主任再谈' }],
    steps: [
      { step: 'DISCOVERED', note: null },
      { step: 'ASSESSED', note: '已入户核实' },
    ],
    amendments: [
      { kind: 'LEVEL_CHANGED', before: 'YELLOW', after: 'RED' },
      { kind: 'TASK_INSTRUCTED', before: null, after: null },
    ],
    children: [{ id: CHILD }],
  });

  const next = await system.ask(
    `mutation { takeStep(input: { case: "${caseId}", step: REFERRED, version: 5, note: "已办理", idempotencyKey: "taken-over-1" }) { step version } }`,
    handling,
  );
  expect(next.body).toMatchObject({ data: { takeStep: { step: 'REFERRED', version: 6 } } });
});

test('a report is received by the agencies that its situation names', async () => {
  const clues = await centre('base.clue').select('situation', 'recipients', 'lead_recipient').orderBy('situation');
  expect(clues).toEqual([
    { situation: '家庭暴力', recipients: ['public-security'], lead_recipient: 'public-security' },
    { situation: '监护缺失', recipients: ['civil-affairs'], lead_recipient: 'civil-affairs' },
    { situation: '辍学', recipients: ['education'], lead_recipient: 'education' },
  ]);
});

test('what nobody is confirmed for waits before the heads, and duties are held by nobody until they are confirmed', async () => {
  const { body } = await system.ask(
    '{ confirmationsWaiting { nodes { kind label } } }',
    as('education-head', 'OWN_DUTY'),
  );
  expect(body.data.confirmationsWaiting.nodes).toEqual([{ kind: 'MEETING', label: '个案会商 2026-006' }]);
  expect(await centre('base.duty')).toEqual([]);
});

test('the operator lists which duties are to be confirmed first, and by which agency', async () => {
  const [, query = ''] =
    /### Who confirms which duty first.*?```sql\n(.*?)```/s.exec(
      readFileSync(join(PROJECT, 'docs/operations/deployment.md'), 'utf8'),
    ) ?? [];
  const { rows } = await centre.raw(query);
  expect(new Set(rows.map(({ duty }: { duty: string }) => duty))).toEqual(
    new Set(['INTAKE', 'ASSESSMENT', 'VISITS', 'WELFARE']),
  );
});

test('no view and no answer repeats a former title', async () => {
  const { rows } = await centre.raw(
    "select schemaname, viewname from pg_views where schemaname in ('exposed', 'work')",
  );
  for (const { schemaname, viewname } of rows) {
    const seen = JSON.stringify(await centre.withSchema(schemaname).table(viewname));
    expect([viewname, FORMER_TITLES.some((title) => seen.includes(title))]).toEqual([viewname, false]);
  }
});

test('a child has the record that was there before', async () => {
  const { body } = await system.ask(
    `{ child(id: "${CHILD}") { place { name } identity { fullName } household { address } enrolment { school className } } }`,
    { ...as('town-case-worker', 'CASE_HANDLING'), reference: `case/${caseId}` },
  );
  expect(body.extensions.access).toMatchObject({ denied: [], masked: [], unavailable: [] });
  const former = (await formerTables('public-security')).get('household');
  expect(body.data.child).toEqual({
    identity: { fullName: '林小溪' },
    place: { name: '青塘村' },
    household: { address: former?.find(({ child_id }) => child_id === CHILD)?.address },
    enrolment: { school: '柳溪镇初级中学', className: '2班' },
  });
});

// Private:

type Row = Readonly<Record<string, unknown>>;

/** The columns that former rows have today as well, in which some value is not there anymore. */
function changedColumns(former: readonly Row[], now: readonly Row[]): readonly string[] {
  const columns = Object.keys(former[0] ?? {}).filter((column) => column in (now[0] ?? {}));
  return columns.filter((column) => {
    const values = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row[column])).sort();
    return JSON.stringify(values(former)) !== JSON.stringify(values(now));
  });
}
