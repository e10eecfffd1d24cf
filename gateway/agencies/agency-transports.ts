import type { AgencyLimits } from './agency-limits';
import { type AgencyObserver, reliableTransport } from './reliable-transport';
import type { Transport } from './transport';

export interface AgencyTransportOptions {
  readonly limits: AgencyLimits;
  readonly observer?: AgencyObserver | undefined;
  /** Wraps the transport of one agency, for traces. */
  readonly traced?: ((transport: Transport, agency: string) => Transport) | undefined;
}

/** Transports to the agencies, each with a deadline, a bulkhead and a circuit breaker of its own. */
export function agencyTransports(
  transports: ReadonlyMap<string, Transport>,
  { limits, observer, traced = (transport) => transport }: AgencyTransportOptions,
): ReadonlyMap<string, Transport> {
  return new Map(
    [...transports].map(([agency, transport]) => [
      agency,
      traced(reliableTransport(agency, transport, limits, observer), agency),
    ]),
  );
}
