import { buildSchema, type DocumentNode, type GraphQLFormattedError, type GraphQLSchema, print } from 'graphql';
import type { Logger } from 'pino';
import { documentCache, reweigh } from '../../../shared/protocol/document-cache';
import type { QueryPlan } from '../execution/plan';
import { FairQueue } from './fair-queue';
import { type PlanningGraph, type PlanningTask, planOf } from './planning-task';
import { PlanningWorker } from './planning-worker';

/** An operation to plan. */
export interface Plannable {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** As sent; plans do not depend on them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Validates and plans operations on one supergraph in a thread of its own; callers take turns. */
export interface Planner {
  /** @returns the schema that clients see. @throws if the planner refuses the supergraph. */
  start(): Promise<GraphQLSchema>;
  /**
   * Validates an operation, which must be GraphQL within the limits.
   *
   * @param caller whose turn it takes.
   * @throws RATE_LIMITED, PLANNING_BUSY
   */
  validate(query: string, caller: string): Promise<readonly GraphQLFormattedError[]>;
  /**
   * Plans an operation. Equal operations share a plan.
   *
   * @param caller whose turn it takes.
   * @throws RATE_LIMITED, PLANNING_BUSY, or if the planner refuses the operation.
   */
  plan(operation: Plannable, caller: string): Promise<QueryPlan>;
  /**
   * Runs preparatory work on this thread in the caller's turn.
   *
   * @throws RATE_LIMITED, PLANNING_BUSY
   */
  inTurn<Result>(caller: string, work: () => Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

/** The most tasks that may wait. Each takes some milliseconds, so the last one waits for some seconds. */
const WAITING = { perCaller: 32, inAll: 256 };

export function planner(graph: PlanningGraph, log?: Logger): Planner {
  const worker = new PlanningWorker(graph, log);
  const queue = new FairQueue(WAITING);
  const plans = documentCache<Promise<QueryPlan>>();

  const run = async (task: PlanningTask, caller: string) => {
    const result = await queue.run(caller, () => worker.run(task));
    if (result.kind === 'refused') throw new Error(result.message);
    return result;
  };
  const planned = async (task: PlanningTask, caller: string): Promise<string> => {
    const result = await run(task, caller);
    if (result.kind !== 'plan') throw new Error('The planner returned another kind of result.');
    return result.plan;
  };
  return {
    start: async () => buildSchema(await worker.start(), { assumeValid: true }),
    async validate(query, caller) {
      const result = await run({ kind: 'validate', query }, caller);
      if (result.kind !== 'validate') throw new Error('The planner returned another kind of result.');
      return result.faults;
    },
    plan({ document, operationName, variables }, caller) {
      const query = print(document);
      const key = `${operationName ?? ''}\0${query}`;
      const known = plans.get(key);
      if (known !== undefined) return known;
      const written = planned({ kind: 'plan', query, operationName, variables }, caller);
      const plan = written.then(planOf);
      plans.set(key, plan);
      written.then(
        ({ length }) => reweigh(plans, key, plan, length),
        () => plans.delete(key),
      );
      return plan;
    },
    inTurn: (caller, work) => queue.run(caller, work),
    stop: () => worker.stop(),
  };
}
