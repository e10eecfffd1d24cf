import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { provisionedUrls } from '../../../shared/db/agency-database';
import {
  claimDataDirectory,
  type DataDirectoryClaim,
  DataDirectoryInUseError,
} from '../../../shared/db/data-directory';
import { startEmbeddedPostgres } from '../../../shared/db/embedded-postgres';
import { runningPostgresUrl } from '../../../shared/db/running-postgres';
import { LEDGER_DATABASE_NAME, type LedgerDatabase } from '../database';

/** Does some work on the embedded system's ledger: on its own server where it runs, on one started for the while where not. */
export async function withEmbeddedDatabase<Result>(
  dataDirectory: string,
  work: (database: LedgerDatabase) => Promise<Result>,
): Promise<Result> {
  if (!(await exists(join(dataDirectory, 'keys', 'postgres-superuser')))) {
    throw new Error(`There is no embedded database in ${dataDirectory}, and LEDGER_DATABASE_URL is not set.`);
  }
  const claim = await claimUnlessInUse(dataDirectory);
  if (claim === undefined) {
    const adminUrl = await runningPostgresUrl(dataDirectory);
    if (adminUrl === undefined) throw new Error('The embedded system is starting or stopping: try again in a moment.');
    return work(provisionedUrls(adminUrl, LEDGER_DATABASE_NAME));
  }
  try {
    const postgres = await startEmbeddedPostgres({ dataDirectory });
    try {
      return await work(provisionedUrls(postgres.adminUrl, LEDGER_DATABASE_NAME));
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
