import type { SubgraphMetrics } from './subgraph-metrics';
import type { Tracing } from './tracing';

/** What is told of an agency's work; each part undefined where it is not wanted. */
export interface SubgraphTelemetry {
  readonly metrics: SubgraphMetrics | undefined;
  readonly tracing: Tracing | undefined;
}
