import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { AccessCollector } from '../../shared/access/accesses';
import { readAgencyRules } from '../../shared/access/agency-rules';
import { AnswerNotes } from '../../shared/access/answers';
import { AccessRules } from '../../shared/access/decide';
import { newAccessState } from '../../shared/subgraph/guard/access-state';
import { guardSchema } from '../../shared/subgraph/guard/guard';
import type { GuardContext } from '../../shared/subgraph/guard/guarding';
import { filteredInSql, type ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import { demoCaller } from '../support/identity-provider';

const RULES = new AccessRules([
  readAgencyRules('education', {
    catalogue: `classes:
  education.open: { name: 公开, grade: general, basis: test, refusal: denied }
  education.silent: { name: 静默, grade: restricted, basis: test, refusal: absent }
  education.number: { name: 号码, grade: sensitive, basis: test, refusal: denied }
plain: []
record: { boarding?: Bool }`,
    policies: `@id("education.open") @basis("test")
permit (principal in Role::"case-worker", action == Action::"read", resource in DataClass::"education.open")
when { resource.region in principal.region };
@id("education.number") @basis("test")
permit (principal in Role::"case-worker", action == Action::"readMasked", resource in DataClass::"education.number")
when { resource.region in principal.region };
@id("education.boarders") @basis("test")
permit (principal in Role::"supervisor", action == Action::"read", resource in DataClass::"education.number")
when { resource has boarding && resource.boarding };`,
  }),
]);

const SCHEMA = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy"])
  directive @mask(as: Mask!) on FIELD_DEFINITION
  enum Mask { ID_NUMBER }
  type Query {
    pupils: [Pupil!]! @policy(policies: [["education.open"]])
    numbers: [Pupil!]! @policy(policies: [["education.open"]])
  }
  type Pupil @key(fields: "id") {
    id: ID!
    region: String! @policy(policies: [["education.open"]])
    friends: [Pupil!]! @policy(policies: [["education.open"]])
    deskmate: Pupil @policy(policies: [["education.open"]])
    secret: Note @policy(policies: [["education.silent"]])
    note: Note
    number: String @policy(policies: [["education.number"]]) @mask(as: ID_NUMBER)
    noNumber: String @policy(policies: [["education.number"]]) @mask(as: ID_NUMBER)
    plainNumber: String @policy(policies: [["education.number"]])
    register: Register
  }
  type Note { text: String @policy(policies: [["education.open"]]) more: Note }
  type Register { entry: String @policy(policies: [["education.open"]]) asOf: String! }
`;

const ranResolvers: string[] = [];
const HERE = { id: '1', region: '990101001' };
const ELSEWHERE = { id: '2', region: '990102001' };
const resolvers = {
  Query: { pupils: () => [HERE], numbers: () => [HERE] },
  Pupil: {
    __resolveReference: (reference: { id: string }) => ({ region: HERE.region, ...reference }),
    number: () => '99010120130517002X',
    noNumber: () => null,
    plainNumber: () => '99010120130517002X',
    register: () => {
      ranResolvers.push('register');
      return { entry: 'entry', asOf: 'today' };
    },
    friends: () => [ELSEWHERE, HERE, ELSEWHERE],
    deskmate: () => ELSEWHERE,
    secret: () => {
      ranResolvers.push('secret');
      return { text: 'secret' };
    },
    note: () => ({ text: 'note', more: { text: 'deeper' } }),
  },
};
const FINDERS: ResourceFinders<GuardContext> = {
  'Query.pupils': filteredInSql({ region: { column: 'region', type: 'text' } }),
  'Query.numbers': filteredInSql({ region: { column: 'region', type: 'text' } }),
  Pupil: async ({ region }: { region: string }) => ({ region }),
};

function guarded(typeDefs = SCHEMA, finders = FINDERS) {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never });
  guardSchema(schema, finders, RULES);
  return schema;
}

async function ask(source: string, caller = 'town-case-worker') {
  ranResolvers.length = 0;
  const access = {
    caller: demoCaller(caller),
    purpose: 'VISIT',
    reference: null,
    grant: null,
    reasonGiven: false,
  } as const;
  const notes = new AnswerNotes();
  const contextValue: GuardContext = {
    decisions: RULES.decisionsFor(access),
    notes,
    accesses: new AccessCollector(),
    accessState: newAccessState(),
    resourceOf: new WeakMap(),
  };
  const { data, errors } = await graphql({ schema: guarded(), source, contextValue });
  expect(errors).toBeUndefined();
  return {
    data: JSON.parse(JSON.stringify(data)),
    denied: notes.told()?.denied.map(({ coordinate }) => coordinate) ?? [],
    ...(notes.told()?.masked.length && { masked: notes.told()?.masked }),
    paths: notes.told()?.denied.map(({ path }) => path.join('.')) ?? [],
  };
}

test('a hidden object is left out of a list, and is null as a single value; other objects stay', async () => {
  expect(await ask('{ pupils { friends { id region } deskmate { id region } } }')).toEqual({
    data: { pupils: [{ friends: [HERE], deskmate: null }] },
    denied: [],
    paths: [],
  });
});

test('a masked field is masked after its resolver ran, and reported only if there was a value to mask', async () => {
  expect(await ask('{ pupils { number } }')).toEqual({
    data: { pupils: [{ number: '990101************' }] },
    denied: [],
    masked: ['Pupil.number'],
    paths: [],
  });
  expect(await ask('{ pupils { noNumber } }')).toEqual({
    data: { pupils: [{ noNumber: null }] },
    denied: [],
    paths: [],
  });
});

test('a decision to mask refuses a field without a mask', async () => {
  expect(await ask('{ pupils { plainNumber } }')).toEqual({
    data: { pupils: [{ plainNumber: null }] },
    denied: ['Pupil.plainNumber'],
    paths: ['pupils.@.plainNumber'],
  });
});

test('an object without a label is null if every field in it is refused, and the refused fields are reported', async () => {
  expect((await ask('{ pupils { register { entry asOf } } }')).data).toEqual({
    pupils: [{ register: { entry: 'entry', asOf: 'today' } }],
  });
  const source = '{ pupils { r: register { __typename asOf e: entry } } }';
  expect(await ask(source, 'neighbour-case-worker')).toEqual({
    data: { pupils: [{ r: null }] },
    denied: ['Register.entry'],
    paths: ['pupils.@.r.e'],
  });
  expect(ranResolvers).toEqual([]);
});

test('only the key of a reference is read; its other fields are not trusted', async () => {
  const source = `{ _entities(representations: [{ __typename: "Pupil", id: "2", region: "990102001" }]) { ... on Pupil { id region } } }`;
  expect((await ask(source)).data).toEqual({ _entities: [{ id: '2', region: HERE.region }] });
});

test('nested objects are decided by the record above them, at any depth', async () => {
  expect((await ask('{ pupils { note { text more { text } } } }')).data).toEqual({
    pupils: [{ note: { text: 'note', more: { text: 'deeper' } } }],
  });
});

test('an aliased field is decided like the field itself', async () => {
  const { data, denied } = await ask('{ pupils { a: deskmate { b: id } } }', 'neighbour-case-worker');
  expect({ data, denied }).toEqual({ data: { pupils: [{ a: null }] }, denied: ['Pupil.deskmate'] });
});

test('the resolver of a refused field does not run', async () => {
  expect(await ask('{ pupils { secret { text } } }', 'education-officer')).toMatchObject({ denied: ['Query.pupils'] });
  expect(ranResolvers).toEqual([]);
});

test.each([
  [
    'no label',
    SCHEMA.replace('pupils: [Pupil!]! @policy(policies: [["education.open"]])', 'pupils: [Pupil!]!'),
    FINDERS,
    /Query\.pupils has no label/,
  ],
  [
    'rules that its columns cannot answer',
    SCHEMA.replace(
      'numbers: [Pupil!]! @policy(policies: [["education.open"]])',
      'numbers: [Pupil!]! @policy(policies: [["education.number"]])',
    ),
    FINDERS,
    /Query\.numbers: Rule "education\.boarders" \(access\.cedar:7\) cannot filter in SQL by attribute "boarding"/,
  ],
  [
    'no way to decide about it',
    SCHEMA,
    { Pupil: FINDERS.Pupil } as typeof FINDERS,
    /Query\.pupils has neither a record finder nor filteredInSql/,
  ],
])('a root field with %s prevents the start', (_, typeDefs, finders, message) => {
  expect(() => guarded(typeDefs, finders)).toThrow(message);
});
