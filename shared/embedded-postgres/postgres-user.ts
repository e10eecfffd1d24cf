import { readFile } from 'node:fs/promises';
import { runCommand, type UnixUser } from './postgres-command';
import { EmbeddedPostgresError } from './postgres-error';

/** In order of preference; `_postgres` is the name on macOS. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

export function runsAsRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * Chooses the user to run PostgreSQL as if this process is root, which PostgreSQL refuses: `postgres` if the machine
 * has such a user, else `nobody`. Creates no user, so that trying this project leaves no account behind. Other programs
 * that run as `nobody` can read a cluster of `nobody`; except for trials, run the project as a user of its own.
 *
 * @throws {EmbeddedPostgresError} if /etc/passwd has none of them.
 */
export async function unprivilegedUser(): Promise<UnixUser> {
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const candidate of CANDIDATES) {
    const entry = entries.find(([name]) => name === candidate);
    const uid = Number(entry?.[2]);
    const gid = Number(entry?.[3]);
    if (uid > 0 && gid > 0) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and /etc/passwd has none of the users ${CANDIDATES.join(', ')} to run it as.`,
  );
}

/** Whether the user can enter the directory. Tries it, because access lists and the like also count. */
export async function canEnter(directory: string, user: UnixUser): Promise<boolean> {
  return (await runCommand('/bin/sh', ['-c', 'cd "$1"', 'sh', directory], user)).succeeded;
}
