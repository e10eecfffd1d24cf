import type { Agency } from '../../shared/agencies';
import type { Tracing } from '../../shared/telemetry/tracing';
import type { Transport } from '../federation/transport';
import { outcomeOf } from './agency-outcome';
import type { AgencyOutcome, GatewayMetrics } from './metrics';

/** Counts how one agency answers, where that is asked for. */
export function countedTransport(
  transport: Transport,
  agency: Agency,
  metrics: Pick<GatewayMetrics, 'onOutcome'> | undefined,
): Transport {
  if (metrics === undefined) return transport;
  return {
    async send(request) {
      const since = performance.now();
      let outcome: AgencyOutcome = 'UNREACHABLE';
      try {
        const response = await transport.send(request);
        outcome = outcomeOf(response.status);
        return response;
      } finally {
        metrics.onOutcome(agency, outcome, performance.now() - since);
      }
    },
    close: () => transport.close(),
  };
}

/** Traces what one agency is asked, where that is asked for; the trace goes on at the agency. */
export function tracedTransport(transport: Transport, agency: Agency, tracing: Tracing | undefined): Transport {
  if (tracing === undefined) return transport;
  return {
    async send(request) {
      const span = tracing.begin({ name: 'ask', kind: 'client', attributes: { agency } });
      if (span === undefined) return transport.send(request);
      let outcome: AgencyOutcome = 'UNREACHABLE';
      try {
        const response = await span.within(() => transport.send({ ...request, traceparent: tracing.traceparent() }));
        outcome = outcomeOf(response.status);
        return response;
      } finally {
        span.end({ attributes: { outcome }, failed: outcome !== 'ANSWERED' });
      }
    },
    close: () => transport.close(),
  };
}
