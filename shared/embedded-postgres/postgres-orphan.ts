import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './postgres-command';
import { EmbeddedPostgresError } from './postgres-error';

/** How long a fast shutdown, with its checkpoint, may take before the server is stopped without one; milliseconds. */
const FAST_SHUTDOWN = 20_000;
const IMMEDIATE_SHUTDOWN = 10_000;

/** Larger than any pid that a kernel gives out. */
const PID_OF_NOBODY = 2_147_483_647;

/**
 * Stops the server that an earlier, killed process left running on the cluster, if there is one. The caller has claimed
 * the data directory, so no other process owns a server that runs there.
 *
 * @param clusterDirectory absolute path, as it was given to the server.
 * @throws {EmbeddedPostgresError} if the server does not stop.
 */
export async function stopOrphanedServer(clusterDirectory: string, onFound: (pid: number) => void): Promise<void> {
  const lockFile = join(clusterDirectory, 'postmaster.pid');
  const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;

  if (!(await isServerOf(pid, clusterDirectory))) {
    // The pid of a dead server may have been reused. PostgreSQL would take that program for its server and refuse to
    // start. The other lines stay: PostgreSQL uses them to find processes of the dead server that still live.
    await writeFile(lockFile, [String(PID_OF_NOBODY), ...lines.slice(1)].join('\n'));
    return;
  }

  onFound(pid);
  process.kill(pid, 'SIGINT');
  if (await isGone(pid, clusterDirectory, FAST_SHUTDOWN)) return;
  process.kill(pid, 'SIGQUIT');
  if (await isGone(pid, clusterDirectory, IMMEDIATE_SHUTDOWN)) return;
  throw new EmbeddedPostgresError(`The database server that was left behind, process ${pid}, does not stop.`);
}

// Private:

/** Checks the command line: a pid alone may have been reused since the machine restarted. */
async function isServerOf(pid: number, clusterDirectory: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    return command[command.indexOf('-D') + 1] === clusterDirectory;
  }
  const { output } = await runCommand('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return output.includes(` -D ${clusterDirectory} `);
}

async function isGone(pid: number, clusterDirectory: string, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (await isServerOf(pid, clusterDirectory)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
