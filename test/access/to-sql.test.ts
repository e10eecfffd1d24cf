import type { Knex } from 'knex';
import { readAgencyRules } from '../../shared/access/agency-rules';
import type { ResourceAttributes } from '../../shared/access/compile';
import { AccessRules, type Decisions } from '../../shared/access/decide';
import type { Requirement } from '../../shared/access/labels';
import { readPolicies } from '../../shared/access/policies';
import type { Columns, SqlCondition } from '../../shared/access/to-sql';
import { connect } from '../../shared/db/connect';
import type { AccessContext } from '../../shared/protocol/context-token';
import { Choices, SEED } from '../support/choices';
import { adminUrl } from '../support/databases';
import { generatedContext, generatedRecord } from '../support/generated-requests';
import { CATALOGUE, CATALOGUE_TEXT, DATA_CLASSES, RuleWriter, UUIDS } from '../support/generated-rules';

const NAME = `access_rows_${process.pid}`;
const RULE_SETS = 250;
const REQUESTS_PER_SET = 6;
const ROWS = 200;

const TABLE = {
  region: { column: 'region_code', type: 'text' },
  child: { column: 'child_id', type: 'text' },
  level: { column: 'level', type: 'bigint' },
  score: { column: 'score', type: 'bigint' },
  boarding: { column: 'boarding', type: 'boolean' },
  leftBehind: { column: 'left_behind', type: 'boolean' },
  school: { column: 'school', type: 'text' },
  caseId: { column: 'case_id', type: 'uuid' },
  leadAgency: { column: 'lead_agency', type: 'text' },
  partner: { column: 'partner', type: 'text' },
  formerRegion: { column: 'former_region_code', type: 'text' },
  needs: { column: 'needs', type: 'text[]' },
  contacts: { column: 'contacts', type: 'text[]' },
  agencies: { column: 'agencies', type: 'text[]' },
  helpers: { column: 'helpers', type: 'text[]' },
} as const satisfies Columns;

interface List {
  readonly columns: Columns;
  /** Records by the rows' ids. */
  readonly records: readonly ResourceAttributes[];
}

const choices = new Choices(SEED);
const writer = new RuleWriter(choices);
const list: List = {
  columns: TABLE,
  records: Array.from({ length: ROWS }, () => generatedRecord(choices, ['caseId'])),
};
/** A list whose rows have neither a case nor helpers, and no columns for them. */
const shortList: List = {
  columns: { ...TABLE, caseId: null, helpers: null, boarding: null },
  records: list.records.map((record) => ({ ...record, caseId: null, helpers: null, boarding: null })),
};

/** A list whose rows each belong to one agency, which is a set in the rules. */
const elementList: List = {
  columns: { ...TABLE, agencies: { column: 'partner', type: 'text', element: true } },
  records: list.records.map((record) => ({
    ...record,
    agencies: typeof record.partner === 'string' ? [record.partner] : null,
  })),
};

let admin: Knex;
let database: Knex;

beforeAll(async () => {
  console.log(`Rows are selected for ${RULE_SETS * REQUESTS_PER_SET} generated requests; SEED=${SEED}`);
  admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  await admin.raw('create database ??', [NAME]);
  const url = new URL(adminUrl());
  url.pathname = `/${NAME}`;
  database = connect(url.href, { poolSize: 1, statementTimeout: 0 });
  const columns = Object.values(TABLE).map(({ column, type }) => `${column} ${type}`);
  await database.raw(`create table record (id int, ${columns.join(', ')})`);
  await database('record').insert(list.records.map(rowOf));
});
afterAll(async () => {
  await database.destroy();
  await admin.raw('drop database ?? with (force)', [NAME]);
  await admin.destroy();
});

function rowOf(record: ResourceAttributes, id: number) {
  const values = Object.entries(TABLE).map(([attribute, { column }]) => [column, record[attribute] ?? null]);
  return { id, ...Object.fromEntries(values) };
}

async function selected(condition: SqlCondition | null): Promise<readonly number[]> {
  if (condition === null) return [];
  const bindings = condition.bindings as Knex.RawBinding[];
  return database('record').whereRaw(condition.sql, bindings).orderBy('id').pluck('id');
}

const answeredClear = (decisions: Decisions, requirement: Requirement, records: readonly ResourceAttributes[]) =>
  records.flatMap((record, id) => (decisions.decide(requirement, record) === 'CLEAR' ? [id] : []));

const rulesOf = (texts: Iterable<string>): AccessRules =>
  new AccessRules([readAgencyRules('education', { catalogue: CATALOGUE_TEXT, policies: [...texts].join('\n') })]);

/** @param conditions `when { ... }`, `unless { ... }` */
const rule = (name: string, effect: 'permit' | 'forbid', conditions: string): string => `
@id("education.${name}")
@basis("test")
${effect} (principal, action == Action::"read", resource in DataClass::"education.schooling")
${conditions};`;

const SCHOOLING: Requirement = [[['education.schooling']]];

const CONTEXT: AccessContext = {
  caller: { sub: 'test', name: 'test', agency: 'education', roles: ['case-worker'], region: '990101' },
  purpose: 'CASE_HANDLING',
  reference: null,
  reasonGiven: false,
  grant: {
    kind: 'case',
    children: ['a', 'aba'],
    cases: [UUIDS[0], UUIDS[1]],
    meetings: ['no uuid', UUIDS[2]],
    tasks: [UUIDS[0]],
    assignments: ['no uuid'],
    clues: [],
    visitsSchool: true,
  },
};

const rowsFor = (texts: readonly string[], columns: Columns = TABLE): SqlCondition | null =>
  rulesOf(texts).decisionsFor(CONTEXT).rows(SCHOOLING, columns);

/** Every kind of translation. */
const CONDITIONS = [
  'resource.region in principal.region',
  'resource.region in [principal.region, Region::"9801"]',
  'principal.region in resource.region',
  'resource has formerRegion && resource.region in resource.formerRegion',
  'resource.region == principal.region',
  'resource.leadAgency in [Agency::"education", Agency::"civil-affairs"]',
  'resource.leadAgency in principal.agency',
  'resource.leadAgency != principal.agency',
  'resource has partner && resource.partner == resource.leadAgency',
  'resource.agencies.contains(principal.agency)',
  'resource has child && context has grant && context.grant.children.contains(resource.child)',
  'resource has caseId && context has grant && context.grant.cases.contains(resource.caseId)',
  'resource has caseId && context has grant && context.grant.meetings.contains(resource.caseId)',
  `resource has caseId && resource.caseId == "${UUIDS[0]}"`,
  'resource has caseId && resource.caseId != "no uuid"',
  `resource has caseId && (resource.caseId == "${UUIDS[0].toUpperCase()}" || resource.level > 1)`,
  'resource has caseId && resource.caseId like "6a*"',
  'resource has caseId && (resource.school == resource.caseId || resource.needs.contains(resource.caseId))',
  'resource.level < 1',
  'resource.level <= 1',
  'resource.level > 1',
  'resource has score && resource.level >= resource.score',
  '[0, 2, -3].contains(resource.level)',
  'resource.boarding',
  '!resource.boarding',
  'resource.boarding == false',
  'resource has leftBehind && [true].contains(resource.leftBehind)',
  'resource.school like "100%"',
  'resource.school like "*_"',
  'resource.school like "*\\\\*"',
  'resource.school like "a\\*b"',
  'resource.school like "小*"',
  'resource.school == "?"',
  '["a", "小学", "it\'s \\"\\\\", "100%"].contains(resource.school)',
  'resource.needs.contains(resource.school)',
  'resource.needs.containsAll(["a", "?"])',
  '["a", "aba", "?", "10_", "小学"].containsAll(resource.needs)',
  'context has grant && resource.needs.containsAny(context.grant.children)',
  'resource has contacts && resource.needs.containsAny(resource.contacts)',
  'resource.needs.isEmpty()',
  'resource has helpers',
  'resource has score || resource.boarding',
  'resource.boarding || resource has score',
  'resource.boarding && resource.level > 0',
  '!(resource.boarding && resource.level > 0)',
  'if resource.boarding then resource.level > 0 else resource.school like "a*"',
  'resource in Grade::"general" && resource.level > 0',
];

describe('the SQL of a condition selects exactly the rows that are answered CLEAR', () => {
  test.each(CONDITIONS)('%s', async (condition) => {
    const everyone = rule('everyone', 'permit', '');
    const ruleSets = [
      [rule('when', 'permit', `when { ${condition} }`)],
      [rule('unless', 'permit', `unless { ${condition} }`)],
      [everyone, rule('forbidden', 'forbid', `when { ${condition} }`)],
      [everyone, rule('forbidden', 'forbid', `unless { ${condition} }`)],
    ];
    const numbers: number[] = [];
    for (const texts of ruleSets) {
      for (const { columns, records } of [list, shortList]) {
        const decisions = rulesOf(texts).decisionsFor(CONTEXT);
        const ids = await selected(decisions.rows(SCHOOLING, columns));
        expect(ids).toEqual(answeredClear(decisions, SCHOOLING, records));
        numbers.push(ids.length);
      }
    }
    // A condition that selects all rows or none would prove little.
    expect(numbers.some((number) => number > 0 && number < ROWS)).toBe(true);
  });
});

/** Up to five rules that can apply, and that SQL can express. */
function generatedRules(columns: Columns): readonly string[] {
  const numbers = ['1', '2', '3', '4', '5'].slice(0, 1 + choices.upTo(4));
  const texts = new Map(numbers.map((number) => [number, writer.rule(`education.${number}`)]));
  const withoutThoseIn = (faults: readonly string[]) => {
    for (const fault of faults) texts.delete(/"education\.(\d)"/.exec(fault)?.[1] ?? '');
  };
  withoutThoseIn(readPolicies([...texts.values()].join('\n'), CATALOGUE).faults.map(({ message }) => message));
  withoutThoseIn(rulesOf(texts.values()).translationFaults([[DATA_CLASSES]], columns));
  return texts.size === 0 ? generatedRules(columns) : [...texts.values()];
}

/** One class, all of several, or any of several. */
function generatedRequirement(): Requirement {
  const [one, other] = [choices.one(DATA_CLASSES), choices.one(DATA_CLASSES)];
  return choices.one([[[[one]]], [[[one]]], [[[one, other]]], [[[one], [other]]], [[[one]], [[other]]]]);
}

test('the SQL of generated rules selects exactly the rows that are answered CLEAR, unless a rule is reported as inexpressible in SQL', async () => {
  const numbers: number[] = [];
  for (let set = 0; set < RULE_SETS; set += 1) {
    const { columns, records } = choices.one([list, list, shortList, elementList]);
    const texts = generatedRules(columns);
    const rules = rulesOf(texts);
    for (let number = 0; number < REQUESTS_PER_SET; number += 1) {
      const [context, requirement] = [generatedContext(choices), generatedRequirement()];
      const decisions = rules.decisionsFor(context);
      const condition = decisions.rows(requirement, columns);
      const [ids, clear] = [await selected(condition), answeredClear(decisions, requirement, records)];
      numbers.push(ids.length);
      const elsewhere = ids.filter(
        (id) => !condition?.regions?.some((one) => `${records[id]?.region}`.startsWith(one)),
      );
      if (condition?.regions !== undefined) expect(elsewhere).toEqual([]);
      if (ids.join() === clear.join()) continue;
      const record = records.find((_, id) => ids.includes(id) !== clear.includes(id));
      const request = JSON.stringify({ requirement, context, record }, null, 1);
      throw new Error(`A row too many or too few; SEED=${SEED}\n${texts.join('\n')}\n${condition?.sql}\n${request}`);
    }
  }
  expect(numbers.filter((number) => number > 0 && number < ROWS).length).toBeGreaterThan(numbers.length / 10);
});

test('a row for which a forbid fails is not selected', async () => {
  const ids = await selected(
    rowsFor([rule('everyone', 'permit', ''), rule('boarding', 'forbid', 'when { resource.boarding }')]),
  );
  expect(ids).toEqual(list.records.flatMap(({ boarding }, id) => (boarding === false ? [id] : [])));
});

test('a caller who may see no row gets no condition', () => {
  expect(rowsFor([rule('others', 'permit', 'when { principal in Role::"auditor" && resource.boarding }')])).toBeNull();
  expect(rulesOf([]).decisionsFor(CONTEXT).rows([], TABLE)).toBeNull();
});

test('a rule on regions becomes a comparison with a prefix of the region code', () => {
  expect(rowsFor([rule('region', 'permit', 'when { resource.region in principal.region }')])).toEqual({
    sql: `(not ("region_code" is null) and "region_code" like ?)`,
    bindings: ['990101%'],
    regions: ['990101'],
  });
});

test('a rule on the ids of a grant becomes a comparison in the type of the column', () => {
  const grant = 'when { context has grant && resource has caseId && context.grant.cases.contains(resource.caseId) }';
  expect(rowsFor([rule('grant', 'permit', grant)])).toEqual({
    sql: `(not ("case_id" is null) and (not ("case_id" is null) and "case_id" = any(?::uuid[])))`,
    bindings: [[UUIDS[0], UUIDS[1]]],
  });
});

test('a forbid excludes the rows for which it applies or fails', () => {
  const rules = [rule('everyone', 'permit', ''), rule('boarding', 'forbid', 'when { resource.boarding }')];
  expect(rowsFor(rules)).toEqual({
    sql: `not ((coalesce("boarding", false) or "boarding" is null))`,
    bindings: [],
  });
});

test('a rule that SQL cannot express is reported with its line and the unsupported expression', () => {
  const rules = rulesOf([
    rule('fine', 'permit', 'when { resource.needs.contains("a") }'),
    rule('sets', 'permit', 'when { resource.needs == ["a"] }'),
    rule('choice', 'permit', 'when { (if context.reasonGiven then resource.level else 1) > 0 }'),
    rule('nested', 'forbid', 'when { [["a"]].contains(resource.needs) }'),
    rule('written', 'forbid', 'when { [resource.school].contains("a") }'),
    rule('column', 'permit', 'when { resource.boarding }'),
  ]);
  const { boarding: _, ...columns } = TABLE;
  expect(rules.translationFaults(SCHOOLING, columns)).toEqual([
    'Rule "education.sets" (access.cedar:7) cannot filter in SQL by comparing sets.',
    'Rule "education.choice" (access.cedar:12) cannot filter in SQL by "if" as a value.',
    'Rule "education.nested" (access.cedar:17) cannot filter in SQL by sets of sets.',
    'Rule "education.written" (access.cedar:22) cannot filter in SQL by "set" as a value.',
    'Rule "education.column" (access.cedar:27) cannot filter in SQL by attribute "boarding", which has no column.',
  ]);
  expect(rules.translationFaults([[['education.support']]], columns)).toEqual([]);
});
