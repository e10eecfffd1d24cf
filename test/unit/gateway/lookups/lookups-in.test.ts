import { randomInt } from 'node:crypto';
import { buildSchema, executeSync, parse } from 'graphql';
import { lookupsIn } from '../../../../gateway/lookups/lookups-in';
import { Choices } from '../../../support/choices';
import { preparedOperation } from '../../../support/prepared';

const schema = buildSchema(`
  type Query { childByIdNumber(idNumber: String!): Child  child(id: ID!): Child  find(input: Wanted!): Child }
  type Mutation { report(input: Wanted!): Child  rename(id: ID!): Child }
  input Wanted { who: Who }
  input Who { idNumber: String  idNumbers: String }
  type Child { id: ID! }
`);
const compile = lookupsIn(schema);
const lookups = (query: string, variables: Record<string, unknown>) => compile(preparedOperation(query))(variables);
const keysOf = (query: string, variables: Record<string, unknown> = {}) =>
  lookups(query, variables).map(({ key, numbers }) => [key, ...numbers]);

test.each([
  ['by name', '{ childByIdNumber(idNumber: "1") { id } }', [['childByIdNumber', '1']]],
  ['by alias', '{ a: childByIdNumber(idNumber: "1") { id } b: child(id: "2") { id } }', [['a', '1']]],
  ['by an input', '{ find(input: { who: { idNumber: "1" } }) { id } }', [['find', '1']]],
  ['of a mutation', 'mutation { report(input: { who: { idNumber: "1" } }) { id } }', [['report', '1']]],
  [
    'twice under one key, which is one',
    '{ childByIdNumber(idNumber: "1") { id } childByIdNumber(idNumber: "1") { id } }',
    [['childByIdNumber', '1']],
  ],
  [
    'of several',
    '{ a: childByIdNumber(idNumber: "1") { id } b: childByIdNumber(idNumber: "2") { id } }',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ['that is left out', '{ childByIdNumber(idNumber: "1") @skip(if: true) { id } child(id: "2") { id } }', []],
  [
    'in fragments within each other',
    '{ ...A } fragment A on Query { ...A ...B } fragment B on Query { b: childByIdNumber(idNumber: "1") { id } }',
    [['b', '1']],
  ],
])('a lookup is found %s', (_, query, found) => {
  expect(keysOf(query)).toEqual(found);
});

test('variables have their defaults, in conditions and arguments alike', () => {
  const query = `query ($yes: Boolean = true, $number: String = "1") {
    childByIdNumber(idNumber: $number) @include(if: $yes) { id } }`;
  expect(keysOf(query)).toEqual([['childByIdNumber', '1']]);
  expect(keysOf(query, { yes: false })).toEqual([]);
  expect(keysOf(query, { number: '2' })).toEqual([['childByIdNumber', '2']]);
});

test('in any operation, exactly the executed lookups are found', () => {
  const seed = randomInt(2 ** 31);
  const choices = new Choices(seed);
  let found = 0;
  for (let round = 0; round < 500; round += 1) {
    const names = ['F0', 'F1', 'F2'];
    const condition = () =>
      choices.oneOf(
        () => '',
        () => `@include(if: ${choices.one(['true', 'false', '$a', '$b'])})`,
        () => `@skip(if: ${choices.one(['true', 'false', '$a', '$b'])})`,
      );
    const set = (depth: number, below: readonly string[]): string =>
      choices
        .several(1, 4, () =>
          choices.oneOf(
            () => {
              const key = choices.one(['', 'a: ', 'b: ']);
              // One response key selects one field.
              return key === 'b: '
                ? `b: child(id: "1") ${condition()} { id }`
                : `${key}childByIdNumber(idNumber: "1") ${condition()} { id }`;
            },
            () => (below.length === 0 ? '__typename' : `...${choices.one(below)} ${condition()}`),
            () => (depth === 0 ? '__typename' : `... on Query ${condition()} { ${set(depth - 1, below)} }`),
          ),
        )
        .join(' ');
    const fragments = names.map((name, index) => `fragment ${name} on Query { ${set(1, names.slice(index + 1))} }`);
    const source = `query ($a: Boolean = true, $b: Boolean!) { ${set(2, names)} } ${fragments.join(' ')}`;
    const variableValues = { b: choices.chance(0.5), ...(choices.chance(0.5) && { a: choices.chance(0.5) }) };
    let carriedOut = 0;
    const rootValue = {
      childByIdNumber: () => {
        carriedOut += 1;
        return { id: '1' };
      },
      child: { id: '1' },
    };
    executeSync({ schema, document: parse(source), rootValue, variableValues });
    expect({ seed, source, count: lookups(source, variableValues).length }).toEqual({
      seed,
      source,
      count: carriedOut,
    });
    found += carriedOut;
  }
  expect(found).toBeGreaterThan(100);
});
