import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { Closing } from '../../shared/cli/closing';
import { ProgressBar } from '../../shared/cli/progress';
import { unlessAborted } from '../../shared/cli/until-stopped';
import type { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { provision, provisionDatabase } from '../../shared/db/agency-database';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { type Clock, systemClock } from '../../shared/domain/clock';
import { todayInChina } from '../../shared/domain/dates';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { startEmbeddedPostgres } from '../../shared/embedded-postgres/embedded-postgres';
import { contextVerifier } from '../../shared/protocol/context-token';
import { type RunningSubgraph, startSubgraph } from '../../shared/subgraph/start-subgraph';
import type { AnySubgraphDefinition } from '../../shared/subgraph/subgraph-definition';
import { openTelemetry } from '../../shared/telemetry/open-telemetry';
import { SubgraphMetrics } from '../../shared/telemetry/subgraph-metrics';
import { inProcessTransport } from '../agencies/transport';
import type { EmbeddedConfig } from '../config';
import { LEDGER_DATABASE_NAME } from '../ledger/database';
import { EMBEDDED_HEAD_FILE } from '../ledger/head-file';
import { openLedger } from '../ledger/open-ledger';
import { openGateway } from '../open-gateway';
import type { AgencyElsewhere } from './agency-elsewhere';
import { startIdentityProvider } from './identity-provider';
import { keyPair } from './keys';

/** All agencies of the federation, each as defined in its own folder. */
export const SUBGRAPHS: readonly AnySubgraphDefinition[] = AGENCIES.map((agency) => {
  const { default: definition } = require(join(PROJECT, 'subgraphs', agency)) as {
    default: AnySubgraphDefinition;
  };
  if (definition.agency !== agency) throw new Error(`subgraphs/${agency}/index.ts defines ${definition.agency}.`);
  return definition;
});

/** Reads each agency's own settings. Adds faults to the environment. */
export function agencySettings(environment: Environment): ReadonlyMap<Agency, unknown> {
  return new Map(SUBGRAPHS.map(({ agency, settings }) => [agency, settings?.(environment)]));
}

export interface EmbeddedSystem {
  /** The port that the gateway listens on. */
  readonly port: number;
  readonly subgraphs: ReadonlyMap<Agency, RunningSubgraph>;
  /** Checks supergraph and rules for a change at once; resolves when the change is served or refused. */
  lookForGraph(): Promise<void>;
  /** Lets requests in progress end, then stops everything; the data stays. */
  close(): Promise<void>;
}

/**
 * Starts the whole system in one process: identity provider, gateway, all subgraphs, and a PostgreSQL server with a
 * database for each subgraph and for the access ledger.
 *
 * @param stopping aborts the start.
 * @param elsewhere the one agency that runs in another process; `subgraphs` does not contain it.
 */
export async function startEmbedded(
  config: EmbeddedConfig,
  log: Logger,
  say: (text: string) => void = () => undefined,
  stopping: AbortSignal = new AbortController().signal,
  clock: Clock = systemClock,
  elsewhere?: AgencyElsewhere,
): Promise<EmbeddedSystem> {
  const closing = new Closing();
  try {
    const claim = await claimDataDirectory(config.dataDirectory);
    closing.add(() => claim.release());
    const context = await keyPair(config.dataDirectory, 'context');
    const signingKey = config.ledger.signingKey ?? (await keyPair(config.dataDirectory, 'ledger')).privateKey;
    const identityProvider = config.identityProvider ?? (await ownIdentityProvider(config, closing));
    const telemetry = await openTelemetry(config.telemetry, 'unified-child-record', log);
    const { registry, tracing } = telemetry;
    closing.add(() => tracing?.close());
    const ofSubgraphs = { metrics: registry && new SubgraphMetrics(registry), tracing };

    const subgraphs = new Map<Agency, RunningSubgraph>();
    const gateway = await openGateway({
      config,
      identityProvider,
      transports: new Map(
        AGENCIES.map((agency) => [
          agency,
          agency === elsewhere?.agency
            ? elsewhere.transport
            : inProcessTransport(() => subgraphs.get(agency)?.subgraph),
        ]),
      ),
      contextPrivateKey: context.privateKey,
      ledgerKey: signingKey,
      telemetry,
      clock,
      log,
    });
    // Requests in progress still need agencies, ledger and databases: the gateway closes before them.
    const behindGateway = new Closing();
    closing.add(behindGateway.close);
    closing.add(gateway.close);

    let adminUrl: string | undefined;
    if (config.databases.size < AGENCIES.length || config.ledger.database === undefined) {
      const postgres = await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, onProgress: say });
      behindGateway.add(() => postgres.stop());
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
    behindGateway.add(() => ledger.close());
    const ids = childIds(config.childIds);
    const here = SUBGRAPHS.filter(({ agency }) => agency !== elsewhere?.agency);
    const progress = new ProgressBar('Filling the databases', here.length * (district?.size ?? 0), process.stdout);
    const databaseOf = async (agency: Agency) =>
      config.databases.get(agency) ?? (await provision(adminUrl ?? '', agency));
    const startElsewhere = async (one: AgencyElsewhere) => {
      behindGateway.add(() => one.close());
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
        behindGateway.add(() => running.close());
        subgraphs.set(agency, running);
      }),
    ]);
    await unlessAborted(started, stopping);
    await gateway.serve(ledger);
    const { port, lookForGraph } = gateway;
    return { port, subgraphs, lookForGraph, close: closing.close };
  } catch (error) {
    // The operator must read the first failure, not those that follow from it.
    await closing.close().catch(() => undefined);
    throw error;
  }
}

// Private:

async function ownIdentityProvider(config: EmbeddedConfig, closing: Closing) {
  const provider = await startIdentityProvider(config.dataDirectory, config.production);
  closing.add(() => provider.close());
  return provider;
}

/**
 * The day as of which the data directory is filled, in ISO 8601: `asked`, or the day on which filling began. A fill
 * that was interrupted before midnight continues as of the same day, so that the agencies' data stay consistent.
 */
async function firstDay(dataDirectory: string, asked: string | undefined): Promise<string> {
  const file = join(dataDirectory, 'first-day');
  const remembered = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (remembered !== undefined) return asked ?? remembered.trim();
  const day = asked ?? todayInChina();
  // Atomic: a kill between the two steps leaves no file.
  await writeFile(`${file}.new`, `${day}\n`);
  await rename(`${file}.new`, file);
  return day;
}
