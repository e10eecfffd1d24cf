import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { claimDataDirectory, type DataDirectoryClaim, DataDirectoryInUseError } from './data-directory';
import { startEmbeddedPostgres } from './embedded-postgres';
import { EmbeddedPostgresError } from './postgres-error';
import { runningPostgresUrl } from './running-postgres';

export interface EmbeddedServerOptions {
  /** Of the embedded system. */
  readonly dataDirectory: string;
  /** The variable that names a database elsewhere, for the message. */
  readonly variable: string;
}

/**
 * Does some work on the embedded system's server: on its own where it runs, on one started for the while where not.
 *
 * @param work is given a superuser's URL.
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
