import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { type DocumentNode, type GraphQLSchema, getOperationAST, Kind } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';
import { LRUCache } from 'lru-cache';
import { documentCache } from '../../shared/protocol/document-cache';
import { failure } from '../../shared/protocol/errors';
import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';
import type { AccessMode } from '../access/access-mode';
import { type FilteredOperation, filterOperation, type Removed } from '../access/filter-operation';
import type { Requirements } from '../access/requirements';
import type { GatewayRules } from '../access/rule-bundle';
import { type StaticDecisions, staticDecisionsBy } from '../access/static-decisions';
import { conditionVariables } from '../federation/execution/condition-variables';
import { mayStandIn, untold } from '../federation/execution/gaps';
import { type ResponseShape, responseShape, type ShapeOptions } from '../federation/execution/response-shape';
import type { PlanExecutor } from '../federation/plan-executor';
import { weightOf } from '../limits/document-weight';
import { childIdsInOperation } from '../request/child-ids-in-operation';
import type { EngineContext } from '../request/engine-context';
import { introspected } from './introspected';
import { introspects } from './introspection';

/** An operation that was parsed and found valid. */
export interface ValidOperation {
  readonly document: DocumentNode;
  readonly queryHash: string;
  readonly request: {
    readonly operationName?: string | undefined;
    readonly variables?: Readonly<Record<string, unknown>> | undefined;
  };
  readonly context: EngineContext;
}

export type Execute = (operation: ValidOperation) => Promise<GatewayExecutionResult>;

export interface AuthorizingGateway extends GatewayInterface {
  /** Once it is loaded. */
  readonly execute: Execute;
}

export interface AuthorizingOptions {
  readonly requirements: Requirements;
  readonly rules: GatewayRules;
  readonly mode: AccessMode;
  /** Of what is remembered of operations, by kind of caller. */
  readonly use?: CacheUse | undefined;
}

/** Of one operation: whoever sends it chooses its conditions. */
const REMEMBERED_SHAPES = 16;

/**
 * Puts the access rules in front of planner and executor. The operation that they get is the one that this caller may
 * have answered: a plan is shared only by callers who are left with the same operation.
 */
export function authorizingGateway(engine: PlanExecutor, options: AuthorizingOptions): AuthorizingGateway {
  const { gateway } = engine;
  let execute: Execute = () => Promise.reject(failure('NOT_READY'));
  return {
    execute: (operation) => execute(operation),
    async load(loadOptions) {
      const { schema } = await gateway.load(loadOptions);
      execute = authorizingExecutor(schema, engine, options);
      const executor = (operation: unknown) => {
        const { context } = operation as ValidOperation;
        return context.executed === undefined
          ? execute(operation as ValidOperation)
          : Promise.resolve(context.executed);
      };
      return { schema, executor };
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
  };
}

function authorizingExecutor(
  schema: GraphQLSchema,
  engine: PlanExecutor,
  { requirements, rules, mode, use }: AuthorizingOptions,
): Execute {
  const staticDecisionsOf = staticDecisionsBy(requirements, rules);
  const filter = rememberingFilter(schema, use);
  const shapeOf = rememberingShapes(schema);
  return async ({ document, queryHash, request, context }) => {
    const { operationName, variables = {} } = request;
    const operation = getOperationAST(document, operationName);
    if (operation == null) throw failure('OPERATION_RESOLUTION_FAILURE');
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (coerced === undefined) return { errors: [...(errors ?? [])] };
    const decisions = staticDecisionsOf(rules.rules.decisionsFor(context.request.access));
    const filtered = filter({ document, operation, queryHash, operationName, decisions });

    if (filtered.changed) {
      const refused = filtered.removed.filter((one) => wasAskedFor(one, coerced));
      const denied = refused.filter(({ refusal }) => refusal === 'DENIED');
      if (mode === 'dry-run') {
        for (const one of denied) context.request.noteWouldDeny(one);
      } else {
        context.request.accesses.refusedEarly(refused, childIdsInOperation({ document, operation }, coerced));
        for (const one of denied) context.request.noteDenied(one);
        if (mode === 'reject' && denied.length > 0) return { data: null };
      }
    }
    const asked = { document, operation };
    const open = mode === 'dry-run';
    const left = open ? asked : executable(filtered);
    const executed = left && (await engine.execute({ ...left, operationName, variables, coerced, context }));
    const shape = shapeOf(filtered, { asked, left, refused: open ? NOTHING : decisions.refused, variables: coerced });
    const own = introspects(document) ? await introspected(schema, asked, coerced) : undefined;
    if (context.rehearsed) return { data: null };
    const { data, gaps } = shape(executed?.data ?? {}, own);
    const told = (executed?.errors ?? []).filter(({ path }) => mayStandIn(data, path));
    const further = gaps.length === 0 ? [] : untold(gaps, told, context.request.denied);
    return told.length + further.length === 0 ? { data } : { data, errors: [...told, ...further] };
  };
}

const NOTHING: ReadonlySet<string> = new Set();

/** What is left to plan; null where nothing is. */
const executable = ({ document, operation }: FilteredOperation) =>
  document === null || operation === null ? null : { document, operation };

/** Works shapes out once for what was left of an operation, and for each way that its conditions can go. */
function rememberingShapes(
  schema: GraphQLSchema,
): (filtered: FilteredOperation, options: Omit<ShapeOptions, 'schema'>) => ResponseShape {
  const known = new WeakMap<FilteredOperation, LRUCache<string, ResponseShape>>();
  return (filtered, options) => {
    let shapes = known.get(filtered);
    if (shapes === undefined) {
      shapes = new LRUCache({ max: REMEMBERED_SHAPES });
      known.set(filtered, shapes);
    }
    const conditions = conditionVariables(options.asked.document);
    const key = conditions.map((name) => options.variables[name]).join();
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = responseShape({ schema, ...options });
      shapes.set(key, shape);
    }
    return shape;
  };
}

interface Filterable {
  readonly document: Parameters<typeof filterOperation>[1];
  readonly operation: Parameters<typeof filterOperation>[2];
  readonly queryHash: string;
  readonly operationName: string | undefined;
  readonly decisions: StaticDecisions;
}

/** Filters an operation once for all callers who are refused the same. */
export function rememberingFilter(
  schema: GraphQLSchema,
  use: CacheUse = uncounted(),
): (filterable: Filterable) => FilteredOperation {
  const known = documentCache<FilteredOperation>();
  return ({ document, operation, queryHash, operationName = '', decisions }) => {
    const key = `${queryHash} ${decisions.signature} ${operationName}`;
    let filtered = known.get(key);
    if (filtered !== undefined) use.hits += 1;
    else {
      use.misses += 1;
      filtered = filterOperation(schema, document, operation, decisions);
      known.set(key, filtered, { size: weightOf(document) * waysOf(document) });
    }
    return filtered;
  };
}

/** In how many ways conditions can go: shapes and plans of each are remembered along with what was left. */
const waysOf = (document: DocumentNode): number =>
  Math.min(REMEMBERED_SHAPES, 2 ** conditionVariables(document).length);

function wasAskedFor({ conditions }: Removed, variables: Readonly<Record<string, unknown>>): boolean {
  return conditions.every(({ if: condition, passes }) => {
    if (condition.kind === Kind.VARIABLE) return variables[condition.name.value] === passes;
    return condition.kind === Kind.BOOLEAN && condition.value === passes;
  });
}
