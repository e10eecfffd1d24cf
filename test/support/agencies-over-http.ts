import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { unreviewedPractices } from '../../developer-kit/simulate/unreviewed-practices';
import { readRuleBundle } from '../../gateway/access/rule-bundle';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { httpTransport } from '../../gateway/agencies/http-transport';
import type { AgencyObserver } from '../../gateway/agencies/reliable-transport';
import { agencySettings, SUBGRAPHS } from '../../gateway/embedded/embedded';
import { createGateway } from '../../gateway/gateway';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import { type RunningSubgraph, startSubgraph } from '../../shared/subgraph/start-subgraph';
import { TEST_CHILD_IDS, TEST_DISTRICT, testDatabases, testLedger, withoutOwnerIfShared } from './databases';
import { type FaultyAgency, faultyAgency } from './faulty-agency';
import { demoCaller } from './identity-provider';
import { PATIENT_MILLISECONDS } from './patience';
import { rememberingLedger } from './remembering-ledger';
import { type AskOptions, headersOf } from './system';

/** All agencies, each behind a server that can be made to fail. */
export interface AgenciesOverHttp {
  agency(agency: Agency): FaultyAgency;
  readonly subgraphs: ReadonlyMap<Agency, RunningSubgraph>;
  /** A gateway in front of them, with its own limits, connections and circuit breakers. */
  gateway(limits?: Partial<AgencyLimits>, observer?: AgencyObserver): Promise<GatewayOverHttp>;
  close(): Promise<void>;
}

export interface GatewayOverHttp {
  ask(query: string, options?: AskOptions): Promise<GatewayReply>;
  /** The entries of its ledger. */
  readonly entries: readonly LedgerEntry[];
  logged(): string;
}

export interface GatewayReply {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
  readonly body: any;
  /** From sending to the end of the answer. */
  readonly milliseconds: number;
}

const GENERATED = join(PROJECT, 'gateway/generated');

export async function agenciesOverHttp(
  databases: ReadonlyMap<Agency, AgencyDatabase> = testDatabases(),
): Promise<AgenciesOverHttp> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const signContext = contextSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  const closing: (() => Promise<unknown>)[] = [];
  const subgraphs = new Map<Agency, RunningSubgraph>();
  const agencies = new Map<Agency, FaultyAgency>();
  const directory = await mkdtemp(join(tmpdir(), 'agencies-over-http-'));
  closing.push(() => rm(directory, { recursive: true, force: true }));
  const settings = agencySettings(new Environment({ PRACTICES_FILE: await unreviewedPractices(directory) }));
  for (const definition of SUBGRAPHS) {
    const { agency } = definition;
    const running = await startSubgraph({
      definition,
      database: withoutOwnerIfShared(agency, databases.get(agency) as AgencyDatabase),
      ledgerUrl: testLedger().readerUrl,
      district: TEST_DISTRICT,
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(publicKeyPem, agency),
      settings: settings.get(agency),
      log: pino({ level: 'silent' }),
    });
    const server = await faultyAgency(running.subgraph);
    subgraphs.set(agency, running);
    agencies.set(agency, server);
    closing.push(async () => {
      await server.close();
      await running.close();
    });
  }
  return {
    subgraphs,
    agency: (name) => agencies.get(name) as FaultyAgency,
    async gateway(given = {}, agencyObserver = {}) {
      const limits = { ...DEFAULT_AGENCY_LIMITS, requestMilliseconds: PATIENT_MILLISECONDS, ...given };
      const ledger = rememberingLedger();
      let logged = '';
      const sink = new Writable({
        write(chunk, _encoding, done) {
          logged += chunk;
          done();
        },
      });
      const gateway = createGateway({
        supergraphSdl: readFileSync(join(GENERATED, 'supergraph.graphql'), 'utf8'),
        rules: readRuleBundle(readFileSync(join(GENERATED, 'rules.json'), 'utf8')),
        accessMode: 'filter',
        transports: new Map(
          AGENCIES.map((agency) => [agency, httpTransport(agencies.get(agency)?.url ?? '', limits)] as const),
        ),
        agencyLimits: limits,
        agencyObserver,
        authenticate: async (authorization = '') => demoCaller(authorization.replace('Bearer ', '')),
        signContext,
        log: pino({ level: 'debug' }, sink),
      });
      await gateway.load(ledger);
      closing.unshift(() => gateway.close());
      return {
        entries: ledger.entries,
        logged: () => logged,
        async ask(query, options = {}) {
          const { variables, operationName } = options;
          const began = performance.now();
          const { statusCode, body } = await gateway.app.inject({
            method: 'POST',
            url: '/graphql',
            // A caller's name is the token.
            headers: headersOf({ token: String }, options),
            payload: { query, variables, operationName },
          });
          return { status: statusCode, text: body, body: JSON.parse(body), milliseconds: performance.now() - began };
        },
      };
    },
    async close() {
      for (const step of closing) await step();
    },
  };
}
