import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActiveGraph } from './active-graph';
import type { UsedOperation } from './operation-stats';

/** In numbers of operations. */
export interface WarmUp {
  readonly planned: number;
  /** No longer operations on this graph. */
  readonly invalid: number;
  /** Not come to in time. */
  readonly left: number;
}

const LIMIT_MILLISECONDS = 30_000;

/**
 * Plans operations on a graph before it is served. What follows from a plan is worked out on the thread of the requests, so
 * that everything else has its turn after each.
 *
 * @param unwanted whether the rest may as well be left.
 */
export async function warmUp(
  graph: ActiveGraph,
  operations: readonly UsedOperation[],
  unwanted: () => boolean,
): Promise<WarmUp> {
  const deadline = performance.now() + LIMIT_MILLISECONDS;
  let planned = 0;
  let invalid = 0;
  for (const operation of operations) {
    if (unwanted() || performance.now() > deadline) break;
    if (await graph.rehearse(operation)) planned += 1;
    else invalid += 1;
    await nextTurn();
  }
  return { planned, invalid, left: operations.length - planned - invalid };
}
