import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { locateCluster } from './postgres-cluster';
import { superuserPassword } from './postgres-password';

/**
 * The superuser's URL of the server that another process runs on a data directory, by the state that the server keeps in
 * its lock file.
 *
 * @returns undefined where none accepts connections.
 */
export async function runningPostgresUrl(dataDirectory: string): Promise<string | undefined> {
  const cluster = await locateCluster(await realpath(dataDirectory));
  if (!cluster.exists) return undefined;
  const lines = (await readFile(join(cluster.directory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [port, state] = [lines[3]?.trim(), lines[7]?.trim()];
  if (state !== 'ready' || port === undefined) return undefined;
  return `postgres://postgres:${await superuserPassword(dataDirectory, true)}@127.0.0.1:${port}/postgres`;
}
