import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Directory for files that PostgreSQL's user must reach if the project itself is in a directory that this user cannot
 * enter, such as a clone under /root. Used by root only.
 */
export const STATE_DIRECTORY = '/var/lib/unified-child-record';

/** Creates a directory and its missing parents, open to every user whatever the umask; leaves existing ones alone. */
export async function createOpenDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await createOpenDirectory(dirname(directory));
    return createOpenDirectory(directory);
  }
  await chmod(directory, 0o755);
}
