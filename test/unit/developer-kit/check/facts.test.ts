import { factsIn } from '../../../../developer-kit/check/facts-file';
import { lineOf } from '../../../../developer-kit/check/finding';
import type { Reading } from '../../../../developer-kit/check/reading';
import { facts } from '../../../../developer-kit/check/rules/facts';
import { databaseOf } from '../../../../developer-kit/check/sql/database';
import { checked } from '../../../support/proposals';

const FACTS = 'subgraphs/education/test/facts.yaml';
const VIEWS = 'subgraphs/education/migrations/0001-base.sql';

const SQL = `create table base.some (child_id text, kind text);
create table base.sealed (child_id text);
create view exposed.some as select child_id from base.some where kind <> 'SECRET';
`;
const YAML = `given: [insert into base.some default values]
silent:
  education.some: { field: 'Child.some { kind }', put: insert, takeOut: delete }
sealed:
  - { table: some, columns: { kind: "'SECRET'" }, where: kind = 'SECRET' }
  - { table: sealed, columns: {} }
`;

/** The rule's findings about changed facts and migrations, with the class of the silent fact as it is then. */
function said(yaml: string, { sql = SQL, refusal = 'absent' as string | null } = {}) {
  const file = (text: string) => factsIn({ path: FACTS, text });
  const after = databaseOf([{ path: VIEWS, text: sql }]);
  const classes = new Map(refusal === null ? [] : [['education.some', { refusal }]]);
  const reading = {
    facts: new Map([['education', { before: file(YAML), after: file(yaml) }]]),
    databases: new Map([['education', { before: after, after }]]),
    after: { agencies: new Map([['education', { catalogue: { classes } }]]) },
  };
  return facts(reading as unknown as Reading).map((finding) => `${finding.severity} ${lineOf(finding)}`);
}

test('a view without its condition is reported even if its fact is taken out, too', () => {
  const [file, view] = ['subgraphs/justice-bureau/test/facts.yaml', 'subgraphs/justice-bureau/migrations/0004-aid.sql'];
  const { lines } = checked(
    { file, from: / {2}- table: legal_aid\n[\s\S]*? {4}where: for_defence\n/, to: '' },
    {
      file: view,
      from: '',
      to: 'create or replace view exposed.legal_aid as select legal_aid_id, child_id, matter, lawyer, since from base.legal_aid;',
    },
  );
  expect(lines).toEqual([
    `error fact: justice-bureau: the sealed fact of legal_aid where for_defence went, and its table has not (${file})`,
    `opening view: exposed.legal_aid of justice-bureau: condition “NOT (for_defence)” dropped; option security_barrier dropped (${view}:1)`,
  ]);
});

test('unchanged facts that cover every condition give no finding', () => {
  expect(said(YAML)).toEqual([]);
});

test.each([
  ['another column', "from base.some where child_id <> 'x'", "child_id <> 'x'"],
  [
    'a part of a union',
    "from base.some where kind <> 'SECRET' union select child_id from base.some where child_id > ''",
    "child_id > ''",
  ],
  ['a query within', "from (select child_id from base.some where child_id > '') as one", "child_id > ''"],
  [
    'a join',
    "from base.some as one join base.sealed as two on one.child_id = two.child_id and one.child_id > ''",
    "one.child_id > ''",
  ],
  ['another table', 'from base.other where kind is null', 'kind IS NULL'],
])('a condition that no fact is about is an error: %s', (_, source, condition) => {
  const sql = `${SQL}create view exposed.more as select child_id ${source};`;
  const message = `exposed.more of education hides rows by “${condition}”, and no fact is about them: add one under "sealed" in ${FACTS}, or the view with a reason under "notSecret" (${VIEWS}:4)`;
  expect(said(YAML.replace(/ {2}- \{ table: sealed.*\n/, ''), { sql })).toContain(`error fact: ${message}`);
});

test('a view that reads a hidden table through one of base is covered, and one with a reason', () => {
  const sql = `${SQL}create view base.less as select * from base.some;
create view exposed.more as select child_id from base.less where kind in ('OPEN');
create view exposed.open as select child_id from base.some where child_id is not null;`;
  expect(said(`${YAML}notSecret:\n  exposed.open: Rows without a child are nobody's.\n`, { sql })).toEqual([
    `opening fact: education: the conditions of exposed.open are said to hide nothing secret: Rows without a child are nobody's. (${FACTS}:8)`,
  ]);
});

test('a view that shows a sealed table, and a fact without a table, are errors', () => {
  const sql = `${SQL}create view exposed.more as select child_id from base.sealed;`;
  expect(said(YAML.replace('table: some', 'table: none'), { sql })).toEqual(
    expect.arrayContaining([
      `error fact: education: no migration creates base.none (${FACTS}:5)`,
      `error fact: education: exposed.more reads base.sealed, all of which is sealed (${FACTS}:6)`,
    ]),
  );
});

test('a fact that goes is an error, unless its table or its class goes or is no longer silent', () => {
  const silent = YAML.replace(/silent:\n.*\n/, '');
  expect(said(silent)).toEqual([
    `error fact: education: the fact of education.some went, and the class has not (${FACTS})`,
  ]);
  expect(said(silent, { refusal: null })).toEqual([]);
  expect(said(silent, { refusal: 'denied' })).toEqual([]);
  const sealed = YAML.replace(/ {2}- \{ table: sealed.*\n/, '');
  expect(said(sealed)).toEqual([
    `error fact: education: the sealed fact of sealed went, and its table has not (${FACTS})`,
  ]);
  expect(said(sealed, { sql: `${SQL}drop table base.sealed;` })).toEqual([]);
});

test.each([
  ['put: insert', 'put: select', 'the fact of education.some was changed', 3],
  ['takeOut: delete', 'takeOut: select', 'the fact of education.some was changed', 3],
  ['Child.some { kind }', 'Child.some { since }', 'the fact of education.some was changed', 3],
  [`kind: "'SECRET'"`, `kind: "'OPEN'"`, "the sealed fact of some where kind = 'SECRET' was changed", 5],
  [
    "where: kind = 'SECRET'",
    "where: kind = 'OPEN'",
    "the sealed fact of some where kind = 'SECRET' is now one of some where kind = 'OPEN'",
    5,
  ],
  ['default values', 'select', 'the data that facts depend on was changed', 1],
])('a fact that changes is an opening: %s -> %s', (from, to, words, line) => {
  expect(said(YAML.replace(from, to))).toEqual([`opening fact: education: ${words} (${FACTS}:${line})`]);
});

test('facts that cannot be read are errors', () => {
  expect(said(YAML.replace('takeOut: delete', 'takeOut: 1'))).toEqual([
    expect.stringMatching(/^error fact: education: silent\.education\.some\.takeOut: .* \(.*facts\.yaml:3\)$/),
  ]);
});
