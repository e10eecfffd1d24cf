import type { ApolloGateway } from '@apollo/gateway';
import { type GatewayTelemetry, planned } from './telemetry';

/** Counts and traces what the library plans, once it has loaded a supergraph; plans that it remembers are not planned. */
export function observePlanner(gateway: ApolloGateway, telemetry: GatewayTelemetry): void {
  if (telemetry.metrics === undefined && telemetry.tracing === undefined) return;
  gateway.onSchemaLoadOrUpdate(() => {
    const { queryPlanner } = gateway as unknown as { queryPlanner?: { buildQueryPlan(...given: unknown[]): unknown } };
    if (queryPlanner === undefined) throw new Error('The gateway has no planner where one was expected.');
    const build = queryPlanner.buildQueryPlan.bind(queryPlanner);
    queryPlanner.buildQueryPlan = (...given) => planned(telemetry, () => build(...given));
  });
}
