import type { Knex } from 'knex';
import { Environment } from '../../shared/config/environment';
import { connect } from '../../shared/db/connect';
import { todayInChina } from '../../shared/domain/dates';
import type { AccessContext } from '../../shared/protocol/context-token';
import centre from '../../subgraphs/governance-center';
import type { DutyRow } from '../../subgraphs/governance-center/duties/data';
import { readPractices } from '../../subgraphs/governance-center/procedures/practices';
import { visitList } from '../../subgraphs/governance-center/visits/visit-list';
import { type CountyCenter, countyCenter } from '../bench/support/county-centre';
import { adminUrl, testLedger } from '../support/databases';
import {
  askers,
  explain,
  growing,
  type ListAsker,
  type ListQuery,
  listAsker,
  listQueries,
  type PlanNode,
  type Statement,
  scanned,
} from '../support/list-plans';

// Every list is served by an index, whatever its filters and caller: `npm run bench:lists` measures how fast.

const NAME = `list_plans_${process.pid}`;
/** A hundredth of a county, because plans on the pool for lists do not depend on sizes. */
const SIZE = { children: 1_784, clues: 700, cases: 200, history: 1 };
/** Tables that do not grow with history. */
const BOUNDED: ReadonlySet<string> = new Set(['region']);

let county: CountyCenter;
let ledger: Knex;
let asker: ListAsker;
let partial: ReadonlySet<string>;
beforeAll(async () => {
  county = await countyCenter(adminUrl(), NAME, SIZE, todayInChina());
  ledger = connect(testLedger().readerUrl, { poolSize: 2, statementTimeout: 0, byIndex: true });
  asker = listAsker(centre, { ...county, ledger });
  const { rows } = await county.owner.raw(
    'select relname as name from pg_index join pg_class on pg_class.oid = indexrelid where indpred is not null',
  );
  partial = new Set(rows.map(({ name }: { readonly name: string }) => name));
});
afterAll(async () => {
  await Promise.all([county.close(), ledger.destroy()]);
  const admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of ['reader', 'writer', 'owner']) await admin.raw('drop role if exists ??', [`${NAME}_${role}`]);
  await admin.destroy();
});

const NOTHING = { cases: [], meetings: [], children: [], instant: '2026-01-01T00:00:00+08:00' };
const LISTS = [...new Set(listQueries(centre, NOTHING).map(({ list }) => list))];

test('every list of the schema is checked', () => {
  expect(LISTS).toEqual(expect.arrayContaining(['children', 'dueItems', 'tasks', 'participations', 'accessLog']));
});

test.each(LISTS)('%s scans no growing table', async (list) => {
  const [plain, ...filtered] = listQueries(centre, county.examples).filter((query) => query.list === list);
  const pool = list === 'accessLog' ? ledger : county.lists;
  const seen = new Set<string>();
  const read: object[] = [];
  const look = async (query: ListQuery, access: AccessContext): Promise<boolean> => {
    let anew = false;
    for (const statement of await asker.statementsOf(query, access)) {
      if (seen.has(statement.sql)) continue;
      seen.add(statement.sql);
      anew = true;
      const { plan } = await explain(pool, statement);
      const page = !statement.sql.startsWith('select count');
      const tables = [...scanned(plan), ...(page ? growing(plan, partial) : [])].filter((table) => !BOUNDED.has(table));
      if (tables.length > 0)
        read.push({ filter: query.filter, as: access.caller.sub, purpose: access.purpose, tables });
    }
    return anew;
  };
  // Callers with the same condition send the same statements.
  const unlike: AccessContext[] = [];
  for (const access of askers(county.examples)) if (await look(plain as ListQuery, access)) unlike.push(access);
  expect(unlike).not.toEqual([]);
  for (const access of unlike) for (const query of filtered) await look(query, access);
  expect(read).toEqual([]);
});

test.each(['990101', '990101003', '990101003002'])(
  'the list of visits in %s scans no growing table',
  async (region) => {
    const statements: Statement[] = [];
    const note = ({ sql, bindings }: Statement) => statements.push({ sql, bindings });
    county.lists.on('query', note);
    const duty = { officer: 'officer-7', agency: 'CIVIL_AFFAIRS', region } as DutyRow;
    await visitList(county.lists, duty, ['child-director'], readPractices(new Environment({})), new Date());
    county.lists.off('query', note);
    expect(statements).toHaveLength(1);
    for (const statement of statements) expect(scanned((await explain(county.lists, statement)).plan)).toEqual([]);
  },
);

test.each([
  ['tasks', {}],
  ['tasks', { filter: { done: true } }],
  ['tasks', { filter: { overdue: false } }],
  ['clues', {}],
  ['clues', { filter: { region: '990101' } }],
  ['clues', { filter: { awaitingFeedback: false } }],
])('the total of %s with %j over the history reads an index that is not in list order', async (list, variables) => {
  const query = listQueries(centre, county.examples).find(
    (one) => one.list === list && one.filter === JSON.stringify(variables),
  );
  const access = askers(county.examples).find(
    ({ caller, purpose }) => caller.sub === 'centre-officer' && purpose === 'OWN_DUTY',
  );
  const statements = await asker.statementsOf(query as ListQuery, access as AccessContext);
  // Counts of finished rows do not depend on the time of the request, so callers share them for a minute.
  const totals = statements.filter(({ sql }) => sql.startsWith('select count') && !sql.includes('due_at'));
  expect(totals).not.toEqual([]);
  for (const statement of totals) {
    const { plan } = await explain(county.lists, statement);
    expect([...read(plan)].join()).toMatch(/^(task_done_region_idx|clue_region_idx\d?)$/);
  }
});

function read({ 'Index Name': index, Plans = [] }: PlanNode): readonly string[] {
  return [...(index === undefined ? [] : [index]), ...Plans.flatMap(read)];
}
