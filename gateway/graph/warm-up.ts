import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActiveGraph } from './active-graph';
import type { UsedOperation } from './operation-stats';

/** Numbers of operations. */
export interface WarmUp {
  readonly planned: number;
  /** No longer valid on this graph. */
  readonly invalid: number;
  /** Not reached in time. */
  readonly left: number;
}

const LIMIT_MILLISECONDS = 30_000;

/**
 * Plans operations on a graph before it is served. Processing a plan blocks the thread that serves requests, so that
 * other work gets a turn after each operation.
 *
 * @param unwanted whether to stop early.
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
