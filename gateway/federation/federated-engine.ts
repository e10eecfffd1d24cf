import { ApolloGateway } from '@apollo/gateway';
import type { Logger } from 'pino';
import type { Agency } from '../../shared/agencies';
import { isAgency } from '../../shared/agencies';
import { AgencyDataSource } from '../agencies/agency-data-source';
import type { Transport } from '../agencies/transport';
import { SILENT_LOGGER } from './silent-logger';
import type { Supergraph } from './supergraph';
import { silenceVendorTelemetry } from './vendor-telemetry';

/**
 * The planner and executor of `@apollo/gateway` on our supergraph, our transports, and without its telemetry.
 *
 * @throws where the supergraph names an agency that there is no transport for.
 */
export function federatedEngine(
  supergraph: Supergraph,
  transports: ReadonlyMap<Agency, Transport>,
  log: Logger,
): ApolloGateway {
  silenceVendorTelemetry();
  return new ApolloGateway({
    supergraphSdl: supergraph.loadableSdl,
    buildService({ name }) {
      const transport = isAgency(name) ? transports.get(name) : undefined;
      if (!isAgency(name) || transport === undefined)
        throw new Error(`The supergraph names an agency without an address: ${name}.`);
      return new AgencyDataSource({ agency: name, transport, supergraph, log });
    },
    // On by default outside production; a plan tells which agencies hold something.
    __exposeQueryPlanExperimental: false,
    logger: SILENT_LOGGER,
  });
}
