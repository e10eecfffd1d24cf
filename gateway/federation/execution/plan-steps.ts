import { entityFetches, rootFetch, sourceOf } from './fetches';
import { objectsAt, type PathStep, pathSteps } from './paths';
import type { FetchNode, FlattenNode, PlanNode } from './plan';
import type { FetchSource, Step } from './run';
import type { TypeConditions } from './type-conditions';

/** The graph that plans are executed on. */
export interface PlannedGraph<Context> {
  readonly sources: ReadonlyMap<string, FetchSource<Context>>;
  readonly isOf: TypeConditions;
}

/**
 * Compiles a node of a query plan to a step, which serves all executions.
 *
 * @throws for `@defer`, which this gateway does not support.
 */
export function planStep<Context>(
  node: PlanNode,
  graph: PlannedGraph<Context>,
  path: readonly PathStep[] = [],
): Step<Context> {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((each) => planStep(each, graph, path)));
    case 'Parallel':
      return inParallel(parallelSteps(node.nodes, graph, path));
    case 'Flatten':
      return flattened(node.path, planStep(node.node, graph, below(path, node)));
    case 'Fetch':
      if (node.requires !== undefined) return entityFetches([node], path, graph.sources, graph.isOf);
      return rootFetch(node, path, sourceOf(graph.sources, node.serviceName), graph.isOf);
    case 'Condition': {
      const { condition, ifClause, elseClause } = node;
      const whenTrue = ifClause && planStep(ifClause, graph, path);
      const whenFalse = elseClause && planStep(elseClause, graph, path);
      return (run, objects) => (run.coerced[condition] === true ? whenTrue : whenFalse)?.(run, objects);
    }
    case 'Defer':
      throw new Error('@defer is not supported.');
  }
}

function inSequence<Context>(steps: readonly Step<Context>[]): Step<Context> {
  return async (run, objects) => {
    for (const step of steps) await step(run, objects);
  };
}

function inParallel<Context>(steps: readonly Step<Context>[]): Step<Context> {
  const [only, ...others] = steps;
  if (only !== undefined && others.length === 0) return only;
  return async (run, objects) => {
    await Promise.all(steps.map((step) => step(run, objects)));
  };
}

function flattened<Context>(path: FlattenNode['path'], step: Step<Context>): Step<Context> {
  const steps = pathSteps(path);
  return (run, objects) => {
    const found = objectsAt(objects, steps);
    return found.length === 0 ? undefined : step(run, found);
  };
}

/** Fetches for the same objects are combined: see `entityFetches`. */
function parallelSteps<Context>(
  nodes: readonly PlanNode[],
  graph: PlannedGraph<Context>,
  path: readonly PathStep[],
): readonly Step<Context>[] {
  const steps: Step<Context>[] = [];
  const alike = new Map<string, { readonly flatten: FlattenNode; readonly fetches: FetchNode[] }>();
  for (const node of nodes) {
    if (node.kind !== 'Flatten' || node.node.kind !== 'Fetch' || node.node.requires === undefined) {
      steps.push(planStep(node, graph, path));
      continue;
    }
    const key = JSON.stringify(node.path);
    const known = alike.get(key) ?? { flatten: node, fetches: [] };
    known.fetches.push(node.node);
    alike.set(key, known);
  }
  for (const { flatten, fetches } of alike.values()) {
    steps.push(flattened(flatten.path, entityFetches(fetches, below(path, flatten), graph.sources, graph.isOf)));
  }
  return steps;
}

const below = (path: readonly PathStep[], node: FlattenNode): readonly PathStep[] => [...path, ...pathSteps(node.path)];
