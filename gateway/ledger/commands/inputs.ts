import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../../shared/cli/command-line';
import { provisionedUrls } from '../../../shared/db/agency-database';
import { withEmbeddedServer } from '../../../shared/embedded-postgres/embedded-server';
import { LEDGER_DATABASE_NAME, type LedgerDatabase } from '../database';
import { type ExportedCheckpoint, readExportedCheckpoint } from '../exported-checkpoint';
import { type SignatureVerifier, signatureVerifier } from '../signing';
import { LedgerReader } from '../verify/read-ledger';
import type { LedgerCommandInput } from './command';

/** An option that names a file and may be repeated. */
export const FILES = { type: 'string', multiple: true, default: [] as string[] } as const;

/** Runs work on the configured ledger, or on the embedded system's if none is configured. */
export function withDatabase<Result>(
  { config, dataDirectory }: Pick<LedgerCommandInput, 'config' | 'dataDirectory'>,
  work: (database: LedgerDatabase) => Promise<Result>,
): Promise<Result> {
  if (config.database !== undefined) return work(config.database);
  return withEmbeddedServer({ dataDirectory, variable: 'LEDGER_DATABASE_URL' }, (adminUrl) =>
    work(provisionedUrls(adminUrl, LEDGER_DATABASE_NAME)),
  );
}

/** Runs work on a snapshot of the ledger: as the auditor's role if one is configured, otherwise as the writer's. */
export function withLedger<Result>(
  input: LedgerCommandInput,
  work: (ledger: LedgerReader) => Promise<Result>,
): Promise<Result> {
  const read = async (url: string) => {
    const ledger = await LedgerReader.open(url);
    try {
      return await work(ledger);
    } finally {
      await ledger.close();
    }
  };
  const { auditorUrl } = input.config;
  return auditorUrl === undefined ? withDatabase(input, ({ writerUrl }) => read(writerUrl)) : read(auditorUrl);
}

/** @returns undefined if no file is named. */
export async function exportedIn(file: string | undefined): Promise<ExportedCheckpoint | undefined> {
  return file === undefined ? undefined : readExportedCheckpoint(await readText(file));
}

/** The keys in these files, and this system's own. @throws if there is none. */
export async function knownKeys(
  input: Pick<LedgerCommandInput, 'config' | 'dataDirectory'>,
  files: readonly string[],
): Promise<readonly SignatureVerifier[]> {
  const own = await ownKey(input);
  const keys = [...(own === undefined ? [] : [own]), ...(await Promise.all(files.map((file) => readText(file))))];
  if (keys.length === 0)
    throw new Error('There is no key to verify with: name public keys with --key FILE, or set LEDGER_SIGNING_KEY.');
  return keys.map(signatureVerifier);
}

/** Only the public keys in these files. */
export async function publicKeys(files: readonly string[]): Promise<readonly SignatureVerifier[]> {
  return (await Promise.all(files.map(readText))).map(signatureVerifier);
}

/** @throws if the file cannot be read. */
export async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => {
    throw new Error(`The file ${file} cannot be read.`);
  });
}

/** Parses the number of an entry, from 1 up. @throws UsageError for any other text. */
export function entryNumber(usage: string, option: string, text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`--${option} must be the number of an entry.`, usage);
  return Number(text);
}

/** This system's signing key, PEM; undefined if it is kept elsewhere. */
export async function ownKey({
  config,
  dataDirectory,
}: Pick<LedgerCommandInput, 'config' | 'dataDirectory'>): Promise<string | undefined> {
  return config.signingKey ?? (config.database === undefined ? await embeddedKey(dataDirectory) : undefined);
}

// Private:

/** Never creates the key: a command must not begin a ledger. */
async function embeddedKey(dataDirectory: string): Promise<string | undefined> {
  return readFile(join(dataDirectory, 'keys', 'ledger.pem'), 'utf8').catch(() => undefined);
}
