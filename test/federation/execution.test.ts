import { createHash } from 'node:crypto';
import { composeServices } from '@apollo/composition';
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
import { asOneGraph, PEOPLE, peopleAgencies } from '../support/people-graph';
import { composed, type SmallFederation, smallFederation } from '../support/small-federation';

const OPERATIONS = 100;
const schemas = new Map<string, GraphQLSchema>(
  Object.entries(PEOPLE).map(([name, { sdl, resolvers }]) => [
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
  Object.entries(PEOPLE).map(([name, { sdl }]) => ({ name, typeDefs: parse(sdl), url: 'http://nowhere' })),
);

const RULES: GatewayRules = { version: 'test', agencies: [], rules: new AccessRules([]), masked: new Map() };

interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

interface Outcome {
  readonly data: unknown;
  readonly failed: boolean;
}

type Ask = (operation: Operation) => Promise<Outcome>;

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const outcome = ({ data, errors = [] }: { data?: unknown; errors?: readonly unknown[] | undefined }) => ({
  data,
  failed: errors.length > 0,
});

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

let own: Awaited<ReturnType<typeof ownGateway>>;
let labelled: SmallFederation;
beforeAll(async () => {
  own = await ownGateway();
  labelled = await smallFederation(peopleAgencies());
});
afterAll(() => labelled?.close());

async function likeOneServer(
  schema: GraphQLSchema,
  ask: (operation: Operation) => Promise<Outcome | undefined>,
): Promise<void> {
  console.log(`${OPERATIONS} generated operations; SEED=${SEED}`);
  const writer = new OperationWriter(schema, new Choices(SEED));
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

test('operations are answered as by one server that knows everything', async () => {
  let several = 0;
  await likeOneServer(readSupergraph(supergraphSdl, 'none').schema, async (operation) => {
    const found = await own.ask(operation);
    if (own.asked.length > 1) several += 1;
    return found;
  });
  expect(several).toBeGreaterThan(OPERATIONS / 4);
});

test('so they are where agencies guard what is labelled, and the gateway checks what they answer', async () => {
  const { sdl = '' } = composed(peopleAgencies());
  let limited = 0;
  await likeOneServer(readSupergraph(sdl).schema, async ({ query, variables }) => {
    const { body } = await labelled.ask(query, variables);
    if (/^OPERATION_TOO_/.test(body.errors?.[0].extensions.code)) {
      limited += 1;
      return undefined;
    }
    expect(body.extensions?.access?.unavailable ?? [query, body]).toEqual([]);
    return outcome(body);
  });
  expect(limited).toBeLessThan(OPERATIONS / 4);
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
