import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';
import { AnswerNotes } from '../../shared/access/answers';
import { parseCatalogue } from '../../shared/access/catalogue';
import { decisionsFor } from '../../shared/access/decide';
import { type GuardContext, guardSchema } from '../../shared/access/guard';
import { FILTERED_IN_SQL, type RecordFinders } from '../../shared/access/record-finders';
import { demoCaller } from '../support/identity-provider';

const CATALOGUE = parseCatalogue(
  'education',
  `classes:
  education.open: { name: 公开, grade: general, basis: test, refusal: denied }
  education.silent: { name: 静默, grade: restricted, basis: test, refusal: absent }
plain: []`,
  'catalogue.yaml',
);

const SCHEMA = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@policy"])
  type Query { pupils: [Pupil!]! @policy(policies: [["education.open"]]) }
  type Pupil @key(fields: "id") {
    id: ID!
    region: String! @policy(policies: [["education.open"]])
    friends: [Pupil!]! @policy(policies: [["education.open"]])
    deskmate: Pupil @policy(policies: [["education.open"]])
    secret: Note @policy(policies: [["education.silent"]])
    note: Note
  }
  type Note { text: String @policy(policies: [["education.open"]]) more: Note }
`;

const ranResolvers: string[] = [];
const HERE = { id: '1', region: '990101001' };
const ELSEWHERE = { id: '2', region: '990102001' };
const resolvers = {
  Query: { pupils: () => [HERE] },
  Pupil: {
    friends: () => [ELSEWHERE, HERE, ELSEWHERE],
    deskmate: () => ELSEWHERE,
    secret: () => {
      ranResolvers.push('secret');
      return { text: 'secret' };
    },
    note: () => ({ text: 'note', more: { text: 'deeper' } }),
  },
};
const FINDERS: RecordFinders<GuardContext> = {
  'Query.pupils': FILTERED_IN_SQL,
  Pupil: async ({ region }: { region: string }) => ({ region }),
};

function guarded(typeDefs = SCHEMA, finders = FINDERS) {
  const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never });
  guardSchema(schema, finders);
  return schema;
}

async function ask(source: string, caller = 'town-case-worker') {
  ranResolvers.length = 0;
  const access = { caller: demoCaller(caller), purpose: 'VISIT', reference: null } as const;
  const notes = new AnswerNotes();
  const contextValue: GuardContext = { decisions: decisionsFor(access, CATALOGUE), notes, recordOf: new WeakMap() };
  const { data, errors } = await graphql({ schema: guarded(), source, contextValue });
  expect(errors).toBeUndefined();
  return {
    data: JSON.parse(JSON.stringify(data)),
    denied: notes.told()?.denied.map(({ coordinate }) => coordinate) ?? [],
  };
}

test('a thing that may not be there for the caller is left out of a list and null alone; the others stand', async () => {
  expect(await ask('{ pupils { friends { id region } deskmate { id region } } }')).toEqual({
    data: { pupils: [{ friends: [HERE], deskmate: null }] },
    denied: ['Pupil.friends', 'Pupil.deskmate'],
  });
});

test('nested objects are decided by the record that they were reached through, at any depth', async () => {
  expect((await ask('{ pupils { note { text more { text } } } }')).data).toEqual({
    pupils: [{ note: { text: 'note', more: { text: 'deeper' } } }],
  });
});

test('an alias is decided like the field that it names', async () => {
  const { data, denied } = await ask('{ pupils { a: deskmate { b: id } } }');
  expect({ data, denied }).toEqual({ data: { pupils: [{ a: null }] }, denied: ['Pupil.deskmate'] });
});

test('a refused field resolves nothing', async () => {
  expect(await ask('{ pupils { secret { text } } }', 'education-officer')).toMatchObject({ denied: ['Query.pupils'] });
  expect(ranResolvers).toEqual([]);
});

test.each([
  [
    'no label',
    SCHEMA.replace('[Pupil!]! @policy(policies: [["education.open"]]) }', '[Pupil!]! }'),
    FINDERS,
    /Query\.pupils has no label/,
  ],
  [
    'no way to decide about it',
    SCHEMA,
    { Pupil: FINDERS.Pupil } as typeof FINDERS,
    /Query\.pupils has neither a record finder nor FILTERED_IN_SQL/,
  ],
])('a root field with %s stops the start', (_, typeDefs, finders, message) => {
  expect(() => guarded(typeDefs, finders)).toThrow(message);
});
