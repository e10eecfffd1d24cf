import type { Knex } from 'knex';
import { connect } from '../../../../../shared/db/connect';
import { Totals } from '../../../../../shared/subgraph/rows/totals';
import { adminUrl } from '../../../../support/databases';

let db: Knex;
let statements: string[];
beforeAll(() => {
  db = connect(adminUrl(), { poolSize: 5, statementTimeout: 30_000 });
  db.on('query', ({ sql }: { readonly sql: string }) => statements.push(sql));
});
beforeEach(() => {
  statements = [];
});
afterAll(() => db.destroy());

const rows = (count: number) => db.from(db.raw('generate_series(1, ?) as number', [count]));
const counted = () => statements.length;

test('a total of up to ten thousand is counted each time', async () => {
  const totals = new Totals();
  expect([await totals.of(rows(10_000)), await totals.of(rows(10_000))]).toEqual([10_000, 10_000]);
  expect(counted()).toBe(2);
});

test('a larger total is counted once, then costs no statement', async () => {
  const totals = new Totals();
  expect(await totals.of(rows(10_001))).toBe(10_001);
  expect(counted()).toBe(2);
  expect(await Promise.all([totals.of(rows(10_001)), totals.of(rows(10_001))])).toEqual([10_001, 10_001]);
  expect(counted()).toBe(2);
});

test('simultaneous requests for the same larger total share one full count', async () => {
  const totals = new Totals();
  expect(await Promise.all([1, 2, 3].map(() => totals.of(rows(20_000))))).toEqual([20_000, 20_000, 20_000]);
  expect(statements.filter((sql) => !sql.includes('limit'))).toHaveLength(1);
});

test('lists that differ in a value share no total', async () => {
  const totals = new Totals();
  expect(await totals.of(rows(20_000))).toBe(20_000);
  expect(await totals.of(rows(20_001))).toBe(20_001);
});

test('a failed count is not cached', async () => {
  const totals = new Totals();
  const failing = () => rows(20_000).whereRaw('1 / (20000 - number) > -1');
  await expect(totals.of(failing())).rejects.toThrow();
  const before = counted();
  await expect(totals.of(failing())).rejects.toThrow();
  expect(counted() - before).toBe(2);
});
