import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, execute, type GraphQLSchema, parse } from 'graphql';
import type { GatewayRules } from '../../gateway/access/rule-bundle';
import { Deadline } from '../../gateway/agencies/deadline';
import { federatedEngine } from '../../gateway/federation/federated-engine';
import { filteringGateway } from '../../gateway/federation/filtering-gateway';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { RequestContext } from '../../gateway/request-context';
import { AccessRules } from '../../shared/access/decide';
import { Choices, SEED } from '../support/choices';
import { OperationWriter } from '../support/generated-operations';

const OPERATIONS = 100;
const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable"])';

const people = [1, 2, 3, 4].map((id) => ({ __typename: id % 2 ? 'Pupil' : 'Teacher', id: String(id) }));
const personOf = (id: string) => people.find((person) => person.id === id) ?? null;
const maybe = (id: string, value: unknown) => (Number(id) % 3 === 0 ? null : value);

/** Of the same home, one subgraph knows the street and another the bus. */
const home = (id: string) => ({ street: `street ${id}`, bus: `bus ${id}` });

/** Three subgraphs that know the same people, with what makes plans hard: interfaces, unions, lists in lists, `@requires`. */
const SUBGRAPHS: Readonly<Record<string, { sdl: string; resolvers: Record<string, unknown> }>> = {
  registry: {
    sdl: `${LINK} type Query { person(id: ID = "1"): Person people: [Person!]! pairs: [[Person]!] anyone: Anyone must: Pupil! gone: Pupil }
      interface Person { id: ID! name: String friends: [Person] }
      type Pupil implements Person @key(fields: "id") { id: ID! name: String friends: [Person] size: Int! home: Home @shareable homes: [Home!] @shareable }
      type Home { street: String }
      type Teacher implements Person @key(fields: "id") { id: ID! name: String friends: [Person] }
      union Anyone = Pupil | Teacher`,
    resolvers: {
      Query: {
        person: (_: unknown, { id }: { id: string }) => personOf(id),
        people: () => people,
        pairs: () => [[people[0], null], [people[1], people[0]], []],
        anyone: () => people[1],
        must: () => people[0],
        gone: () => null,
      },
      Person: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Anyone: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      ...Object.fromEntries(
        ['Pupil', 'Teacher'].map((type) => [
          type,
          {
            __resolveReference: ({ id }: { id: string }) => personOf(id),
            name: ({ id }: { id: string }) => maybe(id, `name ${id}`),
            friends: ({ id }: { id: string }) =>
              maybe(id, people.filter((one) => one.id !== id).concat(people[0] as never)),
            size: ({ id }: { id: string }) => 100 + Number(id),
            home: ({ id }: { id: string }) => maybe(id, home(id)),
            homes: ({ id }: { id: string }) => [home(id), home(`${id} too`)],
          },
        ]),
      ),
    },
  },
  school: {
    sdl: `${LINK} type Query { school: School }
      type School { pupils: [Pupil!] head: Teacher mood: Mood }
      enum Mood { GOOD BAD }
      type Pupil @key(fields: "id") { id: ID! marks: [Int!] teacher: Teacher size: Int! @external desk: String @requires(fields: "size") home: Home @shareable homes: [Home!] @shareable }
      type Home { bus: String }
      type Teacher @key(fields: "id") { id: ID! pupils: [Pupil!]! room: Room }
      type Room { number: Int! keeper: Teacher }`,
    resolvers: {
      Query: { school: () => ({ pupils: [people[2], people[0]], head: people[3], mood: 'GOOD' }) },
      Pupil: {
        __resolveReference: ({ id, size }: { id: string; size?: number }) => ({ ...personOf(id), size }),
        marks: ({ id }: { id: string }) => maybe(id, [1, Number(id)]),
        teacher: ({ id }: { id: string }) => maybe(id, people[1]),
        desk: ({ size }: { size?: number }) => `desk for ${size}`,
        home: ({ id }: { id: string }) => maybe(id, home(id)),
        homes: ({ id }: { id: string }) => [home(id), home(`${id} too`)],
      },
      Teacher: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        pupils: () => [people[0], people[2], people[0]],
        room: ({ id }: { id: string }) => ({ number: Number(id), keeper: people[3] }),
      },
    },
  },
  health: {
    sdl: `${LINK} type Query { clinic(first: Int = 2): [Pupil] }
      type Pupil @key(fields: "id") { id: ID! check: Check firm: String! }
      type Teacher @key(fields: "id") { id: ID! check: Check }
      type Check { day: String! of: Pupil nothing: String! }`,
    resolvers: {
      Query: { clinic: (_: unknown, { first }: { first: number }) => [people[0], null, people[2]].slice(0, first) },
      Pupil: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        check: ({ id }: { id: string }) => maybe(id, { day: 'today', of: people[2] }),
        firm: ({ id }: { id: string }) => maybe(id, 'firm'),
      },
      Teacher: {
        __resolveReference: ({ id }: { id: string }) => personOf(id),
        check: () => ({ day: 'today', of: null }),
      },
      Check: { nothing: () => null },
    },
  },
};

const schemas = new Map<string, GraphQLSchema>(
  Object.entries(SUBGRAPHS).map(([name, { sdl, resolvers }]) => [
    name,
    buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never }),
  ]),
);

async function answer(name: string, query: string, variables: unknown): Promise<ExecutionResult> {
  const schema = schemas.get(name) as GraphQLSchema;
  const result = await execute({ schema, document: parse(query), variableValues: variables as never });
  return JSON.parse(JSON.stringify(result));
}

const { supergraphSdl = '' } = composeServices(
  Object.entries(SUBGRAPHS).map(([name, { sdl }]) => ({ name, typeDefs: parse(sdl), url: 'http://nowhere' })),
);

const RULES: GatewayRules = { version: 'test', agencies: [], rules: new AccessRules([]), masked: new Set() };

interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Ask = (operation: Operation) => Promise<{ readonly data: unknown; readonly failed: boolean }>;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const outcome = ({ data, errors = [] }: { data?: unknown; errors?: readonly unknown[] | undefined }) => ({
  data,
  failed: errors.length > 0,
});

async function libraryGateway(): Promise<{ readonly ask: Ask; readonly schema: GraphQLSchema }> {
  const process: (name: string) => GraphQLDataSource['process'] =
    (name) =>
    async ({ request }) =>
      (await answer(name, request.query ?? '', request.variables)) as never;
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => ({ process: process(name) }),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const { schema, executor } = await gateway.load();
  return {
    schema,
    ask: async ({ query, variables }) =>
      outcome(
        await executor({
          document: parse(query),
          queryHash: hashOf(query),
          request: { variables },
          metrics: {},
          context: {},
        } as never),
      ),
  };
}

async function ownGateway(): Promise<{ readonly ask: Ask; readonly asked: { name: string; variables: unknown }[] }> {
  const asked: { name: string; variables: unknown }[] = [];
  const engine = federatedEngine(readSupergraph(supergraphSdl, 'none'), (name) => ({
    async process({ request: { query, variables } }) {
      asked.push({ name, variables });
      return answer(name, query, variables) as never;
    },
  }));
  const requirements = { byField: new Map(), containers: new Map(), own: new Map(), toExist: new Map() };
  const gateway = filteringGateway(engine, { requirements, rules: RULES, mode: 'filter' });
  await gateway.load({} as never);
  const access = {
    caller: { sub: 'test', name: 'test', agency: 'education', roles: [], region: '99' },
    purpose: 'OWN_DUTY',
    reference: null,
    grant: null,
    reasonGiven: false,
  } as const;
  return {
    asked,
    async ask({ query, variables }) {
      asked.length = 0;
      const context = { request: new RequestContext('test', access, () => '', new Deadline(60_000)) };
      return outcome(
        await gateway.execute({
          document: parse(query),
          queryHash: hashOf(query),
          request: { variables },
          context,
        } as never),
      );
    },
  };
}

/** What one server would answer that knew everything. */
async function asOneGraph(schema: GraphQLSchema, { query, variables }: Operation) {
  const resolvers = Object.values(SUBGRAPHS).map((one) => one.resolvers as Record<string, Record<string, unknown>>);
  const result = await execute({
    schema,
    document: parse(query),
    variableValues: variables,
    typeResolver: ({ __typename }: { __typename: string }) => __typename,
    fieldResolver: (source, args, _context, { parentType, fieldName }) => {
      const [resolver] = resolvers.flatMap((one) => one[parentType.name]?.[fieldName] ?? []);
      const value =
        typeof resolver === 'function' ? resolver({ size: 100 + Number(source?.id), ...source }, args) : undefined;
      return resolver === undefined ? source?.[fieldName] : value;
    },
  });
  return outcome(result);
}

let library: Awaited<ReturnType<typeof libraryGateway>>;
let own: Awaited<ReturnType<typeof ownGateway>>;
beforeAll(async () => {
  library = await libraryGateway();
  own = await ownGateway();
});

test('plans are carried out to the same answers as by the library that made them', async () => {
  console.log(`${OPERATIONS} generated operations; SEED=${SEED}`);
  const writer = new OperationWriter(library.schema, new Choices(SEED));
  let several = 0;
  for (let count = 0; count < OPERATIONS; count += 1) {
    const operation = writer.operation();
    const expected = await library.ask(operation);
    const found = await own.ask(operation);
    if (own.asked.length > 1) several += 1;
    // The order of fields is the specification's, which the library does not keep where fragments overlap.
    if (isDeepStrictEqual(plain(found), plain(expected))) continue;
    // It loses a field now and then, too, and with it a null that must not be there.
    const whole = await asOneGraph(library.schema, operation);
    if (!isDeepStrictEqual(plain(found), plain(whole)))
      throw new Error(`SEED=${SEED}\n${operation.query}\n${JSON.stringify([operation.variables, found, expected])}`);
  }
  expect(several).toBeGreaterThan(OPERATIONS / 4);
});

test('an agency is asked about the same object once, wherever it stands', async () => {
  await own.ask({ query: '{ people { friends { ... on Pupil { marks } } } }', variables: {} });
  const [fetch, ...more] = own.asked.filter(({ name }) => name === 'school');
  expect(more).toEqual([]);
  expect(
    (fetch as { variables: { representations: { id: string }[] } }).variables.representations
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['1', '3']);
});

test('what two subgraphs know of the same part is put together, in lists too', async () => {
  const { data } = await own.ask({ query: '{ must { home { street bus } homes { bus street } } }', variables: {} });
  const both = (id: string) => ({ street: `street ${id}`, bus: `bus ${id}` });
  expect(data).toEqual({ must: { home: both('1'), homes: [both('1'), both('1 too')] } });
});

test('names that every object inherits are names like others', async () => {
  const query = '{ must { constructor: name __proto__: id toString: firm desk } }';
  const { data } = await own.ask({ query, variables: {} });
  expect(JSON.stringify(data)).toBe(
    '{"must":{"constructor":"name 1","__proto__":"1","toString":"firm","desk":"desk for 101"}}',
  );
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
