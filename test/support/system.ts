import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { unreviewedPractices } from '../../developer-kit/simulate/unreviewed-practices';
import type { AccessMode } from '../../gateway/access/access-mode';
import { type AgencyLimits, DEFAULT_AGENCY_LIMITS } from '../../gateway/agencies/agency-limits';
import { tokenSettings } from '../../gateway/config';
import { agencySettings, type EmbeddedSystem, startEmbedded } from '../../gateway/embedded/embedded';
import type { GraphSettings } from '../../gateway/graph/graph-watch';
import { trustedProxies } from '../../gateway/http/trusted-proxies';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { ledgerConfig } from '../../gateway/ledger/settings';
import { limitSettings } from '../../gateway/limits/settings';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import type { Agency } from '../../shared/domain/agencies';
import { type Clock, systemClock } from '../../shared/domain/clock';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { Subgraph, SubgraphRequest } from '../../shared/protocol/subgraph-exchange';
import type { District } from '../../shared/synthetic/district';
import { telemetrySettings } from '../../shared/telemetry/settings';
import { emptyLedger, TEST_CHILD_IDS, TEST_DISTRICT, testDatabases, withoutOwnerIfShared } from './databases';
import { type TestIdentityProvider, testIdentityProvider } from './identity-provider';
import { dropLedgerDatabase } from './ledger';
import { PATIENT_MILLISECONDS, UNHURRIED } from './patience';
import { LEFT_BEHIND_ASSESSMENT, visitsOf } from './references';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers have as many shapes as there are operations.
  readonly body: any;
}

export interface AskOptions {
  readonly as?: string;
  readonly purpose?: string | null;
  readonly reference?: string;
  /** The written reason for emergency access. */
  readonly reason?: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** An officer of the demo with a purpose: `as('police-officer', 'OWN_DUTY')`. */
export const as = (caller: string, purpose: string): AskOptions => ({ as: caller, purpose });

/** A case worker who chooses whom to assess: without a reference. */
export const TRIAGE: AskOptions = { as: 'town-case-worker', purpose: 'RISK_ASSESSMENT' };

/** An officer on a visit, with the list of their seeded duty. */
export const visiting = (caller = 'child-director'): AskOptions => ({
  as: caller,
  purpose: 'VISIT',
  reference: visitsOf(caller),
});

/**
 * Who asks where a test says nothing: `town-case-worker`, with the assessment of the story's left-behind child. A test that names
 * the caller, the purpose or the reference names all that it needs, but that the caller is `town-case-worker` and the purpose
 * `RISK_ASSESSMENT`.
 */
export function withDefaults(options: AskOptions): AskOptions {
  const { as = 'town-case-worker', purpose = 'RISK_ASSESSMENT' } = options;
  const isNamed = ['as', 'purpose', 'reference'].some((name) => name in options);
  return { ...options, as, purpose, ...(!isNamed && { reference: LEFT_BEHIND_ASSESSMENT }) };
}

/** The headers of a request, with `withDefaults`. */
export function headersOf(
  identityProvider: Pick<TestIdentityProvider, 'token'>,
  options: AskOptions = {},
): Record<string, string> {
  const { as = '', purpose, reference, reason } = withDefaults(options);
  return {
    authorization: `Bearer ${identityProvider.token(as)}`,
    ...(purpose != null && { 'access-purpose': purpose }),
    ...(reference !== undefined && { 'access-reference': reference }),
    ...(reason !== undefined && { 'access-reason': encodeURIComponent(reason) }),
  };
}

/** The real system on the tests' databases, with its internal requests and statements recorded. */
export interface TestSystem extends EmbeddedSystem {
  readonly url: string;
  readonly identityProvider: TestIdentityProvider;
  /** Sends an operation, by default as `withDefaults` says. */
  ask(query: string, options?: AskOptions): Promise<Reply>;
  /** Sends a body unchanged. */
  post(body: string, headers: Record<string, string>): Promise<Reply>;
  /** The directory in which the process keeps its files. */
  readonly dataDirectory: string;
  /** The log so far. */
  logged(): string;
  /** Requests to agencies and their SQL statements since the last call of `forget`. */
  readonly subRequests: { readonly agency: Agency; readonly request: SubgraphRequest }[];
  readonly statements: { readonly agency: Agency; readonly sql: string }[];
  forget(): void;
  readonly ledgerDatabase: LedgerDatabase;
  /** Stops the system; its ledger can be read until it is closed. */
  stop(): Promise<void>;
  /** The entries of the access ledger in order; only those of one request if its id is given. */
  entries(requestId?: string | null): Promise<readonly LedgerEntry[]>;
}

export interface SystemOptions {
  readonly accessMode?: AccessMode;
  /** Replaces the shared databases, for a test that writes. */
  readonly databases?: ReadonlyMap<Agency, AgencyDatabase>;
  readonly district?: District;
  /** Settings of agencies besides their databases. */
  readonly environment?: NodeJS.ProcessEnv;
  /** The agencies' clock, so a test can let days pass. */
  readonly clock?: Clock;
  /** The number of unreviewed emergency uses; unlimited on shared databases. */
  readonly emergencies?: 'limited' | 'unlimited';
  readonly agencyLimits?: Partial<AgencyLimits>;
  /** The source of supergraph and rules, instead of the committed ones; it is checked on demand. */
  readonly graph?: Pick<GraphSettings, 'supergraph' | 'rules'>;
  /** The manifest of trusted documents. */
  readonly trustedDocumentsFile?: string;
}

const COMMITTED_GRAPH = {
  supergraph: join(PROJECT, 'gateway/generated/supergraph.graphql'),
  rules: join(PROJECT, 'gateway/generated/rules.json'),
};

export async function startSystem({
  accessMode = 'filter',
  databases: own,
  district = TEST_DISTRICT,
  environment = {},
  clock = systemClock,
  emergencies = own === undefined ? 'unlimited' : 'limited',
  agencyLimits = {},
  graph,
  trustedDocumentsFile,
}: SystemOptions = {}): Promise<TestSystem> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'record-system-'));
  const identityProvider = await testIdentityProvider();
  const ledgerName = `ledger_${randomBytes(6).toString('hex')}`;
  const ledgerDatabase = await emptyLedger(ledgerName);
  const databases = own ?? testDatabases();
  const settings = {
    ...(emergencies === 'unlimited' && { PRACTICES_FILE: await unreviewedPractices(dataDirectory) }),
    ...environment,
  };
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const system = await startEmbedded(
    {
      host: '127.0.0.1',
      port: 0,
      logLevel: 'debug',
      graph: { ...COMMITTED_GRAPH, ...graph, reloadSeconds: 0 },
      accessMode,
      tokens: tokenSettings(new Environment(environment)),
      trustedProxies: trustedProxies(new Environment(environment)),
      agencyLimits: { ...DEFAULT_AGENCY_LIMITS, requestMilliseconds: PATIENT_MILLISECONDS, ...agencyLimits },
      trustedDocumentsFile,
      limits: limitSettings(new Environment({ ...UNHURRIED, ...environment })),
      telemetry: telemetrySettings(new Environment(environment)),
      production: false,
      dataDirectory,
      identityProvider,
      childIds: TEST_CHILD_IDS,
      district,
      agencySettings: agencySettings(new Environment(settings)),
      databases: new Map([...databases].map(([agency, database]) => [agency, withoutOwnerIfShared(agency, database)])),
      ledger: {
        ...ledgerConfig(
          new Environment({ LEDGER_DEADLINE_MILLISECONDS: String(PATIENT_MILLISECONDS), ...environment }),
        ),
        database: ledgerDatabase,
      },
    },
    pino({ level: 'debug' }, sink),
    undefined,
    undefined,
    clock,
  );
  const subRequests: TestSystem['subRequests'] = [];
  const statements: TestSystem['statements'] = [];
  for (const [agency, { subgraph, db, lists }] of system.subgraphs) {
    const { handle } = subgraph;
    Object.assign(subgraph, {
      handle: (request) => {
        subRequests.push({ agency, request });
        return handle(request);
      },
    } satisfies Partial<Subgraph>);
    for (const pool of [db, lists]) {
      pool.on('query', ({ sql }: { sql: string }) => statements.push({ agency, sql }));
    }
  }

  const ledgerReader = connect(ledgerDatabase.readerUrl, { poolSize: 1, statementTimeout: 0 });
  const url = `http://127.0.0.1:${system.port}/graphql`;
  const post = async (body: string, headers: Record<string, string>): Promise<Reply> => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  };
  return {
    ...system,
    url,
    dataDirectory,
    identityProvider,
    post,
    ask(query, options = {}) {
      const { variables, operationName } = options;
      return post(JSON.stringify({ query, variables, operationName }), headersOf(identityProvider, options));
    },
    logged: () => lines.join(''),
    subRequests,
    statements,
    forget() {
      subRequests.length = 0;
      statements.length = 0;
    },
    ledgerDatabase,
    stop: system.close,
    async entries(requestId) {
      const rows = ledgerReader.withSchema('exposed').from('access_entry').orderBy('seq').pluck('body');
      const bodies: string[] = await (requestId ? rows.where('request_id', requestId) : rows);
      return bodies.map((body) => JSON.parse(body) as LedgerEntry);
    },
    async close() {
      await system.close();
      await ledgerReader.destroy();
      await dropLedgerDatabase(ledgerName);
      await identityProvider.close();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
