import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { Closing } from '../shared/cli/closing';
import type { Clock } from '../shared/domain/clock';
import { contextSigner } from '../shared/protocol/context-token';
import type { OpenTelemetry } from '../shared/telemetry/open-telemetry';
import type { Transport } from './agencies/transport';
import type { ServingConfig } from './config';
import { createGateway } from './gateway';
import { readGraph } from './graph/graph-files';
import { graphWatch } from './graph/graph-watch';
import { authenticator, type IdentityProvider } from './http/authenticate';
import type { AccessLedger } from './ledger/access-ledger';
import { digestByLedgerKey } from './lookups/number-digest';
import { GatewayMetrics } from './telemetry/metrics';
import { trustedManifest } from './trusted-documents/manifest';

/** Configuration of a gateway, and the parts that depend on where its agencies run. */
export interface OpenGatewayOptions {
  readonly config: Omit<ServingConfig, 'telemetry'>;
  readonly identityProvider: IdentityProvider;
  readonly transports: ReadonlyMap<string, Transport>;
  /** Private key that signs the contexts for agencies: P-256, PEM. */
  readonly contextPrivateKey: string;
  /** Thumbprint of the gateway's current certificate, to which contexts are bound; null without one. */
  readonly certificateThumbprint?: () => string | null;
  /** Private key of the ledger, PEM: keys the digests of ID numbers whose lookup found nobody. */
  readonly ledgerKey: string;
  readonly telemetry: OpenTelemetry;
  readonly clock?: Clock;
  readonly log: Logger;
}

/** A gateway that is listening. */
export interface OpenGateway {
  readonly port: number;
  /** Answers requests from now on, and watches supergraph and rules for changes. */
  serve(ledger: AccessLedger): Promise<void>;
  /** Checks supergraph and rules for a change at once; resolves when the change is served or refused. */
  lookForGraph(): Promise<void>;
  /** Stops watching, lets requests in progress end, then closes. The ledger must still be open. */
  close(): Promise<void>;
}

/**
 * Opens a gateway that listens before its agencies and its ledger are ready, so that `/ready` reports the progress of
 * the start and a port that is taken is found before any data is touched.
 */
export async function openGateway(options: OpenGatewayOptions): Promise<OpenGateway> {
  const { config, telemetry, log } = options;
  const { registry, tracing, served } = telemetry;
  const metrics = registry && new GatewayMetrics(registry);
  const closing = new Closing();
  const tokens = authenticator({
    identityProvider: options.identityProvider,
    settings: config.tokens,
    onRead: metrics?.onRead,
    log,
  });
  closing.add(() => tokens.close());
  try {
    await tokens.start();
    const graphs = graphWatch(config.graph, log);
    const gateway = createGateway({
      comparesChildIdKeys: true,
      ...(await readGraph(await graphs.read())),
      accessMode: config.accessMode,
      trustedProxies: config.trustedProxies,
      transports: options.transports,
      agencyLimits: config.agencyLimits,
      limits: config.limits,
      numberDigest: digestByLedgerKey(options.ledgerKey),
      trustedDocuments: await trustedManifest(config.trustedDocumentsFile),
      authenticate: tokens.authenticate,
      signContext: contextSigner(options.contextPrivateKey, metrics?.caches.contexts, options.certificateThumbprint),
      telemetry: { metrics, tracing },
      metrics: served,
      clock: options.clock,
      log,
    });
    closing.add(() => gateway.close());
    await gateway.app.listen({ host: config.host, port: config.port });
    return {
      port: (gateway.app.server.address() as AddressInfo).port,
      async serve(ledger) {
        await gateway.load(ledger);
        graphs.start(gateway.offer);
        closing.add(async () => graphs.stop());
      },
      lookForGraph: graphs.look,
      close: closing.close,
    };
  } catch (error) {
    await closing.close().catch(() => undefined);
    throw error;
  }
}
