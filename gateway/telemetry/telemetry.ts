import { uncounted } from '../../shared/telemetry/cache-use';
import type { Tracing } from '../../shared/telemetry/tracing';
import type { GraphObserver } from '../graph/graph-observer';
import type { GatewayMetrics } from './metrics';

/** Metrics and traces of the gateway; undefined where switched off. */
export interface GatewayTelemetry {
  readonly metrics: GatewayMetrics | undefined;
  readonly tracing: Tracing | undefined;
}

export const NO_TELEMETRY: GatewayTelemetry = { metrics: undefined, tracing: undefined };

/** Reports what the active graph does to metrics and traces. */
export function graphObserver(telemetry: GatewayTelemetry): GraphObserver {
  const { metrics } = telemetry;
  const { documents = uncounted(), filtered = uncounted(), plans = uncounted() } = metrics?.caches ?? {};
  return {
    documents,
    filtered,
    plans,
    planned: (plan) => planned(telemetry, plan),
    serves: (rules, supergraph) => metrics?.serves(rules, supergraph),
  };
}

/** Counts and traces the work of the query planner on an operation without a plan in memory. */
async function planned<Plan>({ metrics, tracing }: GatewayTelemetry, plan: () => Promise<Plan>): Promise<Plan> {
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
