import { spawn } from 'node:child_process';

/** A user and its primary group, as numbers of passwd(5). */
export interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

/** The outcome of a program. */
export interface CommandResult {
  readonly succeeded: boolean;
  /** Standard output and standard error, or why the program could not be run. */
  readonly output: string;
}

/**
 * Options for starting PostgreSQL's programs: in a session of their own, so that Ctrl-C in a terminal reaches only this
 * process; from a directory that every user can enter; and without PG... variables of the environment, which would
 * override settings.
 *
 * @param user user to run as; undefined for the user of this process.
 */
export function postgresProcessOptions(user: UnixUser | undefined) {
  return {
    ...user,
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  } as const;
}

/** Runs one of PostgreSQL's programs, or the shell, to its end. Never rejects. */
export function runCommand(command: string, args: readonly string[], user?: UnixUser): Promise<CommandResult> {
  return new Promise<CommandResult>((done) => {
    const child = spawn(command, args, { ...postgresProcessOptions(user), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => done({ succeeded: false, output: error.message }));
    child.once('close', (exitCode) => done({ succeeded: exitCode === 0, output }));
  }).catch((error: Error) => ({ succeeded: false, output: error.message })); // spawn() itself throws on some errors
}
