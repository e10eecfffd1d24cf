import type { Agency } from '../domain/agencies';
import type { Subgraph } from '../protocol/subgraph-exchange';
import type { SubgraphTelemetry } from './subgraph-telemetry';

/** Counts and traces an agency's answers. Continues the gateway's trace if a signed context comes with it. */
export function observedSubgraph(
  subgraph: Subgraph,
  agency: Agency,
  { metrics, tracing }: SubgraphTelemetry,
): Subgraph {
  if (metrics === undefined && tracing === undefined) return subgraph;
  return {
    accepts: subgraph.accepts,
    fingerprint: subgraph.fingerprint,
    async handle(request) {
      const trusted = tracing !== undefined && subgraph.accepts(request.authorization, request.certificate);
      const since = performance.now();
      const span = trusted
        ? tracing.beginTrace({ name: 'answer', kind: 'server', attributes: { agency } }, request.traceparent)
        : undefined;
      let status = 500;
      try {
        const work = () => subgraph.handle(request);
        const response = await (span ? span.within(work) : work());
        ({ status } = response);
        return response;
      } finally {
        metrics?.onAnswer(agency, status, (performance.now() - since) / 1_000);
        span?.end({ attributes: { 'http.response.status_code': status }, failed: status >= 500 });
      }
    },
  };
}
