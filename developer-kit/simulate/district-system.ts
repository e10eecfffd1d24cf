import { join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { inProcessTransport } from '../../gateway/agencies/transport';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { keyPair } from '../../gateway/embedded/keys';
import { createGateway } from '../../gateway/gateway';
import { type Graph, type GraphFiles, readGraph } from '../../gateway/graph/graph-files';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { openLedger } from '../../gateway/ledger/open-ledger';
import type { CallerLimits } from '../../gateway/limits/caller-limiter';
import { DEFAULT_LIMITS } from '../../gateway/limits/settings';
import { Closing } from '../../shared/cli/closing';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import type { Agency } from '../../shared/domain/agencies';
import type { Caller } from '../../shared/domain/caller';
import { type ChildIdOptions, childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { startSubgraph } from '../../shared/subgraph/start-subgraph';
import type { District } from '../../shared/synthetic/district';
import { sourceGraph } from '../compose/source-graph';

/** Databases that several systems share, each with its own rules. */
export interface DistrictData {
  /** Folder for keys. */
  readonly directory: string;
  readonly databases: ReadonlyMap<Agency, AgencyDatabase>;
  readonly ledger: LedgerDatabase;
  readonly district: District;
  readonly childIds: ChildIdOptions;
  /** Each agency's own settings. */
  readonly agencySettings: ReadonlyMap<Agency, unknown>;
}

export interface DistrictAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Gateway and agencies with one set of rules, in this process and without a port. */
export interface DistrictSystem {
  readonly graph: Graph;
  ask(caller: Caller, headers: Readonly<Record<string, string>>, body: object): Promise<DistrictAnswer>;
  close(): Promise<void>;
}

const NO_LIMIT = 1_000_000_000;
const UNLIMITED: CallerLimits = {
  requests: NO_LIMIT,
  cost: NO_LIMIT,
  newTexts: NO_LIMIT,
  lookups: { perMinute: NO_LIMIT, perDay: NO_LIMIT },
  missedLookups: { perMinute: NO_LIMIT, perDay: NO_LIMIT },
};

/**
 * @param folder contains the agencies' schemas, catalogues and rules; resolvers are this project's.
 * @param prepare whether to migrate and fill the databases: true for the first system only.
 * @throws with every fault of schemas and rules.
 */
export async function startDistrictSystem(
  folder: string,
  data: DistrictData,
  prepare: boolean,
): Promise<DistrictSystem> {
  const texts: GraphFiles = sourceGraph(folder);
  const graph = await readGraph(texts);
  const log = pino({ level: 'silent' });
  const [context, signing] = [await keyPair(data.directory, 'context'), await keyPair(data.directory, 'ledger')];
  const ledger = await openLedger({
    database: data.ledger,
    settings: {
      hash: 'sm3',
      signingKey: signing.privateKey,
      checkpointEntries: 100_000,
      checkpointSeconds: 3_600,
      deadlineMilliseconds: 20_000,
    },
    log,
  });
  const closing = new Closing();
  closing.add(() => ledger.close());
  const agencies = new Closing();
  closing.add(agencies.close);
  try {
    const subgraphs = new Map<Agency, Subgraph>();
    const gateway = createGateway({
      ...graph,
      accessMode: 'filter',
      transports: new Map(SUBGRAPHS.map(({ agency }) => [agency, inProcessTransport(() => subgraphs.get(agency))])),
      // Only this process can send requests, so the caller needs no token.
      authenticate: async (authorization = '') => JSON.parse(decodeURIComponent(authorization)) as Caller,
      signContext: contextSigner(context.privateKey),
      limits: { ...DEFAULT_LIMITS, caller: UNLIMITED },
      log,
    });
    closing.add(() => gateway.close());
    const started = SUBGRAPHS.map(async (definition) => {
      const { agency } = definition;
      const database = data.databases.get(agency);
      if (database === undefined) throw new Error(`There is no database for ${agency}.`);
      const running = await startSubgraph({
        // The first system also creates the tables, from this project's migrations.
        definition: prepare ? definition : { ...definition, folder: join(folder, agency) },
        database: prepare ? database : { ...database, ownerUrl: undefined },
        ledgerUrl: data.ledger.readerUrl,
        district: prepare ? data.district : undefined,
        childIds: childIds(data.childIds),
        verifyContext: contextVerifier(context.publicKey, agency),
        settings: data.agencySettings.get(agency),
        log,
      });
      agencies.add(() => running.close());
      subgraphs.set(agency, running.subgraph);
    });
    // Waits for all agencies even if one fails, because every agency that has started must be closed.
    const [fault] = (await Promise.allSettled(started)).filter(({ status }) => status === 'rejected');
    if (fault !== undefined) await Promise.all(started);
    await gateway.load(ledger);
    return {
      graph,
      async ask(caller, headers, body) {
        const { statusCode, payload } = await gateway.app.inject({
          method: 'POST',
          url: '/graphql',
          headers: {
            ...headers,
            authorization: encodeURIComponent(JSON.stringify(caller)),
            'content-type': 'application/json',
          },
          payload: body,
        });
        return { status: statusCode, body: JSON.parse(payload) as unknown };
      },
      close: closing.close,
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

/** @throws if the graph was not composed. */
export function schemaOf({ supergraph }: Graph): GraphQLSchema {
  if (supergraph === undefined) throw new Error('There is no supergraph.');
  return supergraph.schema;
}
