import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { preparePostgresBinaries } from './postgres-binaries';
import { createCluster, locateCluster } from './postgres-cluster';
import { stopOrphanedServer } from './postgres-orphan';
import { superuserPassword } from './postgres-password';
import { startServer } from './postgres-server';

export interface EmbeddedPostgresOptions {
  /** An existing directory that this process has claimed. Everything is kept there, also between runs. */
  readonly dataDirectory: string;
  /** Called with a sentence for each step that takes time. */
  readonly onProgress?: (text: string) => void;
}

/** A running PostgreSQL that belongs to this process. */
export interface EmbeddedPostgres {
  /** On 127.0.0.1; a new one at each start. */
  readonly port: number;
  /** The superuser's connection to the database `postgres`: postgres://postgres:<password>@127.0.0.1:<port>/postgres */
  readonly adminUrl: string;
  /**
   * Ends open sessions and stops the server. Further calls return the same promise.
   *
   * @throws {EmbeddedPostgresError} if the server does not stop.
   */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that came with `npm install`, on the data of the last run or on a new, empty cluster.
 *
 * The server runs in a session of its own: only `stop()` stops it, not Ctrl-C or the end of this process. A server that
 * a killed process left running is stopped first. The server's log is `<dataDirectory>/postgres.log`.
 *
 * PostgreSQL refuses to run as root. If this process is root, the server runs as an unprivileged user (see
 * `unprivilegedUser`), and files that this user cannot reach in place are kept under /var/lib/unified-child-record.
 *
 * @throws {EmbeddedPostgresError} with the last lines of the failed program.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { onProgress = () => {} } = options;
  // The real path, because an orphaned server is recognised by it.
  const dataDirectory = await realpath(options.dataDirectory);

  const cluster = await locateCluster(dataDirectory);
  const binaries = await preparePostgresBinaries(dataDirectory, cluster.user);
  const password = await superuserPassword(dataDirectory, cluster.exists);
  if (cluster.exists) {
    await stopOrphanedServer(cluster.directory, (pid) => {
      onProgress(`Stopping the database server that an earlier run left behind, process ${pid}.`);
    });
  } else {
    onProgress(`Creating the database cluster ${cluster.directory}.`);
    await createCluster(cluster, binaries, password);
  }

  onProgress('Starting the database server.');
  const { port, stop } = await startServer(cluster, binaries.postgres, join(dataDirectory, 'postgres.log'));
  onProgress(`The database server listens on 127.0.0.1:${port}.`);
  return { port, adminUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, stop };
}
