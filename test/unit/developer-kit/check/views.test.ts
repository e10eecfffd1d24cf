import { lineOf } from '../../../../developer-kit/check/finding';
import type { Reading } from '../../../../developer-kit/check/reading';
import { hashOf } from '../../../../developer-kit/check/review/finding-hash';
import { migrations } from '../../../../developer-kit/check/rules/migrations';
import { views } from '../../../../developer-kit/check/rules/views';
import { databaseOf } from '../../../../developer-kit/check/sql/database';
import { checked } from '../../../support/proposals';

const FOLDER = 'subgraphs/education/migrations';
const BASE = `
create table base.some (child_id text, note text, sealed boolean);
create view exposed.some with (security_barrier) as
  select child_id, note from base.some where not sealed and child_id is not null;
create view base.all as select child_id from base.some union select child_id from base.other;
create function base.refuse_change() returns trigger language sql as 'select 1';`;

/** The findings of both rules about an added migration, or about a change of the first one. */
function found(added: string, first = BASE) {
  const file = (name: string, text: string) => ({ path: `${FOLDER}/${name}`, text });
  const before = databaseOf([file('0001-base.sql', BASE)]);
  const after = databaseOf([file('0001-base.sql', first), file('0002-more.sql', added)]);
  const reading = { databases: new Map([['education', { before, after }]]), before: { name: 'HEAD' } };
  return [views, migrations].flatMap((rule) => rule(reading as unknown as Reading));
}

const said = (added: string, first?: string) =>
  found(added, first).map((finding) => `${finding.severity} ${lineOf(finding)}`);

test('a view of the project without its condition is an opening, with the condition', () => {
  const file = 'subgraphs/civil-affairs/migrations/0006-benefits.sql';
  const { lines } = checked({
    file,
    from: '',
    to: `-- All benefits.
create or replace view exposed.benefit with (security_barrier) as
  select benefit_id, child_id, kind, monthly_amount, month from base.benefit;`,
  });
  expect(lines).toContain(
    `opening view: exposed.benefit of civil-affairs: condition “NOT (tells_placement)” dropped (${file}:2)`,
  );
});

test.each([
  [
    'a dropped condition of several',
    'with (security_barrier) as select child_id, note from base.some where child_id is not null',
    'condition “NOT (sealed)” dropped',
  ],
  [
    'a weaker condition',
    'with (security_barrier) as select child_id, note from base.some where (not sealed or note is null) and child_id is not null',
    'condition “NOT (sealed)” dropped; new condition “NOT (sealed) OR note IS NULL”',
  ],
  [
    'a new column',
    'with (security_barrier) as select child_id, note, sealed from base.some where not sealed and child_id is not null',
    'new column sealed',
  ],
  [
    'a column with another value',
    'with (security_barrier) as select child_id, note || sealed as note from base.some where not sealed and child_id is not null',
    'column note is now “note || sealed”',
  ],
  [
    'another source',
    'with (security_barrier) as select child_id, note from base.other where not sealed and child_id is not null',
    'now reads base.other',
  ],
  [
    'a condition in one part of a union only',
    'with (security_barrier) as select child_id, note from base.some where not sealed and child_id is not null union select child_id, note from base.some',
    'another definition',
  ],
  [
    'a barrier that is lost',
    'as select child_id, note from base.some where not sealed and child_id is not null',
    'option security_barrier dropped',
  ],
])('a view that may show more is an opening: %s', (_, view, words) => {
  expect(said(`create or replace view exposed.some ${view};`)).toEqual([
    `opening view: exposed.some of education: ${words} (${FOLDER}/0002-more.sql:1)`,
  ]);
});

test('a new view of exposed or work is an opening with its columns and conditions, and one of base none by itself', () => {
  expect(
    said(`
create view base.new as select note from base.some;
create view work.new as select note, child_id as child from base.new where note <> '';`),
  ).toEqual([
    `opening view: work.new of education: new, columns note and child of base.new, where “note <> ''” (${FOLDER}/0002-more.sql:3)`,
  ]);
});

test('a view of base that others read is compared, too', () => {
  expect(said('create or replace view base.all as select child_id from base.some;')).toEqual([
    `opening view: base.all of education: another definition (${FOLDER}/0002-more.sql:1)`,
  ]);
});

test('a view that only loses something is a change', () => {
  expect(said('drop view exposed.some;')).toEqual([
    `change view: exposed.some of education: dropped (${FOLDER}/0001-base.sql:3 at HEAD)`,
  ]);
  expect(
    said(`drop view exposed.some;
create view exposed.some with (security_barrier) as
  select child_id from base.some where not sealed and child_id is not null and note is null;`),
  ).toEqual([
    `change view: exposed.some of education: column note dropped; new condition “note IS NULL” (${FOLDER}/0002-more.sql:2)`,
  ]);
});

test.each([
  ['grant select on base.some to public', 'runs “GRANT SELECT ON base.some TO PUBLIC”'],
  ['alter view exposed.some reset (security_barrier)', 'runs “ALTER VIEW exposed.some RESET (SECURITY_BARRIER)”'],
  ['alter table base.some disable trigger all', 'runs “ALTER TABLE base.some DISABLE TRIGGER ALL”'],
  ['alter table base.some drop column sealed', 'runs “ALTER TABLE base.some DROP COLUMN sealed RESTRICT”'],
  [
    'alter table base.some alter column sealed set default false',
    'runs “ALTER TABLE base.some ALTER COLUMN sealed SET DEFAULT false”',
  ],
  ['drop trigger append_only on base.some', 'runs “DROP TRIGGER append_only ON base."some"”'],
  ['drop table base.other cascade', 'runs “DROP TABLE base.other CASCADE”'],
  ['create materialized view exposed.copy as select 1', 'runs “CREATE MATERIALIZED VIEW exposed.copy AS SELECT 1”'],
  [
    'create table exposed.copy (note text)',
    'creates the table exposed.copy outside of base, where roles may read it as a whole',
  ],
  ['update base.some set sealed = false', 'updates base.some, which may change what views show'],
  ["insert into base.some (note) values ('secret')", 'inserts into base.some, which may change what views show'],
  [
    "do $$ begin execute 'grant all on base.some to public'; end $$",
    'runs a block of code, which this check does not read',
  ],
  [
    "create or replace function base.refuse_change() returns trigger language sql as 'select 2'",
    'changes the function base.refuse_change, whose code this check does not read',
  ],
])('what may show more than views say is an opening: %s', (sql, words) => {
  expect(said(`${sql};`)).toEqual([`opening migration: ${words} (${FOLDER}/0002-more.sql:1)`]);
});

test('an acceptance is for one definition, even where the message cuts it', () => {
  const hashes = ['one', 'two'].map((end) => {
    const condition = `note <> '${'long'.repeat(50)}${end}'`;
    const [finding] = found(`create view exposed.long as select child_id from base.some where ${condition};`);
    return finding === undefined ? '' : hashOf(finding);
  });
  expect(new Set(hashes).size).toBe(2);
});

test('new tables, columns, indexes and triggers are no openings', () => {
  expect(
    said(`
create table base.new (child_id text);
create index on base.new (child_id);
alter table base.some add column more text, alter column note set not null;
create trigger append_only before update on base.new for each row execute function base.refuse_change();
comment on table base.new is 'New';
drop table base.other;`),
  ).toEqual([]);
});

test('a landed migration that changes is an opening, unless only its comments do', () => {
  expect(said('', BASE.replace('note text,', '-- A note.\n note  text,'))).toEqual([]);
  expect(said('', BASE.replace('note text', 'note text not null'))).toEqual([
    `opening migration: changed after it landed; databases that have run it do not run it again (${FOLDER}/0001-base.sql)`,
  ]);
});

test('a migration that PostgreSQL cannot read is an error', () => {
  expect(said('-- 全\n\ncreate view;')).toEqual([
    `error migration: PostgreSQL cannot read it: syntax error at or near ";" (${FOLDER}/0002-more.sql:3)`,
  ]);
});
