import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { stopOrphanedServer } from '../../shared/embedded-postgres/postgres-orphan';

/** The prefix of a run's directory. */
export const RUN_DIRECTORY = 'unified-child-record-tests-';

/** A starting run has created its directory but not claimed it yet. */
const STARTING_MILLISECONDS = 600_000;

/** Removes the directories of runs that were killed, and stops their database servers. */
export async function removeLeftBehind(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(RUN_DIRECTORY));
  // Directories of other users and current runs stay.
  for (const name of names) await removeOne(join(parent, name)).catch(() => undefined);
}

// Private:

async function removeOne(directory: string): Promise<void> {
  if (Date.now() - (await stat(directory)).mtimeMs < STARTING_MILLISECONDS) return;
  const dataDirectory = join(directory, 'databases');
  const claim = await claimDataDirectory(dataDirectory);
  try {
    await stopOrphanedServer(join(dataDirectory, 'postgres'), () => undefined);
    await rm(directory, { recursive: true, force: true });
  } finally {
    await claim.release();
  }
}
