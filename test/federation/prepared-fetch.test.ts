import { buildSchema } from 'graphql';
import { subgraphOperations } from '../../gateway/agencies/subgraph-operation';

// Requests to an agency and their valid answers, for schemas with more features than ours.

const SCHEMA = buildSchema(
  `
  directive @join__type(graph: G!, key: String) repeatable on OBJECT | INTERFACE
  enum G { EDUCATION PROCURATORATE }
  scalar Day
  enum Kind { A B }
  interface Node @join__type(graph: EDUCATION, key: "id") { id: ID! name: String }
  type Pupil implements Node @join__type(graph: EDUCATION, key: "id") @join__type(graph: PROCURATORATE, key: "number") {
    id: ID! number: Int! name: String marks: [[Float!]!]! day: Day kind: Kind next: Node either: Either friends: [Pupil!] }
  type School implements Node @join__type(graph: EDUCATION, key: "id") { id: ID! name: String pupils: [Pupil] open: Boolean! }
  union Either = Pupil | School
  type Query { pupil: Pupil must: Pupil! node: Node }
  type Mutation { enrol(pupil: ID!): Pupil }
`,
  { assumeValidSDL: true },
);

const education = subgraphOperations(SCHEMA, 'education');
const entities = (selection: string) =>
  `query Q__1($representations:[_Any!]!$yes:Boolean){_entities(representations:$representations){${selection}}}`;
const PUPIL = { __typename: 'Pupil', id: '1' };
const fitsEntity = (selection: string, entity: unknown, representation: object = PUPIL, yes = false) =>
  education(entities(selection)).fits({ _entities: [entity] }, { representations: [representation], yes });

test('the key of every entity is added to its selection if the agency resolves it by key', () => {
  expect(education(entities('...on Pupil{name}...on School{open}')).text).toBe(
    entities('...on Pupil{name}...on School{open}...on Pupil{__id:id}...on School{__id:id}'),
  );
  const other = entities('...on Pupil{name}');
  expect(subgraphOperations(SCHEMA, 'procuratorate')(other).text).toBe(other);
  expect(education('{pupil{name}}').text).toBe('{pupil{name}}');
});

test('equal selections have equal digests, whatever operation name the planner uses', () => {
  expect(education(entities('...on Pupil{name}')).asked).toBe(
    education(entities('...on Pupil{name}').replace('Q__1', 'Q__2')).asked,
  );
  expect(education(entities('...on Pupil{name}')).asked).not.toBe(education(entities('...on Pupil{day}')).asked);
});

test.each<[string, string, unknown, boolean]>([
  ['the key', 'name', { name: null, __id: '1' }, true],
  ['a key that is a number', 'name', { name: null, __id: 1 }, true],
  ['another key', 'name', { name: null, __id: '2' }, false],
  ['no key', 'name', { name: null }, false],
  ['lists of lists', 'marks', { marks: [[1.5], []], __id: '1' }, true],
  ['one level of lists too few', 'marks', { marks: [1.5], __id: '1' }, false],
  ['null in a list of non-null elements', 'marks', { marks: [[null]], __id: '1' }, false],
  ['a custom scalar', 'day', { day: { year: 1 }, __id: '1' }, true],
  ['an unknown enum value', 'kind', { kind: 'C', __id: '1' }, false],
  ['a number for an enum', 'kind', { kind: 1, __id: '1' }, false],
  ['an alias', 'a:name b:name', { a: 'x', b: 'x', __id: '1' }, true],
  ['a field excluded by a condition', 'name@include(if:$yes) day', { day: 1, __id: '1' }, true],
  ['an excluded field that is present', 'name@include(if:$yes) day', { name: 'x', day: 1, __id: '1' }, false],
  ['a field included by a condition', 'name@skip(if:$yes) day', { name: 'x', day: 1, __id: '1' }, true],
  ['an included field that is missing', 'name@skip(if:$yes) day', { day: 1, __id: '1' }, false],
  ['its type', '__typename', { __typename: 'Pupil', __id: '1' }, true],
  ['another type', '__typename', { __typename: 'School', __id: '1' }, false],
  ['merged selections', 'friends{name}friends{day}', { friends: [{ name: 'x', day: 1 }], __id: '1' }, true],
  ['one selection of two', 'friends{name}friends{day}', { friends: [{ name: 'x' }], __id: '1' }, false],
  ['null for an item', 'friends{name}', { friends: [null], __id: '1' }, false],
])('%s', (_, selection, entity, fits) => {
  expect(fitsEntity(`...on Pupil{${selection}}`, entity)).toBe(fits);
});

test('a value of an interface or union may have any of its types', () => {
  const selection =
    '...on Pupil{next{__typename name ...on School{open}} either{...on Pupil{day}...on School{pupils{name}}}}';
  const fits = (next: unknown, either: unknown) => fitsEntity(selection, { next, either, __id: '1' });
  expect(fits({ __typename: 'School', name: 'x', open: true }, { pupils: [null, { name: 'y' }] })).toBe(true);
  expect(fits({ __typename: 'Pupil', name: 'x' }, { day: 1 })).toBe(true);
  expect(fits({ __typename: 'School', name: 'x', open: 'yes' }, null)).toBe(false);
  expect(fits({ name: 'x' }, null)).toBe(false);
  expect(fits(null, { pupils: {} })).toBe(false);
});

test('entities selected through an interface are checked against the type of their representation', () => {
  const school = { __typename: 'School', id: '7' };
  const selection = '...on Node{name}...on Pupil{day}';
  expect(fitsEntity(selection, { name: 'x', __id: '7' }, school)).toBe(true);
  expect(fitsEntity(selection, { name: 'x', day: 1, __id: '7' }, school)).toBe(false);
  expect(fitsEntity(selection, { __id: '7' }, school)).toBe(false);
});

test('an entity may be null, none may be added, and one of an unknown type is not checked', () => {
  const { fits } = education(entities('...on Pupil{name}'));
  const both = { representations: [PUPIL, { __typename: 'Pupil', id: '2' }] };
  const [one, two] = ['1', '2'].map((__id) => ({ name: 'x', __id }));
  expect(fits({ _entities: [one, two] }, both)).toBe(true);
  expect(fits({ _entities: [one, null] }, both)).toBe(true);
  expect(fits({ _entities: [two, one] }, both)).toBe(false);
  expect(fits({ _entities: [one] }, both)).toBe(false);
  expect(fits({ _entities: [one, two, two] }, both)).toBe(false);
  expect(fitsEntity('...on Pupil{name}', { anything: 1 }, { __typename: 'Elsewhere' })).toBe(true);
});

test('every root field must be present, and null only if the schema allows it', () => {
  const { fits } = education('{pupil{id}must{id}}');
  expect(fits({ pupil: null, must: { id: '1' } }, {})).toBe(true);
  expect(fits(null, {})).toBe(true);
  expect(fits({ pupil: null, must: null }, {})).toBe(false);
  expect(fits({ must: { id: '1' } }, {})).toBe(false);
});

test('missing fields depend on the conditions and their variables', () => {
  const fetch = education(entities('...on Pupil{name@include(if:$yes) all:friends{day} marks}'));
  const missing = (yes: boolean) =>
    fetch.missing({ representations: [PUPIL], yes }).map(({ coordinate }) => coordinate);
  expect(missing(true)).toEqual(['Pupil.name', 'Pupil.friends', 'Pupil.marks']);
  expect(missing(false)).toEqual(['Pupil.friends', 'Pupil.marks']);
  expect(fetch.standIn(PUPIL, { representations: [PUPIL], yes: false })).toEqual({ all: [], marks: [] });
  expect(fetch.coordinates({ representations: [PUPIL], yes: false })).toEqual([
    'Pupil.friends',
    'Pupil.day',
    'Pupil.marks',
  ]);
});
