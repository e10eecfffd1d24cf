import { ApolloGateway } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import { SILENT_LOGGER } from '../silent-logger';
import { silenceVendorTelemetry } from '../vendor-telemetry';
import type { QueryPlan } from './plan';

/** An operation to plan. */
export interface Plannable {
  readonly document: DocumentNode;
  /** Of its text: equal operations share a plan. */
  readonly queryHash: string;
  readonly operationName: string | undefined;
  /** As sent, for the library looks whether they fit; plans do not depend on them. */
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Planner {
  /** The library's gateway, which reads the supergraph and tells the schema that clients see. */
  readonly gateway: ApolloGateway;
  /** @throws where the planner refuses the operation. */
  plan(operation: Plannable): Promise<QueryPlan>;
}

type Executor = NonNullable<Awaited<ReturnType<ApolloGateway['load']>>['executor']>;

/** Put in the way of the library's own execution, which is not what a plan is asked for here. */
class Planned extends Error {
  readonly plan: QueryPlan;

  constructor(plan: QueryPlan) {
    super('Planned.');
    this.plan = plan;
  }
}

/**
 * The planner of `@apollo/gateway`, without its executor: whatever throws while a plan is handed out vetoes that it is
 * carried out. Without its telemetry, too.
 */
export function planner(supergraphSdl: string): Planner {
  silenceVendorTelemetry();
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: () => ({ process: () => Promise.reject(new Error('Plans are carried out elsewhere.')) }),
    experimental_didResolveQueryPlan: ({ queryPlan }) => {
      throw new Planned(queryPlan);
    },
    // On by default outside production; a plan tells which agencies hold something.
    __exposeQueryPlanExperimental: false,
    logger: SILENT_LOGGER,
  });
  return {
    gateway,
    async plan({ document, queryHash, operationName, variables }) {
      const request = { operationName, variables };
      try {
        const { errors } = await gateway.executor({ document, queryHash, request } as Parameters<Executor>[0]);
        throw errors?.[0] ?? new Error('The planner has said nothing.');
      } catch (error) {
        if (error instanceof Planned) return error.plan;
        throw error;
      }
    },
  };
}
