import type { Tracing } from '../../shared/telemetry/tracing';
import type { AgencyOutcome } from '../agencies/reliable-transport';
import type { Transport } from '../agencies/transport';
import { AgencyFault } from '../request/agency-fault';

/** Traces requests to an agency if tracing is on; the agency continues the trace. */
export function tracedTransport(transport: Transport, agency: string, tracing: Tracing | undefined): Transport {
  if (tracing === undefined) return transport;
  return {
    async send(request, terms) {
      const span = tracing.begin({ name: 'ask', kind: 'client', attributes: { agency } });
      if (span === undefined) return transport.send(request, terms);
      let outcome: AgencyOutcome = 'FAULTY_ANSWER';
      try {
        const response = await span.within(() =>
          transport.send({ ...request, traceparent: tracing.traceparent() }, terms),
        );
        outcome = 'ANSWERED';
        return response;
      } catch (error) {
        if (error instanceof AgencyFault) outcome = error.reason;
        throw error;
      } finally {
        span.end({ attributes: { outcome }, failed: outcome !== 'ANSWERED' });
      }
    },
    close: () => transport.close(),
  };
}
