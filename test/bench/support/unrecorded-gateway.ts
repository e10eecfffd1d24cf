import { pino } from 'pino';
import { httpTransport } from '../../../gateway/agencies/http-transport';
import type { Transport } from '../../../gateway/agencies/transport';
import { gatewayConfig } from '../../../gateway/config';
import { createGateway } from '../../../gateway/gateway';
import { readGraph } from '../../../gateway/graph/graph-files';
import { graphWatch } from '../../../gateway/graph/graph-watch';
import { authenticator } from '../../../gateway/http/authenticate';
import { stopSignal, untilStopped } from '../../../shared/cli/until-stopped';
import { Environment } from '../../../shared/config/environment';
import { contextSigner } from '../../../shared/protocol/context-token';
import type { SubgraphResponse } from '../../../shared/protocol/subgraph-exchange';
import { NO_LAG } from '../../support/remembering-ledger';

/**
 * The gateway without what recording costs, so that `npm run bench:recording` can tell: agencies are not asked for looks,
 * and nothing is written. Only a bench can start it.
 */
async function main(): Promise<void> {
  const config = gatewayConfig(new Environment(process.env));
  const log = pino({ level: config.logLevel });
  const tokens = authenticator({ identityProvider: config.identityProvider, settings: config.tokens, log });
  await tokens.start();
  const gateway = createGateway({
    ...(await readGraph(await graphWatch(config.graph, log).read())),
    accessMode: config.accessMode,
    limits: config.limits,
    transports: new Map(
      [...config.subgraphUrls].map(([agency, url]) => [agency, withoutLooks(httpTransport(url, config.agencyLimits))]),
    ),
    authenticate: tokens.authenticate,
    signContext: contextSigner(config.contextPrivateKey),
    log,
  });
  await gateway.app.listen({ host: config.host, port: config.port });
  await gateway.load({
    record: async () => undefined,
    ready: async () => undefined,
    figures: () => NO_LAG,
    close: async () => undefined,
  });
  await untilStopped(
    () => gateway.close(),
    () => undefined,
    stopSignal(),
  );
}

const NO_LOOKS: NonNullable<SubgraphResponse['body']['extensions']>['looks'] = { looks: [], places: [] };

function withoutLooks(transport: Transport): Transport {
  return {
    ...transport,
    async send(request, terms) {
      const { query, operationName, variables } = request.body as Record<string, unknown>;
      const { status, body } = await transport.send({ ...request, body: { query, operationName, variables } }, terms);
      return { status, body: { ...body, extensions: { ...body.extensions, looks: NO_LOOKS } } };
    },
  };
}

void main();
