import { pino } from 'pino';
import { readCommandLine } from '../../shared/cli/command-line';
import type { Command } from '../../shared/cli/run-command';
import { stopSignal, untilStopped } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { logFormerNames } from '../../shared/config/log-former-names';
import { certificateSource } from '../../shared/mtls/certificates';
import { contextSigner } from '../../shared/protocol/context-token';
import { openTracing } from '../../shared/telemetry/open-tracing';
import { processRegistry } from '../../shared/telemetry/process-metrics';
import { httpTransport } from '../agencies/http-transport';
import { agenciesInClear, gatewayConfig } from '../config';
import { createGateway } from '../gateway';
import { readGraph } from '../graph/graph-files';
import { graphWatch } from '../graph/graph-watch';
import { authenticator } from '../http/authenticate';
import { openLedger } from '../ledger/open-ledger';
import { digestByLedgerKey } from '../lookups/number-digest';
import { GatewayMetrics } from '../telemetry/metrics';
import { trustedManifest } from '../trusted-documents/manifest';

const USAGE = 'Usage: npm run serve:gateway\n\nSettings are environment variables: docs/operations/deployment.md.';

/** `npm run serve:gateway`: the gateway alone, in front of subgraphs that run elsewhere. */
export const gateway = (environment: Environment): Command => ({
  usage: USAGE,
  failure: 'Not started',
  async run(words) {
    readCommandLine(USAGE, words, {});
    const say = (text: string) => process.stdout.write(`${text}\n`);
    const config = gatewayConfig(environment);
    const stopping = stopSignal(['SIGINT', 'SIGTERM']);
    const log = pino({ level: config.logLevel }, process.stdout);
    logFormerNames(environment, log);
    const graphs = graphWatch(config.graph, log);
    process.on('SIGHUP', () => void graphs.look());
    const { traces, metrics: access } = config.telemetry;
    const tracing = await openTracing(traces, 'unified-child-record-gateway', log);
    const registry = access && processRegistry();
    const metrics = registry && new GatewayMetrics(registry);
    const tokens = authenticator({
      identityProvider: config.identityProvider,
      settings: config.tokens,
      onRead: metrics?.onRead,
      log,
    });
    await tokens.start();
    const certificates = config.certificates && (await certificateSource(config.certificates, log));
    const inClear = agenciesInClear(config.subgraphUrls);
    if (inClear.length > 0) log.warn({ agencies: inClear }, 'agencies-without-certificates');
    const running = createGateway({
      comparesChildIdKeys: true,
      ...(await readGraph(await graphs.read())),
      accessMode: config.accessMode,
      trustedProxies: config.trustedProxies,
      transports: new Map(
        [...config.subgraphUrls].map(([agency, url]) => [
          agency,
          httpTransport(url, config.agencyLimits, certificates),
        ]),
      ),
      agencyLimits: config.agencyLimits,
      limits: config.limits,
      numberDigest: digestByLedgerKey(config.ledger.settings.signingKey),
      trustedDocuments: await trustedManifest(config.trustedDocumentsFile),
      authenticate: tokens.authenticate,
      signContext: contextSigner(
        config.contextPrivateKey,
        metrics?.caches.contexts,
        () => certificates?.current.thumbprint ?? null,
      ),
      telemetry: { metrics, tracing },
      metrics: access && registry && { registry, access },
      log,
    });
    await running.app.listen({ host: config.host, port: config.port });
    const ledger = await openLedger({ ...config.ledger, log });
    await running.load(ledger);
    graphs.start(running.offer);
    say(`ready: http://127.0.0.1:${config.port}/graphql`);
    const close = () => {
      graphs.stop();
      certificates?.close();
      return running
        .close()
        .finally(() => tokens.close())
        .finally(() => ledger.close())
        .finally(() => tracing?.close());
    };
    await untilStopped(close, say, stopping);
  },
});
