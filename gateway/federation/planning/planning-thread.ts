import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { ApolloGateway, type GatewayConfig } from '@apollo/gateway';
import { type DocumentNode, parse, printSchema, specifiedRules, validate } from 'graphql';
import { TOKEN_LIMIT } from '../../limits/text-limits';
import type { QueryPlan } from '../execution/plan';
import { SILENT_LOGGER } from '../silent-logger';
import { silenceVendorTelemetry } from '../vendor-telemetry';
import type { PlanningGraph, PlanningResult, PlanningStart, PlanningTask } from './planning-task';

/**
 * The program of a planning thread: validates and plans operations on one supergraph, one task after the other. It
 * knows neither callers nor rules; refused fields have already been removed.
 */
async function begin(graph: PlanningGraph): Promise<void> {
  const gateway = planningGateway(graph);
  const { schema, executor } = await gateway.load();
  const work = async (task: PlanningTask): Promise<PlanningResult> => {
    const document = parse(task.query, { maxTokens: TOKEN_LIMIT });
    if (task.kind === 'validate') {
      const faults = validate(schema, document, specifiedRules, { hideSuggestions: true });
      return { kind: 'validate', faults: faults.map((fault) => fault.toJSON()) };
    }
    return { kind: 'plan', plan: JSON.stringify(await planned(executor, document, task)) };
  };
  parentPort?.on('message', (task: PlanningTask) => {
    work(task).then(tell, (error: Error) => tell({ kind: 'refused', message: error.message }));
  });
  tell({ apiSdl: printSchema(schema) });
}

type Executor = NonNullable<Awaited<ReturnType<ApolloGateway['load']>>['executor']>;

/** Thrown to keep the library from executing a plan. */
class Planned extends Error {
  readonly plan: QueryPlan;

  constructor(plan: QueryPlan) {
    super('Planned.');
    this.plan = plan;
  }
}

/**
 * `@apollo/gateway` with its planner, but without its executor and telemetry: an error thrown by the plan callback
 * prevents the execution.
 */
function planningGateway({ supergraphSdl, byType }: PlanningGraph): ApolloGateway {
  silenceVendorTelemetry();
  const queryPlannerConfig: NonNullable<GatewayConfig['queryPlannerConfig']> = {};
  const gateway = new ApolloGateway({
    supergraphSdl,
    queryPlannerConfig,
    buildService: () => ({ process: () => Promise.reject(new Error('Plans are executed elsewhere.')) }),
    experimental_didResolveQueryPlan: ({ queryPlan }) => {
      throw new Planned(queryPlan);
    },
    // On by default outside production; a plan reveals which agencies have data.
    __exposeQueryPlanExperimental: false,
    logger: SILENT_LOGGER,
  });
  // Its constructor refuses this, because its own executor cannot execute such plans.
  queryPlannerConfig.typeConditionedFetching = byType;
  return gateway;
}

/** @throws if the planner refuses the operation. */
async function planned(
  executor: Executor,
  document: DocumentNode,
  { query, operationName, variables }: Extract<PlanningTask, { readonly kind: 'plan' }>,
): Promise<QueryPlan> {
  const request = { operationName, variables };
  const queryHash = hash('sha256', query, 'hex');
  try {
    const { errors } = await executor({ document, queryHash, request } as Parameters<Executor>[0]);
    throw errors?.[0] ?? new Error('The planner returned nothing.');
  } catch (error) {
    if (error instanceof Planned) return error.plan;
    throw error;
  }
}

const tell = (message: PlanningStart | PlanningResult): void => parentPort?.postMessage(message);

begin(workerData as PlanningGraph).catch((error: Error) => tell({ refusal: error.message }));
