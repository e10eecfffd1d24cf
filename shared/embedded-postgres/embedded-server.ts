import { access, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { claimDataDirectory, type DataDirectoryClaim, DataDirectoryInUseError } from './data-directory';
import { startEmbeddedPostgres } from './embedded-postgres';
import { locateCluster } from './postgres-cluster';
import { EmbeddedPostgresError } from './postgres-error';
import { superuserPassword } from './postgres-password';

export interface EmbeddedServerOptions {
  /** The embedded system's data directory. */
  readonly dataDirectory: string;
  /** The setting that names a database elsewhere, for the error message. */
  readonly variable: string;
}

/**
 * Runs work on the embedded system's database server, and starts that server for the duration of the work unless it is
 * already running.
 *
 * @param work gets a superuser's URL.
 */
export async function withEmbeddedServer<Result>(
  { dataDirectory, variable }: EmbeddedServerOptions,
  work: (adminUrl: string) => Promise<Result>,
): Promise<Result> {
  if (!(await exists(join(dataDirectory, 'keys', 'postgres-superuser')))) {
    throw new EmbeddedPostgresError(`There is no embedded database in ${dataDirectory}, and ${variable} is not set.`);
  }
  const claim = await claimUnlessInUse(dataDirectory);
  if (claim === undefined) {
    const adminUrl = await runningPostgresUrl(dataDirectory);
    if (adminUrl === undefined)
      throw new EmbeddedPostgresError('The embedded system is starting or stopping: try again in a moment.');
    return work(adminUrl);
  }
  try {
    const postgres = await startEmbeddedPostgres({ dataDirectory });
    try {
      return await work(postgres.adminUrl);
    } finally {
      await postgres.stop();
    }
  } finally {
    await claim.release();
  }
}

// Private:

async function claimUnlessInUse(dataDirectory: string): Promise<DataDirectoryClaim | undefined> {
  try {
    return await claimDataDirectory(dataDirectory);
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/**
 * The superuser's URL of the server that another process runs on this data directory, read from the server's lock file.
 *
 * @returns undefined if no server accepts connections.
 */
async function runningPostgresUrl(dataDirectory: string): Promise<string | undefined> {
  const cluster = await locateCluster(await realpath(dataDirectory));
  if (!cluster.exists) return undefined;
  const lines = (await readFile(join(cluster.directory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [port, state] = [lines[3]?.trim(), lines[7]?.trim()];
  if (state !== 'ready' || port === undefined) return undefined;
  return `postgres://postgres:${await superuserPassword(dataDirectory, true)}@127.0.0.1:${port}/postgres`;
}
