import type { SubgraphMetrics } from './subgraph-metrics';
import type { Tracing } from './tracing';

/** The telemetry of an agency; each part is undefined if switched off. */
export interface SubgraphTelemetry {
  readonly metrics: SubgraphMetrics | undefined;
  readonly tracing: Tracing | undefined;
}
