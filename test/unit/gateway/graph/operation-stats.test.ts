import { buildSchema } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';
import { OperationStats } from '../../../../gateway/graph/operation-stats';
import { sampleVariables } from '../../../../gateway/graph/sample-variables';
import type { AccessContext } from '../../../../shared/protocol/context-token';
import { preparedOperation } from '../../../support/prepared';

const access = (more: Partial<AccessContext> = {}): AccessContext => ({
  caller: { sub: 'officer-7', name: '赵小明', agency: 'education', roles: ['case-worker'], region: '990101' },
  purpose: 'CASE_HANDLING',
  reference: { kind: 'case', id: 'case-9' },
  grant: {
    kind: 'case',
    children: ['child-3'],
    cases: ['case-9'],
    meetings: ['meeting-5'],
    tasks: ['task-1'],
    assignments: ['assignment-2'],
    clues: ['clue-4'],
    visitsSchool: true,
  },
  reasonGiven: false,
  ...more,
});
const texts = (operations: OperationStats, limit = 100) => operations.most(limit).map(({ query }) => query);

test('the most frequent come first, one per kind of caller and operation of a document', () => {
  const operations = new OperationStats();
  for (const query of ['a', 'b', 'b', 'c', 'c', 'c']) operations.count(query, undefined, access());
  expect(texts(operations)).toEqual(['c', 'b', 'a']);
  expect(texts(operations, 2)).toEqual(['c', 'b']);
  operations.count('a', undefined, access({ purpose: 'VISIT' }));
  operations.count('a', 'Named', access());
  expect(texts(operations)).toEqual(['c', 'b', 'a', 'a', 'a']);
});

test('uses before a graph was replaced count less than current ones', () => {
  const operations = new OperationStats();
  for (let times = 0; times < 3; times++) operations.count('before', undefined, access());
  operations.age();
  for (let times = 0; times < 2; times++) operations.count('now', undefined, access());
  expect(texts(operations)).toEqual(['now', 'before']);
});

test('neither callers nor children are stored', () => {
  const operations = new OperationStats();
  operations.count('a', undefined, access());
  const kept = JSON.stringify(operations.most(1));
  expect(kept).toContain('"case-worker"');
  expect(kept).not.toMatch(/officer-7|赵小明|case-9|child-3|meeting-5/);
});

test('new documents and new kinds of caller do not fill the memory', () => {
  const operations = new OperationStats();
  for (let index = 0; index < 2_500; index++) operations.count(`{ a${index} }`, undefined, access());
  expect(operations.most(10_000)).toHaveLength(2_000);
  const long = new OperationStats();
  for (let index = 0; index < 30; index++) long.count(`${index}`.padEnd(200_000, 'x'), undefined, access());
  expect(long.most(10_000)).toHaveLength(4);
  const kinds = new OperationStats();
  for (let index = 0; index < 100; index++) kinds.count('{ a }', `Operation${index}`, access());
  expect(kinds.most(10_000)).toHaveLength(32);
});

test('required variables get valid sample values', () => {
  const schema = buildSchema(`
    scalar Day
    enum Level { RED YELLOW }
    input Inner { level: Level! days: [Day!]! more: Inner }
    input Input { id: ID! count: Int! share: Float! sure: Boolean! inner: Inner! name: String! = "x" }
    type Query { ask(input: Input!, levels: [Level!]!, day: Day!, id: ID!, first: Int): Int }
  `);
  const query = `
    query Other { ask(input: null, levels: [], day: "", id: "") }
    query Asked($input: Input!, $levels: [Level!]!, $day: Day!, $id: ID! = "given", $first: Int) {
      ask(input: $input, levels: $levels, day: $day, id: $id, first: $first)
    }`;
  const { operation } = preparedOperation(query, 'Asked');
  const values = sampleVariables(schema, operation);
  expect(Object.keys(values)).toEqual(['input', 'levels', 'day']);
  expect(getVariableValues(schema, operation.variableDefinitions ?? [], values).errors).toBeUndefined();
});
