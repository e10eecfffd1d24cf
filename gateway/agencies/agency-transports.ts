import type { GatewayTelemetry } from '../telemetry/telemetry';
import { tracedTransport } from '../telemetry/traced-transport';
import type { AgencyLimits } from './agency-limits';
import { type AgencyObserver, reliableTransport } from './reliable-transport';
import type { Transport } from './transport';

/** The agencies' transports, each with what keeps its troubles its own, and watched. */
export function agencyTransports(
  transports: ReadonlyMap<string, Transport>,
  limits: AgencyLimits,
  { metrics, tracing }: GatewayTelemetry,
  observer: AgencyObserver | undefined = metrics,
): ReadonlyMap<string, Transport> {
  return new Map(
    [...transports].map(([agency, transport]) => [
      agency,
      tracedTransport(reliableTransport(agency, transport, limits, observer), agency, tracing),
    ]),
  );
}
