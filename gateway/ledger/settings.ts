import type { Environment } from '../../shared/config/environment';
import { postgresUrl } from '../../shared/config/postgres-url-setting';
import { readerUrlFor, writerUrlFor } from '../../shared/db/agency-database';
import { LEDGER_HASHES } from './chain';
import type { LedgerDatabase } from './database';
import type { LedgerSettings } from './open-ledger';
import { signer } from './signing';

/** The ledger's configuration. */
export interface LedgerConfig {
  /** Undefined for the embedded system's own database. */
  readonly database: LedgerDatabase | undefined;
  /** PEM; undefined for the embedded system's own key. */
  readonly signingKey: string | undefined;
  /** URL of the role that can only verify the ledger; undefined for none. */
  readonly auditorUrl: string | undefined;
  readonly settings: Omit<LedgerSettings, 'signingKey'>;
  /** Retention of entries before they may be archived, in years. */
  readonly retentionYears: number;
}

const KNOWN = [
  'LEDGER_DATABASE_URL',
  'LEDGER_WRITER_DATABASE_URL',
  'LEDGER_READER_DATABASE_URL',
  'LEDGER_AUDITOR_DATABASE_URL',
  'LEDGER_HASH',
  // Stands for LEDGER_HEAD_FILE, as `refuseUnknown` drops the suffix `_FILE`.
  'LEDGER_HEAD',
  'LEDGER_SIGNING_KEY',
  'LEDGER_CHECKPOINT_ENTRIES',
  'LEDGER_CHECKPOINT_SECONDS',
  'LEDGER_DEADLINE_MILLISECONDS',
  'LEDGER_RETENTION_YEARS',
];

/** 网络数据安全管理条例 art. 12: records of data provision are kept for at least three years. */
export const LEAST_RETENTION_YEARS = 3;

/** Adds faults to the environment. */
export function ledgerConfig(environment: Environment): LedgerConfig {
  environment.refuseUnknown('LEDGER_', KNOWN);
  return {
    database: ledgerDatabase(environment),
    signingKey: signingKey(environment),
    auditorUrl: auditorSetting(environment),
    settings: {
      hash: environment.oneOf('LEDGER_HASH', LEDGER_HASHES, 'sm3'),
      checkpointEntries: environment.integer('LEDGER_CHECKPOINT_ENTRIES', 1_000, 1, 100_000),
      checkpointSeconds: environment.integer('LEDGER_CHECKPOINT_SECONDS', 60, 1, 3_600),
      deadlineMilliseconds: environment.integer('LEDGER_DEADLINE_MILLISECONDS', 2_000, 100, 60_000),
      headFile: environment.optional('LEDGER_HEAD_FILE'),
    },
    retentionYears: environment.integer('LEDGER_RETENTION_YEARS', LEAST_RETENTION_YEARS, LEAST_RETENTION_YEARS, 100),
  };
}

/** The configuration of a gateway without an embedded database and key. */
export function requiredLedgerConfig(
  environment: Environment,
): LedgerConfig & { readonly database: LedgerDatabase; readonly settings: LedgerSettings } {
  const { database, settings, signingKey, ...rest } = ledgerConfig(environment);
  if (database === undefined && environment.optional('LEDGER_WRITER_DATABASE_URL') === undefined) {
    environment.fault('LEDGER_DATABASE_URL (or LEDGER_WRITER_DATABASE_URL) is not set: where accesses are recorded.');
  }
  if (environment.production && settings.headFile === undefined) {
    environment.fault('LEDGER_HEAD_FILE is not set: where the end of the ledger is kept, outside of its database.');
  }
  environment.requiredSecret('LEDGER_SIGNING_KEY', 'the P-256 or SM2 key that checkpoints are signed with, PEM.');
  return {
    database: database ?? { ownerUrl: undefined, writerUrl: '', readerUrl: '' },
    signingKey,
    settings: { ...settings, signingKey: signingKey ?? '' },
    ...rest,
  };
}

// Private:

function ledgerDatabase(environment: Environment): LedgerDatabase | undefined {
  const ownerUrl = postgresUrl(environment, 'LEDGER_DATABASE_URL');
  const writerUrl = postgresUrl(environment, 'LEDGER_WRITER_DATABASE_URL') ?? (ownerUrl && writerUrlFor(ownerUrl));
  const readerUrl = postgresUrl(environment, 'LEDGER_READER_DATABASE_URL') ?? (ownerUrl && readerUrlFor(ownerUrl));
  const auditorUrl = auditorSetting(environment);
  if (writerUrl !== undefined && readerUrl !== undefined) return { ownerUrl, writerUrl, readerUrl, auditorUrl };
  if (writerUrl !== undefined || readerUrl !== undefined) {
    const missing = writerUrl === undefined ? 'WRITER' : 'READER';
    environment.fault(
      `LEDGER_${missing}_DATABASE_URL is not set, and there is no LEDGER_DATABASE_URL to derive it from.`,
    );
  }
  return undefined;
}

const auditorSetting = (environment: Environment): string | undefined =>
  postgresUrl(environment, 'LEDGER_AUDITOR_DATABASE_URL');

function signingKey(environment: Environment): string | undefined {
  const key = environment.secret('LEDGER_SIGNING_KEY');
  try {
    if (key !== undefined) signer(key);
  } catch (error) {
    environment.fault(`LEDGER_SIGNING_KEY: ${(error as Error).message}`);
  }
  return key;
}
