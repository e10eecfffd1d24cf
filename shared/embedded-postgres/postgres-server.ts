import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../cli/free-port';
import type { PostgresCluster } from './postgres-cluster';
import { postgresProcessOptions } from './postgres-command';
import { EmbeddedPostgresError } from './postgres-error';

/** A server that accepts connections. */
export interface PostgresServer {
  /** On 127.0.0.1. */
  readonly port: number;
  /**
   * Ends open sessions, writes a checkpoint and waits for the end of the server. Further calls return the same promise.
   *
   * @throws {EmbeddedPostgresError} if the server does not stop.
   */
  stop(): Promise<void>;
}

/** Suits a dozen small databases on a machine with two processors. fsync stays on: committed data survives kill -9. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // The log must not contain values of records. Errors of statements therefore go only to the client ("log" ranks above
  // "error" here), and log lines contain neither the statement nor details.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
} as const;

const ATTEMPTS = 10;
/** Long enough for the recovery of 2 GB of write-ahead log after a kill -9; milliseconds. */
const START_LIMIT = 180_000;
const FAST_SHUTDOWN = 30_000;
const IMMEDIATE_SHUTDOWN = 10_000;

/**
 * Starts the server of a cluster on a free port and waits until it accepts connections.
 *
 * @param postgres absolute path of the program.
 * @param logFile the server's output is appended to it; readable only by the user of this process.
 * @throws {EmbeddedPostgresError} with the last lines of the server's log, if it does not start.
 */
export async function startServer(
  cluster: PostgresCluster,
  postgres: string,
  logFile: string,
): Promise<PostgresServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const { child, logStart } = launch(cluster, postgres, port, logFile);
    const failure = await waitUntilReady(child, cluster.directory);
    if (failure === undefined) {
      let stopped: Promise<void> | undefined;
      return {
        port,
        stop() {
          stopped ??= stopServer(child);
          return stopped;
        },
      };
    }
    await stopServer(child);

    const log = (await readFile(logFile)).subarray(logStart).toString();
    if (attempt < ATTEMPTS && log.includes('could not create any TCP/IP sockets')) continue; // another took the port
    if (attempt < ATTEMPTS && log.includes('pre-existing shared memory block')) {
      await sleep(500); // processes of a killed server have not all noticed its end
      continue;
    }
    throw new EmbeddedPostgresError(`The database server did not start; see ${logFile}.`, log || failure);
  }
}

// Private:

function launch(cluster: PostgresCluster, postgres: string, port: number, logFile: string) {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  // Without pg_ctl, which passes the path to a shell; and in a container the server would lose the parent that reaps
  // it.
  const child = spawn(postgres, ['-D', cluster.directory, '-p', String(port), ...settings], {
    ...postgresProcessOptions(cluster.user),
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return { child, logStart };
}

/**
 * Reads the state from the server's lock file, as `pg_ctl --wait` does.
 *
 * @returns undefined when the server accepts connections, otherwise the reason why it does not.
 */
async function waitUntilReady(child: ChildProcess, clusterDirectory: string): Promise<string | undefined> {
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  const deadline = Date.now() + START_LIMIT;
  while (Date.now() < deadline) {
    await sleep(10);
    if (failure !== undefined) return failure;
    if (hasEnded(child)) return 'It ended at once.';
    const lines = (await readFile(join(clusterDirectory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return undefined;
  }
  return `It was not ready after ${START_LIMIT / 1000} s.`;
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  child.kill('SIGINT');
  if (await endsWithin(child, FAST_SHUTDOWN)) return;
  child.kill('SIGQUIT');
  if (await endsWithin(child, IMMEDIATE_SHUTDOWN)) return;
  throw new EmbeddedPostgresError(`The database server, process ${child.pid}, does not stop.`);
}

async function endsWithin(child: ChildProcess, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!hasEnded(child)) {
    if (Date.now() > deadline) return false;
    await sleep(10);
  }
  return true;
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
