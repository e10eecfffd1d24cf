import type { GatewayExecutionResult, GatewayInterface } from '@apollo/server-gateway-interface';
import { type GraphQLSchema, Kind } from 'graphql';
import { getVariableValues } from 'graphql/execution/values';
import { LRUCache } from 'lru-cache';
import { failure } from '../../shared/protocol/errors';
import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';
import type { AccessMode } from '../access/access-mode';
import { type FilteredOperation, filterOperation, type Removed } from '../access/filter-operation';
import type { Requirements } from '../access/requirements';
import type { GatewayRules } from '../access/rule-bundle';
import { type StaticDecisions, staticDecisionsBy } from '../access/static-decisions';
import { mayStandIn, untold } from '../federation/execution/gaps';
import { type ResponseShape, responseShape } from '../federation/execution/response-shape';
import type { PlanExecutor } from '../federation/plan-executor';
import { weightOf } from '../limits/document-weight';
import { childIdsInOperation } from '../request/child-ids-in-operation';
import type { PreparedOperation } from '../request/prepared-document';
import type { RequestContext } from '../request/request-context';
import type { ApolloContext } from './apollo-server';
import { introspected } from './introspected';

/** A valid operation with its variables and its request. */
export interface RunningOperation {
  readonly operation: PreparedOperation;
  /** As sent. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: RequestContext;
}

export type Execute = (operation: RunningOperation) => Promise<GatewayExecutionResult>;

export interface AuthorizingOptions {
  readonly requirements: Requirements;
  readonly rules: GatewayRules;
  readonly mode: AccessMode;
  /** Hits and misses of the cache of filtered operations. */
  readonly use?: CacheUse | undefined;
}

/** The most shapes kept of one operation. Its `@skip` and `@include` can need more, by values that the caller chooses. */
const REMEMBERED_SHAPES = 16;

/** The most characters kept of one operation, as filtered for all kinds of callers together. */
const VARIANTS = 500_000;

/**
 * Applies the access rules before planning and execution, as the gateway of Apollo Server. Only the part of the operation
 * that this caller may be answered is planned: callers share a plan only if the same part is left to them.
 */
export function authorizingGateway(engine: PlanExecutor, options: AuthorizingOptions): GatewayInterface {
  const { gateway } = engine;
  return {
    async load(loadOptions) {
      const { schema } = await gateway.load(loadOptions);
      const execute = authorizingExecutor(schema, engine, options);
      const executor = (running: unknown) => {
        const { request, context: handed } = running as ApolloOperation;
        const { context } = handed;
        if (context.operation === null) throw failure('OPERATION_RESOLUTION_FAILURE');
        return execute({ operation: context.operation, variables: request.variables ?? {}, context });
      };
      return { schema, executor };
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
  };
}

/** The properties used here: Apollo Server's type of a gateway's executor has no type for the context. */
interface ApolloOperation {
  readonly request: { readonly variables?: Readonly<Record<string, unknown>> | undefined };
  readonly context: ApolloContext;
}

/** @param schema that clients see. */
export function authorizingExecutor(
  schema: GraphQLSchema,
  engine: Pick<PlanExecutor, 'execute'>,
  { requirements, rules, mode, use }: AuthorizingOptions,
): Execute {
  const staticDecisionsOf = staticDecisionsBy(requirements, rules);
  const filter = rememberingFilter(schema, use);
  return async ({ operation: sent, variables, context }) => {
    const { operation, prepared } = sent;
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (coerced === undefined) return { errors: [...(errors ?? [])] };
    const decisions = staticDecisionsOf(rules.rules.decisionsFor(context.access));
    const filtered = filter(sent, decisions);

    if (filtered.changed) {
      const refused = filtered.removed.filter((one) => wasAskedFor(one, coerced));
      const denied = refused.filter(({ refusal }) => refusal === 'DENIED');
      if (mode === 'dry-run') {
        for (const one of denied) context.noteWouldDeny(one);
      } else {
        context.accesses.refusedEarly(refused, childIdsInOperation(sent, coerced));
        for (const one of denied) context.noteDenied(one);
        if (mode === 'reject' && denied.length > 0) return { data: null };
      }
    }
    const open = mode === 'dry-run';
    const left = open ? { document: sent.document, operation } : executable(filtered);
    const operationName = operation.name?.value;
    const executed = left && (await engine.execute({ ...left, operationName, variables, coerced, context }));
    const shape = filtered.shapes.of(prepared.conditions, coerced, () =>
      responseShape({ schema, asked: sent, left, refused: open ? NOTHING : decisions.refused, variables: coerced }),
    );
    if (context.rehearsed) return { data: null };
    const own = prepared.introspects ? await introspected(schema, sent, coerced) : undefined;
    const { data, gaps } = shape(executed?.data ?? {}, own);
    const told = (executed?.errors ?? []).filter(({ path }) => mayStandIn(data, path));
    const further = gaps.length === 0 ? [] : untold(gaps, told, context.denied);
    return told.length + further.length === 0 ? { data } : { data, errors: [...told, ...further] };
  };
}

const NOTHING: ReadonlySet<string> = new Set();

/** The rest to plan; null if there is none. */
const executable = ({ document, operation }: FilteredOperation) =>
  document === null || operation === null ? null : { document, operation };

/** The shapes of one filtered operation, by the outcome of its conditions. */
class Shapes {
  private readonly known = new LRUCache<string, ResponseShape>({ max: REMEMBERED_SHAPES });
  /** The shape of an operation without conditions, as most are. */
  private only: ResponseShape | undefined;

  of(conditions: readonly string[], variables: Readonly<Record<string, unknown>>, make: () => ResponseShape) {
    if (conditions.length === 0) {
      this.only ??= make();
      return this.only;
    }
    const key = conditions.map((name) => variables[name]).join();
    let shape = this.known.get(key);
    if (shape === undefined) {
      shape = make();
      this.known.set(key, shape);
    }
    return shape;
  }
}

/** An operation filtered for one kind of caller. */
export interface FilteredFor extends FilteredOperation {
  /** The shapes of its answers. */
  readonly shapes: Shapes;
}

/**
 * Filters each operation once for all callers with the same refusals, and caches the result with its document. The
 * cache holds at most `VARIANTS` characters per operation, because a client can send it for several purposes.
 */
export function rememberingFilter(
  schema: GraphQLSchema,
  use: CacheUse = uncounted(),
): (operation: PreparedOperation, decisions: StaticDecisions) => FilteredFor {
  const known = new WeakMap<PreparedOperation, LRUCache<string, FilteredFor>>();
  return (operation, decisions) => {
    let variants = known.get(operation);
    if (variants === undefined) {
      variants = new LRUCache({ maxSize: VARIANTS });
      known.set(operation, variants);
    }
    let found = variants.get(decisions.signature);
    if (found !== undefined) {
      use.hits += 1;
      return found;
    }
    use.misses += 1;
    const { document, prepared } = operation;
    found = { ...filterOperation(schema, document, operation.operation, decisions), shapes: new Shapes() };
    const before = variants.calculatedSize;
    variants.set(decisions.signature, found, { size: weightOf(document) * waysOf(prepared.conditions) });
    prepared.grow(variants.calculatedSize - before);
    return found;
  };
}

/** The number of outcomes of conditions, each with a cached shape and plan. */
const waysOf = (conditions: readonly string[]): number => Math.min(REMEMBERED_SHAPES, 2 ** conditions.length);

function wasAskedFor({ conditions }: Removed, variables: Readonly<Record<string, unknown>>): boolean {
  return conditions.every(({ if: condition, passes }) => {
    if (condition.kind === Kind.VARIABLE) return variables[condition.name.value] === passes;
    return condition.kind === Kind.BOOLEAN && condition.value === passes;
  });
}
