import type { ApolloGateway } from '@apollo/gateway';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { type GraphQLSchema, getOperationAST, Kind, print } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';
import { LRUCache } from 'lru-cache';
import { failure } from '../../shared/errors';
import type { AccessMode } from '../access/access-mode';
import { type FilteredOperation, filterOperation, type Removed } from '../access/filter-operation';
import { pseudonymsNamed } from '../access/pseudonyms-named';
import type { Requirements } from '../access/requirements';
import { restoreShape } from '../access/restore-shape';
import type { GatewayRules } from '../access/rule-bundle';
import { type Verdicts, verdictsBy } from '../access/verdicts';
import type { EngineContext } from '../graphql-engine';

type Loaded = Awaited<ReturnType<GatewayInterface['load']>>;
type Executor = NonNullable<Loaded['executor']>;

export interface FilteringOptions {
  readonly requirements: Requirements;
  readonly rules: GatewayRules;
  readonly mode: AccessMode;
}

const REMEMBERED_OPERATIONS = 2_000;
/** Of all their texts together: parsed, an operation takes a hundred times as much memory. */
const REMEMBERED_CHARACTERS = 2_000_000;

/**
 * Puts the access rules in front of planner and executor. The operation that they get is the one that this caller may
 * have answered, under a hash of its own: a plan is shared only by callers who are left with the same operation.
 */
export function filteringGateway(gateway: ApolloGateway, options: FilteringOptions): GatewayInterface {
  return {
    async load(loadOptions) {
      const { schema, executor } = await gateway.load(loadOptions);
      return { schema, executor: filteringExecutor(schema as GraphQLSchema, executor as Executor, options) };
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback as never),
    stop: () => gateway.stop(),
  };
}

function filteringExecutor(
  schema: GraphQLSchema,
  execute: Executor,
  { requirements, rules, mode }: FilteringOptions,
): Executor {
  const verdictsOf = verdictsBy(requirements, rules);
  const filter = rememberingFilter(schema);
  return async (requestContext) => {
    const { document, queryHash, request } = requestContext;
    const { request: context } = requestContext.context as EngineContext;
    const operation = getOperationAST(document, request.operationName);
    if (operation == null) throw failure('OPERATION_RESOLUTION_FAILURE');
    const verdicts = verdictsOf(rules.rules.decisionsFor(context.access));
    const filtered = filter({ document, operation, queryHash, operationName: request.operationName, verdicts });
    if (!filtered.changed) return execute(requestContext);

    const { coerced: variables, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      request.variables ?? {},
    );
    if (variables === undefined) return { errors: [...(errors ?? [])] };
    const refused = filtered.removed.filter((one) => wasAskedFor(one, variables));
    const denied = refused.filter(({ refusal }) => refusal === 'DENIED');
    if (mode === 'dry-run') {
      for (const one of denied) context.noteWouldDeny(one);
      return execute(requestContext);
    }
    context.looks.refusedEarly(refused, pseudonymsNamed(operation, variables));
    for (const one of denied) context.noteDenied(one);
    if (mode === 'reject' && denied.length > 0) return { data: null };

    const answer =
      filtered.document === null || filtered.operation === null
        ? { data: {} }
        : await execute({
            ...requestContext,
            document: filtered.document,
            operation: filtered.operation,
            queryHash: filtered.queryHash,
          });
    if (answer.data === undefined) return answer;
    return { ...answer, data: restoreShape(answer.data ?? null, { schema, document, operation, variables, verdicts }) };
  };
}

interface Filterable {
  readonly document: Parameters<typeof filterOperation>[1];
  readonly operation: Parameters<typeof filterOperation>[2];
  readonly queryHash: string;
  readonly operationName: string | undefined;
  readonly verdicts: Verdicts;
}

/** Filters an operation once for all callers who are refused the same. */
export function rememberingFilter(schema: GraphQLSchema): (filterable: Filterable) => FilteredOperation {
  const known = new LRUCache<string, FilteredOperation>({
    max: REMEMBERED_OPERATIONS,
    maxSize: REMEMBERED_CHARACTERS,
  });
  return ({ document, operation, queryHash, operationName = '', verdicts }) => {
    const key = `${queryHash} ${verdicts.signature} ${operationName}`;
    let filtered = known.get(key);
    if (filtered === undefined) {
      filtered = filterOperation(schema, document, operation, queryHash, verdicts);
      known.set(key, filtered, { size: document.loc?.end ?? print(document).length });
    }
    return filtered;
  };
}

function wasAskedFor({ conditions }: Removed, variables: Readonly<Record<string, unknown>>): boolean {
  return conditions.every(({ if: condition, passes }) => {
    if (condition.kind === Kind.VARIABLE) return variables[condition.name.value] === passes;
    return condition.kind === Kind.BOOLEAN && condition.value === passes;
  });
}
