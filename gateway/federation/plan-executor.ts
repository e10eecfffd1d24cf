import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { DocumentOperation } from '../request/operation';
import type { RequestContext } from '../request/request-context';
import { conditionKey, conditionsOf, NO_CONDITIONS } from './execution/collect-fields';
import type { Data } from './execution/own';
import { planStep } from './execution/plan-steps';
import { plannedOperation } from './execution/planned-operation';
import type { FetchSource, Step } from './execution/run';
import { typeConditions } from './execution/type-conditions';
import { type PlanObserver, unobservedPlans } from './plan-observer';
import { type Plannable, type Planner, planner } from './planning/planner';
import type { Supergraph } from './supergraph';

/** An operation to plan and execute. */
export interface Executable extends DocumentOperation, Plannable {
  readonly context: RequestContext;
  /** Variables with their defaults, for `@skip` and `@include`. */
  readonly coerced: Readonly<Record<string, unknown>>;
}

export interface Executed {
  /** In the plan's keys: see `planKey` and `responseShape`. */
  readonly data: Data;
  readonly errors: readonly GraphQLError[];
}

/** Plans and executes operations. */
export interface PlanExecutor {
  /** The part of Apollo Server's gateway interface that it implements. */
  readonly gateway: Pick<GatewayInterface, 'onSchemaLoadOrUpdate' | 'stop'> & {
    /** @returns the schema that clients see. */
    load(options: Parameters<GatewayInterface['load']>[0]): Promise<{ readonly schema: GraphQLSchema }>;
  };
  /** Validates an operation against the schema. */
  readonly validate: Planner['validate'];
  readonly inTurn: Planner['inTurn'];
  execute(operation: Executable): Promise<Executed>;
}

/** The most plans kept of one operation. Its `@skip` and `@include` can need more, by values that the caller chooses. */
const REMEMBERED_CONDITIONS = 16;

/**
 * Combines the planner of `@apollo/gateway` with our own executor.
 *
 * @param sourceOf returns the source of a subgraph's fetches; throws for an unknown subgraph.
 */
export function planExecutor(
  supergraph: Supergraph,
  sourceOf: (subgraph: string) => FetchSource<RequestContext>,
  observer: PlanObserver = unobservedPlans(),
  log?: Logger,
): PlanExecutor {
  const { start, validate, plan, inTurn, stop } = planner(
    // The planner merges fetches at one place. If objects of only some types there have what a field requires, the
    // others would not be fetched at all.
    { supergraphSdl: supergraph.loadableSdl, byType: supergraph.hasRequires },
    log,
  );
  const sources = new Map(supergraph.subgraphs.map((name) => [name, sourceOf(name)]));
  const graph = { sources, isOf: typeConditions(supergraph.schema) };

  /** By the operation's node, which lives as long as its cached document; then by its conditions. */
  const known = new WeakMap<
    DocumentOperation['operation'],
    LRUCache<string, Promise<Step<RequestContext> | undefined>>
  >();
  const use = observer.plans;
  const stepOf = (operation: Executable) => {
    // If a condition excludes a field that another field requires, the planner loses both.
    const settled = supergraph.hasRequires ? conditionsOf(operation, operation.coerced) : NO_CONDITIONS;
    const key = conditionKey(settled);
    let steps = known.get(operation.operation);
    if (steps === undefined) {
      steps = new LRUCache({ max: REMEMBERED_CONDITIONS });
      known.set(operation.operation, steps);
    }
    let step = steps.get(key);
    if (step !== undefined) use.hits += 1;
    else {
      use.misses += 1;
      const { document } = plannedOperation(operation, settled);
      const { operationName, variables, context } = operation;
      const { sub } = context.access.caller;
      step = observer
        .planned(() => plan({ document, operationName, variables }, sub))
        .then(({ node }) => {
          if (node?.kind === 'Subscription') throw new Error('Subscriptions are not supported.');
          return node && planStep(node, graph);
        });
      steps.set(key, step);
      const remembered = steps;
      step.catch(() => remembered.delete(key));
    }
    return step;
  };
  const listeners = new Set<SchemaListener>();
  return {
    gateway: {
      async load() {
        const schema = await start();
        for (const listener of listeners) listener({ apiSchema: schema, coreSupergraphSdl: supergraph.loadableSdl });
        return { schema };
      },
      onSchemaLoadOrUpdate(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stop,
    },
    validate,
    inTurn,
    async execute(operation) {
      const { context, variables, coerced } = operation;
      const step = await stepOf(operation);
      if (context.rehearsed) return { data: {}, errors: [] };
      const run = { context, variables, coerced, data: {}, errors: [] };
      await step?.(run, [run.data]);
      return { data: run.data, errors: inOrder(run.errors) };
    },
  };
}

type SchemaListener = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0];

/** Sorts errors independently of which subgraph answered first, because response times can depend on hidden facts. */
function inOrder(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  if (errors.length < 2) return errors;
  const keyed = errors.map((error) => ({ error, key: JSON.stringify([error.extensions.agency, error.path]) }));
  return keyed.sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0)).map(({ error }) => error);
}
