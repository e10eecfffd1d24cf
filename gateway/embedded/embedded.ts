import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { ProgressBar } from '../../shared/cli/progress';
import { unlessAborted } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { provision, provisionDatabase } from '../../shared/db/agency-database';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { type Clock, systemClock } from '../../shared/domain/clock';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import { type RunningSubgraph, startSubgraph } from '../../shared/subgraph/start-subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph/subgraph-definition';
import { openTracing } from '../../shared/telemetry/open-tracing';
import { processRegistry } from '../../shared/telemetry/process-metrics';
import { SubgraphMetrics } from '../../shared/telemetry/subgraph-metrics';
import { inProcessTransport } from '../agencies/transport';
import type { EmbeddedConfig } from '../config';
import { createGateway } from '../gateway';
import { readGraph } from '../graph/graph-files';
import { graphWatch } from '../graph/graph-watch';
import { authenticator } from '../http/authenticate';
import { LEDGER_DATABASE_NAME } from '../ledger/database';
import { EMBEDDED_HEAD_FILE } from '../ledger/head-file';
import { openLedger } from '../ledger/open-ledger';
import { digestByLedgerKey } from '../lookups/number-digest';
import { GatewayMetrics } from '../telemetry/metrics';
import { trustedManifest } from '../trusted-documents/manifest';
import type { AgencyElsewhere } from './agency-elsewhere';
import { firstDay } from './first-day';
import { startIdentityProvider } from './identity-provider';
import { keyPair } from './keys';

/** All agencies of the federation, each as its own folder defines it. */
export const SUBGRAPHS: readonly AnySubgraphDefinition[] = AGENCIES.map((agency) => {
  const { default: definition } = require(join(PROJECT, 'subgraphs', agency)) as {
    default: AnySubgraphDefinition;
  };
  if (definition.agency !== agency) throw new Error(`subgraphs/${agency}/index.ts defines ${definition.agency}.`);
  return definition;
});

/** What the agencies are configured by besides their databases; faults are left with the environment. */
export function agencySettings(environment: Environment): ReadonlyMap<Agency, unknown> {
  return new Map(SUBGRAPHS.map(({ agency, settings }) => [agency, settings?.(environment)]));
}

export interface EmbeddedSystem {
  /** The port that the gateway listens on. */
  readonly port: number;
  readonly subgraphs: ReadonlyMap<Agency, RunningSubgraph>;
  /** Looks at once whether supergraph and rules have changed; done once what was found is served or refused. */
  lookForGraph(): Promise<void>;
  /** Lets the requests under way end, then stops everything; the data stays. */
  close(): Promise<void>;
}

/**
 * The whole system in one process: identity provider, gateway, all subgraphs, and a PostgreSQL with a database for
 * each and for the access ledger.
 * Listens first, so that `/ready` tells how far it has come and a taken port is known before anything is touched.
 *
 * @param stopping gives up a start under way: the database server, which no signal reaches, is stopped all the same.
 * @param elsewhere the one agency that does not run in this process; it is not among `subgraphs`.
 */
export async function startEmbedded(
  config: EmbeddedConfig,
  log: Logger,
  say: (text: string) => void = () => undefined,
  stopping: AbortSignal = new AbortController().signal,
  clock: Clock = systemClock,
  elsewhere?: AgencyElsewhere,
): Promise<EmbeddedSystem> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    const faults: unknown[] = [];
    // Each step, whatever became of the one before: a database server left running would be the worst of all faults.
    for (const step of closing.splice(0).reverse()) await step().catch((error) => faults.push(error));
    if (faults.length > 0) throw faults[0];
  };
  try {
    const claim = await claimDataDirectory(config.dataDirectory);
    closing.push(() => claim.release());
    const context = await keyPair(config.dataDirectory, 'context');
    const signingKey = config.ledger.signingKey ?? (await keyPair(config.dataDirectory, 'ledger')).privateKey;
    const identityProvider = config.identityProvider ?? (await ownIdentityProvider(config, closing));

    const { traces, metrics: access } = config.telemetry;
    const tracing = await openTracing(traces, 'unified-child-record', log);
    if (tracing !== undefined) closing.push(() => tracing.close());
    const registry = access && processRegistry();
    const metrics = registry && new GatewayMetrics(registry);
    const ofSubgraphs = { metrics: registry && new SubgraphMetrics(registry), tracing };

    const subgraphs = new Map<Agency, RunningSubgraph>();
    const graphs = graphWatch(config.graph, log);
    const tokens = authenticator({ identityProvider, settings: config.tokens, onRead: metrics?.onRead, log });
    closing.push(() => tokens.close());
    await tokens.start();
    const gateway = createGateway({
      comparesChildIdKeys: true,
      ...(await readGraph(await graphs.read())),
      accessMode: config.accessMode,
      trustedProxies: config.trustedProxies,
      limits: config.limits,
      numberDigest: digestByLedgerKey(signingKey),
      trustedDocuments: await trustedManifest(config.trustedDocumentsFile),
      transports: new Map(
        AGENCIES.map((agency) => [
          agency,
          agency === elsewhere?.agency
            ? elsewhere.transport
            : inProcessTransport(() => subgraphs.get(agency)?.subgraph),
        ]),
      ),
      agencyLimits: config.agencyLimits,
      authenticate: tokens.authenticate,
      signContext: contextSigner(context.privateKey, metrics?.caches.contexts),
      telemetry: { metrics, tracing },
      metrics: access && registry && { registry, access },
      clock,
      log,
    });
    await gateway.app.listen({ host: config.host, port: config.port });
    // Requests under way still need subgraphs and databases: the gateway, pushed last, is closed first.
    closing.push(() => gateway.close());

    let adminUrl: string | undefined;
    if (config.databases.size < AGENCIES.length || config.ledger.database === undefined) {
      const postgres = await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, onProgress: say });
      closing.splice(-1, 0, () => postgres.stop());
      adminUrl = postgres.adminUrl;
    }
    stopping.throwIfAborted();
    const district = config.district && {
      ...config.district,
      today: await firstDay(config.dataDirectory, config.district.today),
    };
    const ledgerDatabase = config.ledger.database ?? (await provisionDatabase(adminUrl ?? '', LEDGER_DATABASE_NAME));
    const ledger = await openLedger({
      database: ledgerDatabase,
      settings: {
        ...config.ledger.settings,
        headFile: config.ledger.settings.headFile ?? join(config.dataDirectory, EMBEDDED_HEAD_FILE),
        signingKey,
      },
      log: log.child({ part: 'ledger' }),
    });
    closing.splice(-1, 0, () => ledger.close());
    const ids = childIds(config.childIds);
    const here = SUBGRAPHS.filter(({ agency }) => agency !== elsewhere?.agency);
    const progress = new ProgressBar('Filling the databases', here.length * (district?.size ?? 0), process.stdout);
    const databaseOf = async (agency: Agency) =>
      config.databases.get(agency) ?? (await provision(adminUrl ?? '', agency));
    const startElsewhere = async (one: AgencyElsewhere) => {
      closing.splice(-1, 0, () => one.close());
      const { showsLedger } = SUBGRAPHS.find(({ agency }) => agency === one.agency) ?? {};
      await one.start({
        database: await databaseOf(one.agency),
        ledgerUrl: showsLedger ? ledgerDatabase.readerUrl : undefined,
        district,
        contextPublicKey: context.publicKey,
      });
    };
    const started = Promise.all([
      elsewhere && startElsewhere(elsewhere),
      ...here.map(async (definition) => {
        const { agency } = definition;
        const running = await startSubgraph({
          definition,
          database: await databaseOf(agency),
          ledgerUrl: ledgerDatabase.readerUrl,
          district,
          childIds: ids,
          derivationsPerMinute: config.derivationsPerMinute,
          verifyContext: contextVerifier(context.publicKey, agency),
          settings: config.agencySettings.get(agency),
          clock,
          telemetry: ofSubgraphs,
          log: log.child({ agency }),
          onProgress: (written) => progress.report(agency, written),
        });
        closing.splice(-1, 0, () => running.close());
        subgraphs.set(agency, running);
      }),
    ]);
    await unlessAborted(started, stopping);
    await gateway.load(ledger);
    graphs.start(gateway.offer);
    closing.push(async () => graphs.stop());
    const { port } = gateway.app.server.address() as AddressInfo;
    return { port, subgraphs, lookForGraph: graphs.look, close };
  } catch (error) {
    // What failed first is what the operator must read, not what failed in its wake.
    await close().catch(() => undefined);
    throw error;
  }
}

async function ownIdentityProvider(config: EmbeddedConfig, closing: (() => Promise<unknown>)[]) {
  const provider = await startIdentityProvider(config.dataDirectory, config.production);
  closing.push(() => provider.close());
  return provider;
}
