import type { Agency } from '../../shared/agencies';
import type { Transport } from '../federation/transport';
import type { AgencyOutcome } from './metrics';
import type { GatewayTelemetry } from './telemetry';

/** Counts and traces what one agency is asked; the trace goes on at the agency. */
export function observedTransport(
  transport: Transport,
  agency: Agency,
  { metrics, tracing }: GatewayTelemetry,
): Transport {
  if (metrics === undefined && tracing === undefined) return transport;
  return {
    async send(request) {
      const span = tracing?.begin({ name: 'ask', kind: 'client', attributes: { agency } });
      const since = performance.now();
      let outcome: AgencyOutcome = 'UNREACHABLE';
      try {
        const response = await (span
          ? span.within(() => transport.send({ ...request, traceparent: tracing?.traceparent() }))
          : transport.send(request));
        outcome = outcomeOf(response.status);
        return response;
      } finally {
        metrics?.onOutcome(agency, outcome, performance.now() - since);
        span?.end({ attributes: { outcome }, failed: outcome !== 'OK' });
      }
    },
    close: () => transport.close(),
  };
}

/** 400 is an answer, too: an argument that the agency does not take. */
function outcomeOf(status: number): AgencyOutcome {
  if (status === 200 || status === 400) return 'OK';
  return status === 401 ? 'REFUSED' : 'FAULTY_ANSWER';
}
