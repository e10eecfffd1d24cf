import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../../../developer-kit/build/build';
import { freePort } from '../../../shared/cli/free-port';
import { PROJECT } from '../../../shared/config/project-root';
import { enumName, isAgency } from '../../../shared/domain/agencies';
import type { TestIdentityProvider } from '../../support/identity-provider';
import { makeKeys, type TestKeys } from '../../support/ledger';
import { UNHURRIED } from '../../support/patience';
import type { Agencies } from './agencies';
import { BENCH_CALLER } from './bench-case';
import { BENCH_HEADERS } from './bench-context';
import { type ServerProcess, startServer } from './server-process';

export interface OurGatewayOptions {
  readonly agencies: Agencies;
  readonly identityProvider: TestIdentityProvider;
  /** The keys of contexts; the agencies have the public one. */
  readonly contextKeys: TestKeys;
  readonly concurrency: number;
  readonly nodeOptions?: readonly string[];
  /** Replaces the gateway's program. */
  readonly program?: readonly string[];
  readonly name?: string;
  /** The checkout of the gateway: by default this one, which is built first; another one must be built. */
  readonly project?: string;
  /** The benches' settings to omit. */
  readonly without?: readonly string[];
  /** Settings that override the benches'. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Options of Node.js for the programs of the benches and for comparisons: they run from source. */
export const FROM_SOURCE = ['--max-semi-space-size=32', '--import', 'tsx'];

/** Preloads the report of memory. */
export const TELLING_MEMORY = {
  nodeOptions: ['--expose-gc', '--import', 'tsx', '--import', './test/bench/support/tell-memory.ts'],
};

/** Preloads the report of executed files. */
export const TELLING_FILES = { nodeOptions: ['--import', 'tsx', '--import', './test/bench/support/tell-files.ts'] };

/** Starts the gateway like `npm run serve:gateway`, with tokens, rules, signed contexts and ledger. */
export async function startOurGateway(options: OurGatewayOptions): Promise<ServerProcess> {
  const { agencies, identityProvider, contextKeys, concurrency, nodeOptions = [], name = 'ours' } = options;
  const { program, variables = {}, without = [], project = PROJECT } = options;
  if (project === PROJECT) await builtOnce();
  const urls = Object.entries(agencies.urls).flatMap(([agency, url]) =>
    isAgency(agency) ? [[`SUBGRAPH_URL_${enumName(agency)}`, url]] : [],
  );
  const settings: Record<string, string> = {
    ...Object.fromEntries(urls),
    ...UNHURRIED,
    LOG_LEVEL: 'error',
    // Benches take longer than the usual lifetime of tokens.
    JWT_LIFETIME_SECONDS: '14400',
    JWKS_URI: identityProvider.jwksUri,
    JWT_ISSUER: identityProvider.issuer,
    JWT_AUDIENCE: identityProvider.audience,
    CONTEXT_PRIVATE_KEY: contextKeys.privateKey,
    LEDGER_DATABASE_URL: agencies.ledger.ownerUrl,
    LEDGER_SIGNING_KEY: makeKeys().privateKey,
    LEDGER_HEAD_FILE: join(mkdtempSync(join(tmpdir(), 'bench-ledger-')), 'head.json'),
    ...variables,
  };
  return startServer({
    name,
    args: [...nodeOptions, ...(program ?? servedBy(project))],
    port: await freePort(),
    concurrency,
    project,
    variables: Object.fromEntries(Object.entries(settings).filter(([setting]) => !without.includes(setting))),
    headers: {
      authorization: `Bearer ${identityProvider.token(BENCH_CALLER, { expiresIn: '4h' })}`,
      ...BENCH_HEADERS,
    },
  });
}

/** What a checkout's `npm run serve:gateway` gives node. */
function servedBy(project: string): readonly string[] {
  const { scripts } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  return scripts['serve:gateway'].replace(/^exec node /, '').split(' ');
}

let building: Promise<void> | undefined;

function builtOnce(): Promise<void> {
  building ??= build();
  return building;
}
