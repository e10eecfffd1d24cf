import { createHash } from 'node:crypto';
import { composeServices } from '@apollo/composition';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  NoUnusedVariablesRule,
  parse,
  print,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { readRequirements } from '../../gateway/access/requirements';
import type { GatewayRules } from '../../gateway/access/rule-bundle';
import { type StaticDecisions, staticDecisionsBy } from '../../gateway/access/static-decisions';
import { NO_CONDITIONS } from '../../gateway/federation/execution/collect-fields';
import { plannedOperation } from '../../gateway/federation/execution/planned-operation';
import type { PlanExecutor } from '../../gateway/federation/plan-executor';
import { authorizingGateway } from '../../gateway/graphql/authorizing-executor';
import { Deadline } from '../../gateway/request/deadline';
import { RequestContext } from '../../gateway/request/request-context';
import { readAgencyRules } from '../../shared/access/agency-rules';
import type { Denied } from '../../shared/access/answers';
import { AccessRules } from '../../shared/access/decide';
import type { Coordinate } from '../../shared/access/labels';
import { ROLES, type Role } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import { preparedOperation } from './prepared';

/**
 * Each role opens the data class of its name, so roles state what is open. Everyone may read `open`; `closed` is
 * refused visibly and `silent` as absent.
 */
const CLASSES = [...ROLES, 'open', 'closed', 'silent'];
const CATALOGUE = `classes:
${CLASSES.map((name) => `  education.${name}: { name: 测试, grade: general, basis: test, refusal: ${name === 'silent' ? 'absent' : 'denied'} }`).join('\n')}
plain: []
`;
const OPEN = `@id("education.open") @basis("test")
permit (principal, action == Action::"read", resource in DataClass::"education.open");`;
const BY_ROLE = ROLES.map(
  (role) => `@id("education.${role}") @basis("test")
permit (principal in Role::"${role}", action == Action::"read", resource in DataClass::"education.${role}");`,
);

const AGENCIES = [readAgencyRules('education', { catalogue: CATALOGUE, policies: [OPEN, ...BY_ROLE].join('\n') })];
const RULES: GatewayRules = {
  version: 'test',
  agencies: AGENCIES,
  rules: new AccessRules(AGENCIES),
  masked: new Map(),
};

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])';

export interface SmallAnswer {
  /** As JSON, to compare the order of keys. */
  readonly json: string;
  readonly denied: readonly Denied[];
  /** The executed operation; null if nothing was left. */
  readonly executed: string | null;
  readonly errors: readonly string[];
}

export interface SmallAsk {
  /** Replaces the graph's data. */
  readonly data?: unknown;
  readonly roles?: readonly Role[];
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export interface SmallGraph {
  readonly schema: GraphQLSchema;
  staticDecisionsFor(roles: readonly Role[]): StaticDecisions;
  /** Filters an operation, executes the rest with graphql-js on plain data, and restores the answer. */
  ask(query: string, options?: SmallAsk): Promise<SmallAnswer>;
}

export interface SmallGraphOptions {
  /** Called for each resolved field. */
  readonly onResolve?: (coordinate: Coordinate) => void;
}

/** @param sdl one agency's labelled types. */
export function smallGraph(sdl: string, ownData: unknown, { onResolve }: SmallGraphOptions = {}): SmallGraph {
  const requirements = readRequirements(parse(composed(`${LINK} ${sdl}`)));
  const schema = buildSchema(`directive @policy(policies: [[String!]!]!) on OBJECT | FIELD_DEFINITION ${sdl}`);
  const settle = staticDecisionsBy(requirements, RULES);

  const ask: SmallGraph['ask'] = async (
    query,
    { roles = [], variables, operationName, data: rootValue = ownData } = {},
  ) => {
    const document = parse(query);
    const faults = validate(schema, document);
    if (faults.length > 0) throw new Error(`Not an operation on this schema: ${faults.join('; ')}`);
    let executed: DocumentNode | null = null;
    const engine: PlanExecutor = {
      gateway: {
        load: async () => ({ schema }),
        onSchemaLoadOrUpdate: () => () => undefined,
        stop: async () => undefined,
      },
      validate: async () => [],
      inTurn: (_caller, work) => work(),
      async execute(operation) {
        executed = operation.document;
        const { data, errors = [] } = await execute({
          schema,
          document: withTypes(plannedOperation(operation, NO_CONDITIONS).document),
          operationName,
          variableValues: variables,
          rootValue: rootValue,
          fieldResolver: (source, args, _context, { parentType, fieldName }) => {
            onResolve?.(`${parentType.name}.${fieldName}`);
            const value = source[fieldName];
            return typeof value === 'function' ? value(args) : value;
          },
        });
        return { data: data ?? {}, errors };
      },
    };
    const gateway = authorizingGateway(engine, {
      requirements,
      rules: RULES,
      mode: 'filter',
    });
    const { executor } = await gateway.load({} as never);
    const sent = preparedOperation(query, operationName);
    const context = new RequestContext({
      requestId: 'test',
      access: contextOf(roles),
      signContext: () => '',
      deadline: new Deadline(10_000),
      sent,
    });
    context.operation = sent;
    const answer = await executor?.({
      document,
      queryHash: createHash('sha256').update(query).digest('hex'),
      request: { query, variables, operationName },
      context: { context },
    } as never);
    const left = executed as DocumentNode | null;
    if (left !== null) {
      // Unused variables are permitted, as by the planner. Otherwise the rest must be valid.
      const validation = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);
      const found = validate(schema, left, validation);
      if (found.length > 0) throw new Error(`What is left is no operation: ${found.join('; ')}\n${print(left)}`);
    }
    return {
      json: JSON.stringify(answer?.data),
      denied: context.denied,
      executed: left && print(left),
      errors: (answer?.errors ?? []).map(({ message }) => message),
    };
  };
  return {
    schema,
    staticDecisionsFor: (roles: readonly Role[]) => settle(RULES.rules.decisionsFor(contextOf(roles))),
    ask,
  };
}

/** Adds `__typename` to every object, as plans do. */
const withTypes = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Field: {
      leave: (field) =>
        field.selectionSet && {
          ...field,
          selectionSet: { ...field.selectionSet, selections: [TYPENAME, ...field.selectionSet.selections] },
        },
    },
  });

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function composed(sdl: string): string {
  const { supergraphSdl, errors } = composeServices([{ name: 'education', typeDefs: parse(sdl) }]);
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('; '));
  return supergraphSdl;
}

const contextOf = (roles: readonly Role[]): AccessContext => ({
  caller: { sub: 'test', name: 'test', agency: 'education', roles, region: '990101' },
  purpose: 'OWN_DUTY',
  reference: null,
  grant: null,
  reasonGiven: false,
});
