import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { claimDataDirectory } from '../../shared/embedded-postgres/data-directory';
import { stopOrphanedServer } from '../../shared/embedded-postgres/postgres-orphan';

/** What the directory of a run begins with. */
export const RUN_DIRECTORY = 'unified-child-record-tests-';

/** A run that is starting has made its directory, and not claimed it yet. */
const STARTING_MILLISECONDS = 600_000;

/** Removes the directories of runs that were killed, and stops their database servers. */
export async function removeLeftBehind(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(RUN_DIRECTORY));
  // What belongs to somebody else, or to a run under way, stays.
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
