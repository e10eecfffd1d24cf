import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './postgres-error';

/**
 * The password of the cluster's superuser, 48 hexadecimal digits, kept in `<dataDirectory>/keys/postgres-superuser`,
 * readable only by the user of this process.
 *
 * @param clusterExists whether a cluster was created with it, so that a new password would not fit.
 * @throws {EmbeddedPostgresError} if the cluster exists but the password is missing.
 */
export async function superuserPassword(dataDirectory: string, clusterExists: boolean): Promise<string> {
  const file = join(dataDirectory, 'keys', 'postgres-superuser');
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (clusterExists) throw new EmbeddedPostgresError(`The password of the database cluster is missing: ${file}.`);

  const password = randomBytes(24).toString('hex');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(`${file}.partial`, 'w', 0o600);
  await handle.writeFile(`${password}\n`);
  await handle.sync(); // the cluster is useless without it
  await handle.close();
  await rename(`${file}.partial`, file);
  return password;
}
