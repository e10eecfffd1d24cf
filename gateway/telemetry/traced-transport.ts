import type { Tracing } from '../../shared/telemetry/tracing';
import type { AgencyOutcome } from '../agencies/reliable-transport';
import type { Transport } from '../agencies/transport';
import { AgencyFault } from '../request/agency-fault';

/** Traces what one agency is asked, where that is asked for; the trace goes on at the agency. */
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
