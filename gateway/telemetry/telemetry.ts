import type { Tracing } from '../../shared/telemetry/tracing';
import type { GatewayMetrics } from './metrics';

/** What is told of the gateway's work; each part undefined where it is not wanted. */
export interface GatewayTelemetry {
  readonly metrics: GatewayMetrics | undefined;
  readonly tracing: Tracing | undefined;
}

export const NO_TELEMETRY: GatewayTelemetry = { metrics: undefined, tracing: undefined };

/** Counts and traces what a query planner does for an operation that there is no plan of. */
export async function planned<Plan>({ metrics, tracing }: GatewayTelemetry, plan: () => Promise<Plan>): Promise<Plan> {
  if (metrics === undefined && tracing === undefined) return plan();
  const span = tracing?.begin({ name: 'plan', kind: 'internal' });
  const since = performance.now();
  let failed = true;
  try {
    const made = await plan();
    failed = false;
    return made;
  } finally {
    metrics?.onPlanned((performance.now() - since) / 1_000);
    span?.end({ failed });
  }
}
