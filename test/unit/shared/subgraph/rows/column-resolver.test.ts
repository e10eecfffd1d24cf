import { buildSchema, graphqlSync } from 'graphql';
import { columnOf, resolveFromColumns } from '../../../../../shared/subgraph/rows/column-resolver';

function answered(fields: readonly string[], thing: unknown): unknown {
  const schema = buildSchema(
    `type Query { thing: Thing } type Thing { ${fields.map((name) => `${name}: String`).join(' ')} }`,
  );
  const resolve = schema.getQueryType()?.getFields().thing;
  if (resolve !== undefined) resolve.resolve = () => thing;
  resolveFromColumns(schema);
  const { data, errors } = graphqlSync({ schema, source: `{ thing { ${fields.join(' ')} } }` });
  expect(errors).toBeUndefined();
  return data?.thing;
}

test('a field is answered by the property of its name, or otherwise by its column', () => {
  expect(answered(['note', 'dueAt', 'nextVisitDue'], { note: 'a', due_at: 'b', next_visit_due: 'c' })).toEqual({
    note: 'a',
    dueAt: 'b',
    nextVisitDue: 'c',
  });
  expect(answered(['dueAt'], { dueAt: 'own', due_at: 'column' })).toEqual({ dueAt: 'own' });
  expect(answered(['dueAt'], { dueAt: null, due_at: 'column' })).toEqual({ dueAt: null });
});

test('a method of its name answers a field, and an existing resolver is kept', () => {
  expect(answered(['dueAt'], { dueAt: () => 'called', due_at: 'column' })).toEqual({ dueAt: 'called' });
  const schema = buildSchema('type Query { dueAt: String }');
  const field = schema.getQueryType()?.getFields().dueAt;
  if (field !== undefined) field.resolve = () => 'computed';
  resolveFromColumns(schema);
  expect(graphqlSync({ schema, source: '{ dueAt }', rootValue: { due_at: 'column' } }).data).toEqual({
    dueAt: 'computed',
  });
});

test.each([
  ['id', 'id'],
  ['receivedAt', 'received_at'],
  ['nextVisitDue', 'next_visit_due'],
])('the column of %s is %s', (field, column) => expect(columnOf(field)).toBe(column));
