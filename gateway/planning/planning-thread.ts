import { parentPort, workerData } from 'node:worker_threads';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse, printSchema, specifiedRules, validate } from 'graphql';
import { TOKEN_LIMIT } from '../limits/text-limits';
import type { PlanningGraph, PlanningResult, PlanningStart, PlanningTask } from './planning-task';

/**
 * The program of a planning thread: validates and plans operations on one supergraph, one task after the other. It knows
 * neither callers nor rules: what a caller may not have has been taken out before.
 */
function begin({ supergraphSdl }: PlanningGraph): (task: PlanningTask) => PlanningResult {
  const supergraph = Supergraph.build(supergraphSdl);
  const api = supergraph.apiSchema();
  const schema = api.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  tell({ apiSdl: printSchema(schema) });
  return (task) => {
    const document = parse(task.query, { maxTokens: TOKEN_LIMIT });
    if (task.kind === 'validate') {
      const faults = validate(schema, document, specifiedRules, { hideSuggestions: true });
      return { kind: 'validate', faults: faults.map((fault) => fault.toJSON()) };
    }
    const operation = operationFromDocument(api, document, { operationName: task.operationName });
    return { kind: 'plan', plan: JSON.stringify(planner.buildQueryPlan(operation)) };
  };
}

const tell = (message: PlanningStart | PlanningResult): void => parentPort?.postMessage(message);

try {
  const work = begin(workerData as PlanningGraph);
  parentPort?.on('message', (task: PlanningTask) => {
    try {
      tell(work(task));
    } catch (error) {
      tell({ kind: 'refused', message: (error as Error).message });
    }
  });
} catch (error) {
  tell({ refusal: (error as Error).message });
}
