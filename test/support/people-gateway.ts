import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { GatewayRules } from '../../gateway/access/rule-bundle';
import type { FetchResult } from '../../gateway/federation/execution/run';
import { planExecutor } from '../../gateway/federation/plan-executor';
import { readSupergraph } from '../../gateway/federation/supergraph';
import { authorizingExecutor } from '../../gateway/graphql/authorizing-executor';
import { Deadline } from '../../gateway/request/deadline';
import { RequestContext } from '../../gateway/request/request-context';
import { AccessRules } from '../../shared/access/decide';
import { PEOPLE } from './people-graph';
import { preparedOperation } from './prepared';

const RULES: GatewayRules = { version: 'test', agencies: [], rules: new AccessRules([]), masked: new Map() };

/** A gateway for the people's graph without labels, whose subgraphs' answers are not checked. */
export interface PeopleGateway {
  readonly schema: GraphQLSchema;
  ask(operation: {
    readonly query: string;
    readonly variables: Readonly<Record<string, unknown>>;
  }): Promise<{ readonly data?: unknown; readonly errors?: readonly GraphQLError[] }>;
  /** Requests to subgraphs since the last call of `ask`. */
  readonly asked: readonly { readonly name: string; readonly variables: unknown }[];
  stop(): Promise<void>;
}

/** @param spoil changes a subgraph's answer. @param subgraphs replaces the people's. */
export async function peopleGateway(
  spoil: (result: FetchResult) => FetchResult = (result) => result,
  subgraphs = PEOPLE,
): Promise<PeopleGateway> {
  const parts = Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => {
    const typeDefs = parse(sdl);
    return {
      name,
      typeDefs,
      url: 'http://nowhere',
      schema: buildSubgraphSchema({ typeDefs, resolvers: resolvers as never }),
    };
  });
  const schemas = new Map(parts.map(({ name, schema }) => [name, schema]));
  const { supergraphSdl = '' } = composeServices(parts);
  const answer = async (name: string, query: string, variables: unknown): Promise<FetchResult> => {
    const schema = schemas.get(name) as GraphQLSchema;
    const result = await execute({ schema, document: parse(query), variableValues: variables as never });
    return JSON.parse(JSON.stringify(result));
  };
  const asked: { name: string; variables: unknown }[] = [];
  const supergraph = readSupergraph(supergraphSdl, 'none');
  const engine = planExecutor(supergraph, (name) => ({
    async process({ request: { query, variables } }) {
      asked.push({ name, variables });
      return spoil(await answer(name, query, variables));
    },
  }));
  const requirements = { byField: new Map(), containers: new Map(), own: new Map(), toExist: new Map() };
  const { schema } = await engine.gateway.load({} as never);
  const run = authorizingExecutor(schema, engine, { requirements, rules: RULES, mode: 'filter' });
  const access = {
    caller: { sub: 'test', name: 'test', agency: 'education', roles: [], region: '99' },
    purpose: 'OWN_DUTY',
    reference: null,
    grant: null,
    reasonGiven: false,
  } as const;
  return {
    schema: supergraph.schema,
    asked,
    stop: () => engine.gateway.stop(),
    async ask({ query, variables }) {
      asked.length = 0;
      const operation = preparedOperation(query);
      const context = new RequestContext({
        requestId: 'test',
        access,
        signContext: () => '',
        deadline: new Deadline(60_000),
        sent: operation,
      });
      return run({ operation, variables, context });
    },
  };
}
