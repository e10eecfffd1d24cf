import { pino } from 'pino';
import { httpTransport } from '../../../gateway/agencies/http-transport';
import type { Transport } from '../../../gateway/agencies/transport';
import { gatewayConfig } from '../../../gateway/config';
import { createGateway } from '../../../gateway/gateway';
import { readGraph } from '../../../gateway/graph/graph-files';
import { graphWatch } from '../../../gateway/graph/graph-watch';
import { authenticator } from '../../../gateway/http/authenticate';
import type { AccessTrace } from '../../../shared/access/accesses';
import { stopSignal, untilStopped } from '../../../shared/cli/until-stopped';
import { Environment } from '../../../shared/config/environment';
import { contextSigner } from '../../../shared/protocol/context-token';
import { NO_LAG } from '../../support/remembering-ledger';

/**
 * The gateway without the cost of recording, for comparison in `npm run bench:recording`: agencies are not asked for
 * access traces, and nothing is written. Only a bench can start it.
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
      [...config.subgraphUrls].map(([agency, url]) => [agency, toldOnce(httpTransport(url, config.agencyLimits))]),
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

/**
 * An agency that sends its access trace once per request; afterwards the gateway repeats that trace itself, so no
 * agency writes one and none is transferred. The gateway refuses answers without a trace.
 */
function toldOnce(transport: Transport): Transport {
  const traces = new Map<string, AccessTrace | undefined>();
  return {
    ...transport,
    async send(request, terms) {
      const { query, operationName, variables, extensions } = request.body as Record<string, unknown>;
      const key = requestKey(query, variables);
      const known = traces.get(key);
      if (known === undefined) {
        const first = await transport.send(
          { ...request, body: { query, operationName, variables, extensions } },
          terms,
        );
        traces.set(key, first.body.extensions?.looks);
        return first;
      }
      const { status, body } = await transport.send({ ...request, body: { query, operationName, variables } }, terms);
      return { status, body: { ...body, extensions: { ...body.extensions, looks: known } } };
    },
  };
}

/** Pages differ by their first child, which is cheaper to compare than all. */
function requestKey(query: unknown, variables: unknown): string {
  const { representations, ...others } = (variables ?? {}) as { readonly representations?: readonly unknown[] };
  return JSON.stringify([query, others, representations?.[0]]);
}

void main();
