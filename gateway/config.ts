import { X509Certificate } from 'node:crypto';
import { join, resolve } from 'node:path';
import { childIdSettings, derivationsPerMinute } from '../shared/config/child-id-key-setting';
import { contextKeySetting } from '../shared/config/context-key-setting';
import { dataDirectory } from '../shared/config/data-directory-setting';
import type { Environment } from '../shared/config/environment';
import type { AgencyDatabase } from '../shared/db/agency-database';
import { AGENCIES, type Agency, enumName } from '../shared/domain/agencies';
import type { ChildIdOptions } from '../shared/domain/child-id';
import { certificateFiles } from '../shared/mtls/certificate-setting';
import type { CertificateFiles } from '../shared/mtls/certificates';
import {
  agencyDatabase,
  type DistrictSettings,
  districtSettings,
  refuseUnknownAgencies,
} from '../shared/subgraph/subgraph-settings';
import { type TelemetrySettings, telemetrySettings } from '../shared/telemetry/settings';
import { ACCESS_MODES, type AccessMode } from './access/access-mode';
import { type AgencyLimits, agencyLimits } from './agencies/agency-limits';
import type { GraphSettings } from './graph/graph-watch';
import { DEFAULT_TOKEN_SETTINGS, type IdentityProvider, type TokenSettings } from './http/authenticate';
import { trustedProxies } from './http/trusted-proxies';
import type { LedgerDatabase } from './ledger/database';
import type { LedgerSettings } from './ledger/open-ledger';
import { type LedgerConfig, ledgerConfig, requiredLedgerConfig } from './ledger/settings';
import { type LimitSettings, limitSettings } from './limits/settings';

const DEFAULT_PORT = 4000;
const DEFAULT_DISTRICT_SIZE = 2_000;
const DEFAULT_RELOAD_SECONDS = 10;

/** Settings of a gateway, wherever its agencies run. */
export interface ServingConfig {
  readonly host: string;
  readonly port: number;
  readonly trustedProxies: readonly string[];
  readonly tokens: TokenSettings;
  readonly logLevel: string;
  readonly graph: GraphSettings;
  readonly accessMode: AccessMode;
  readonly telemetry: TelemetrySettings;
  readonly agencyLimits: AgencyLimits;
  readonly limits: LimitSettings;
  /** Path of the manifest of trusted operations; undefined to allow every operation. */
  readonly trustedDocumentsFile: string | undefined;
}

/** The gateway alone, in front of subgraphs that run elsewhere. */
export interface GatewayConfig extends ServingConfig {
  readonly identityProvider: IdentityProvider;
  /** P-256, PEM: signs the contexts. */
  readonly contextPrivateKey: string;
  readonly subgraphUrls: ReadonlyMap<Agency, string>;
  /** For mutual TLS with the agencies; undefined for none. */
  readonly certificates: CertificateFiles | undefined;
  readonly ledger: { readonly database: LedgerDatabase; readonly settings: LedgerSettings };
}

/** Everything in one process. */
export interface EmbeddedConfig extends ServingConfig {
  readonly production: boolean;
  readonly dataDirectory: string;
  /** Undefined for the embedded identity provider. */
  readonly identityProvider: IdentityProvider | undefined;
  readonly childIds: ChildIdOptions;
  readonly derivationsPerMinute?: number;
  readonly district: DistrictSettings | undefined;
  /** Each agency's own settings, as its definition reads them. */
  readonly agencySettings: ReadonlyMap<Agency, unknown>;
  /** Databases that run elsewhere; every other agency gets one on the embedded server. */
  readonly databases: ReadonlyMap<Agency, AgencyDatabase>;
  readonly ledger: LedgerConfig;
}

/** @throws ConfigurationError that lists every fault. */
export function gatewayConfig(environment: Environment): GatewayConfig {
  refuseUnknownAgencies(environment);
  const certificates = certificateFiles(environment);
  const config = {
    ...servingConfig(environment, '0.0.0.0'),
    certificates,
    telemetry: telemetrySettings(environment),
    identityProvider: identityProvider(environment),
    contextPrivateKey: contextKeySetting(environment, 'private'),
    subgraphUrls: new Map(
      AGENCIES.map((agency) => {
        const name = `SUBGRAPH_URL_${enumName(agency)}`;
        const url = environment.required(name, `where the subgraph of ${agency} listens.`);
        if (url !== '' && !URL.canParse(url))
          environment.fault(`${name} must be a URL like http://education:4001/graphql.`);
        if (certificates !== undefined && URL.canParse(url) && new URL(url).protocol !== 'https:')
          environment.fault(`${name} must be an https URL: the MTLS_ files are set.`);
        return [agency, url];
      }),
    ),
    ledger: requiredLedgerConfig(environment),
  };
  environment.finish();
  return config;
}

/** @throws ConfigurationError that lists every fault. */
export function embeddedConfig(
  environment: Environment,
  agencySettings: EmbeddedConfig['agencySettings'],
): EmbeddedConfig {
  refuseUnknownAgencies(environment);
  // The embedded identity provider does not exist in production.
  const ownProvider = environment.optional('JWKS_URI') === undefined && !environment.production;
  for (const name of ['JWT_ISSUER', 'JWT_AUDIENCE']) {
    if (ownProvider && environment.optional(name) !== undefined) {
      environment.fault(`${name} is set without JWKS_URI: the embedded identity provider has its own.`);
    }
  }
  const config = {
    ...servingConfig(environment, '127.0.0.1'),
    // Programs on this machine may read metrics: they can sign tokens with the embedded identity provider anyway.
    telemetry: telemetrySettings(environment, ownProvider),
    production: environment.production,
    dataDirectory: dataDirectory(environment),
    identityProvider: ownProvider ? undefined : identityProvider(environment),
    childIds: childIdSettings(environment),
    derivationsPerMinute: derivationsPerMinute(environment),
    district: districtSettings(environment, DEFAULT_DISTRICT_SIZE),
    agencySettings,
    databases: new Map(
      AGENCIES.flatMap((agency) => {
        const database = agencyDatabase(environment, agency);
        return database === undefined ? [] : [[agency, database] as const];
      }),
    ),
    ledger: ledgerConfig(environment),
  };
  environment.finish();
  return config;
}

function servingConfig(environment: Environment, host: string): Omit<ServingConfig, 'telemetry'> {
  return {
    host: environment.optional('HOST') ?? host,
    port: environment.integer('PORT', DEFAULT_PORT, 1, 65_535),
    trustedProxies: trustedProxies(environment),
    tokens: tokenSettings(environment),
    logLevel: environment.oneOf('LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    graph: {
      supergraph: fileOrUrl(environment, 'SUPERGRAPH', 'generated/supergraph.graphql'),
      rules: fileOrUrl(environment, 'RULES', 'generated/rules.json'),
      reloadSeconds: environment.integer('RELOAD_SECONDS', DEFAULT_RELOAD_SECONDS, 0, 86_400),
    },
    accessMode: environment.oneOf('ACCESS_MODE', ACCESS_MODES, 'filter'),
    agencyLimits: agencyLimits(environment),
    limits: limitSettings(environment),
    trustedDocumentsFile: trustedDocumentsFile(environment),
  };
}

/** Supergraph and rules decide who may read what, so a URL must not let anybody else answer in its place. */
function fileOrUrl(environment: Environment, name: 'SUPERGRAPH' | 'RULES', fallback: string): string | URL {
  return optionalFileOrUrl(environment, name) ?? resolve(join(__dirname, fallback));
}

function optionalFileOrUrl(environment: Environment, name: string): string | URL | undefined {
  const location = environment.optional(name);
  if (location === undefined) return undefined;
  if (!/^[a-z][a-z\d+.-]+:\/\//i.test(location)) {
    return resolve(location);
  }
  const url = URL.canParse(location) ? new URL(location) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url !== undefined && safe && url.username === '' && url.password === '') return url;
  environment.fault(`${name} must be a path, an https URL without a password, or an http URL on this machine.`);
  return '';
}

/**
 * Agencies whose URL is neither https nor on this machine: signed contexts could be read on the network and replayed.
 */
export function agenciesInClear(urls: ReadonlyMap<Agency, string>): readonly Agency[] {
  return [...urls].flatMap(([agency, text]) => {
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || LOOPBACK.test(hostname) ? [] : [agency];
  });
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

function trustedDocumentsFile(environment: Environment): string | undefined {
  if (environment.oneOf('TRUSTED_DOCUMENTS', ['off', 'only'], 'off') === 'off') return undefined;
  return resolve(environment.required('TRUSTED_DOCUMENTS_FILE', 'the manifest of the operations to answer.'));
}

function identityProvider(environment: Environment): IdentityProvider {
  const jwksUri = environment.required('JWKS_URI', 'where the identity provider publishes its keys.');
  if (jwksUri !== '' && !URL.canParse(jwksUri)) environment.fault('JWKS_URI must be a URL.');
  return {
    jwksUri,
    issuer: environment.required('JWT_ISSUER', 'the issuer that tokens must name.'),
    audience: environment.required('JWT_AUDIENCE', 'the audience that tokens must name.'),
  };
}

/** Adds faults to the environment. */
export function tokenSettings(environment: Environment): TokenSettings {
  const ca = environment.secret('JWKS_CA');
  if (ca !== undefined && !isCertificate(ca)) environment.fault('JWKS_CA must be certificates in PEM.');
  return {
    ca,
    lifetimeSeconds: environment.integer('JWT_LIFETIME_SECONDS', DEFAULT_TOKEN_SETTINGS.lifetimeSeconds, 60, 86_400),
    revocationList: optionalFileOrUrl(environment, 'REVOCATION_LIST'),
  };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).publicKey !== undefined;
  } catch {
    return false;
  }
}
