import type { GraphQLSchema } from 'graphql';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { Choices, SEED } from '../support/choices';
import { OperationWriter } from '../support/generated-operations';
import { type PeopleGateway, peopleGateway } from '../support/people-gateway';
import { asOneGraph, peopleAgencies } from '../support/people-graph';
import { composed, type SmallFederation, smallFederation } from '../support/small-federation';

const OPERATIONS = 40;

/** Aliases that equal names used by the gateway, its plans or other fields. */
const ALIASES = [
  ...['id', 'name', 'size', 'firm', 'friends', 'home', 'check', 'pupils', 'marks', 'teacher'],
  ...['__typename', '_entities', '_service', 'representations', '__id', '__as_id', '__as_name', 'id__alias_0'],
];

const WRITERS: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  [', whatever a client calls its fields', ALIASES],
];

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Outcome {
  readonly data: unknown;
  readonly failed: boolean;
}

const outcome = ({ data, errors = [] }: { data?: unknown; errors?: readonly unknown[] | undefined }) => ({
  data,
  failed: errors.length > 0,
});

let own: PeopleGateway;
let labelled: SmallFederation;
beforeAll(async () => {
  own = await peopleGateway();
  labelled = await smallFederation(peopleAgencies());
});
afterAll(async () => {
  await own?.stop();
  await labelled?.close();
});

async function likeOneServer(
  schema: GraphQLSchema,
  aliases: readonly string[],
  ask: (operation: Operation) => Promise<Outcome | undefined>,
): Promise<void> {
  console.log(`${OPERATIONS} generated operations; SEED=${SEED}`);
  const writer = new OperationWriter(schema, new Choices(SEED), aliases);
  for (let count = 0; count < OPERATIONS; count += 1) {
    const operation = writer.operation();
    const answer = await ask(operation);
    if (answer === undefined) continue;
    const found = JSON.stringify(answer);
    const expected = JSON.stringify(outcome(await asOneGraph(schema, operation)));
    if (found !== expected) {
      throw new Error(
        `SEED=${SEED}\n${operation.query}\n${JSON.stringify(operation.variables)}\n${found}\n${expected}`,
      );
    }
  }
}

test.each(WRITERS)('operations are answered as by one server with all data%s', async (_, aliases) => {
  let several = 0;
  await likeOneServer(own.schema, aliases, async (operation) => {
    const found = outcome(await own.ask(operation));
    if (own.asked.length > 1) several += 1;
    return found;
  });
  expect(several).toBeGreaterThan(OPERATIONS / 4);
});

test.each(WRITERS)(
  'guarded agencies with checked answers give the same answers as one server%s',
  async (_, aliases) => {
    const { sdl = '' } = composed(peopleAgencies());
    let limited = 0;
    await likeOneServer(readSupergraph(sdl).schema, aliases, async ({ query, variables }) => {
      const { body } = await labelled.ask(query, variables);
      if (/^OPERATION_TOO_/.test(body.errors?.[0].extensions.code)) {
        limited += 1;
        return undefined;
      }
      expect(body.extensions?.access?.unavailable ?? [query, body]).toEqual([]);
      return outcome(body);
    });
    expect(limited).toBeLessThan(OPERATIONS / 4);
  },
);

test('what a field requires is required only of the objects that it is selected for', async () => {
  const friends = (selections: string) => `friends { ... on Pupil { ${selections} } }`;
  const query = `{ pairs { ... on Pupil { ${friends('desk')} } ${friends('home { bus }')} } }`;
  const operation = { query, variables: {} };
  expect(plain(await own.ask(operation))).toEqual(plain(await asOneGraph(own.schema, operation)));
});

test('an error is reported at the objects of the types that a field is selected for', async () => {
  const query =
    '{ pairs { ... on Pupil { friends { ... on Pupil { desk check { nothing } } } } ... on Teacher { friends { id } } } }';
  const { errors = [] } = await own.ask({ query, variables: {} });
  expect(errors.map(({ path }) => path)).toEqual([
    ['pairs', 0, 0, 'friends', 3, 'check', 'nothing'],
    ['pairs', 1, 1, 'friends', 3, 'check', 'nothing'],
  ]);
});

test('an agency is asked once about an object, however often it occurs', async () => {
  await own.ask({ query: '{ people { friends { ... on Pupil { marks } } } }', variables: {} });
  const [fetch, ...more] = own.asked.filter(({ name }) => name === 'school');
  expect(more).toEqual([]);
  expect(
    (fetch as { variables: { representations: { id: string }[] } }).variables.representations
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['1', '3']);
});

test('the fields of one object from two subgraphs are merged, in lists too', async () => {
  const { data } = await own.ask({ query: '{ must { home { street bus } homes { bus street } } }', variables: {} });
  const both = (id: string) => ({ street: `street ${id}`, bus: `bus ${id}` });
  expect(data).toEqual({ must: { home: both('1'), homes: [both('1'), both('1 too')] } });
});

test('an object has its concrete type, even if a subgraph knows only its interface', async () => {
  const link = (names: string) =>
    `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", ${names}])`;
  const gateway = await peopleGateway(undefined, {
    accounts: {
      sdl: `${link('"@interfaceObject"')} type Query { accounts: [Account] } type Account @key(fields: "id") @interfaceObject { id: ID! name: String! }`,
      resolvers: {
        Query: { accounts: () => [{ id: '1' }, { id: '2' }] },
        Account: {
          __resolveReference: ({ id }: { id: string }) => ({ id }),
          name: ({ id }: { id: string }) => `name ${id}`,
        },
      },
    },
    kinds: {
      sdl: `${link('"@shareable"')} type Query { nothing: String } interface Account @key(fields: "id") { id: ID! }
        type Admin implements Account @key(fields: "id") { id: ID! } type Regular implements Account @key(fields: "id") { id: ID! }`,
      resolvers: {
        Account: {
          __resolveReference: ({ id }: { id: string }) => ({ id, __typename: id === '1' ? 'Admin' : 'Regular' }),
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
      },
    },
  });
  const ask = async (query: string) => plain((await gateway.ask({ query, variables: {} })) as never);
  expect(await ask('{ accounts { ... on Admin { __typename name } } }')).toEqual({
    data: { accounts: [{ __typename: 'Admin', name: 'name 1' }, {}] },
  });
  expect(await ask('{ accounts { name ... on Regular { type: __typename id } } }')).toEqual({
    data: { accounts: [{ name: 'name 1' }, { name: 'name 2', type: 'Regular', id: '2' }] },
  });
  await gateway.stop();
});

test('a client variable may have the name of a plan’s variable', async () => {
  const query = 'query ($representations: Boolean!) { must { name marks @include(if: $representations) firm } }';
  for (const representations of [true, false]) {
    const operation = { query, variables: { representations } };
    const expected = plain(outcome(await asOneGraph(own.schema, operation)));
    expect(plain(outcome(await own.ask(operation)))).toEqual(expected);
    expect(plain(outcome((await labelled.ask(query, { representations })).body))).toEqual(expected);
  }
});

test('response keys may be names that every JavaScript object inherits', async () => {
  const query = '{ must { constructor: name __proto__: id toString: firm desk } }';
  const { data } = await own.ask({ query, variables: {} });
  expect(JSON.stringify(data)).toBe(
    '{"must":{"constructor":"name 1","__proto__":"1","toString":"firm","desk":"desk for 101"}}',
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
