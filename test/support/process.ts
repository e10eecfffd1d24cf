import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from '../../shared/config/project-root';
import { NEVER_MILLISECONDS } from './until';

export interface Ending {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real child process. */
export interface StartedProcess {
  readonly child: ChildProcess;
  /** Its standard output so far. */
  stdout(): string;
  /** Waits until standard output matches, from a position on. @throws if the process ends first. */
  shows(pattern: RegExp, from?: number): Promise<RegExpExecArray>;
  readonly ended: Promise<Ending>;
}

export type Variables = Readonly<Record<string, string>>;

/** For all Node.js processes that tests start. */
export const NODE_OPTIONS = `--require ${join(__dirname, 'started-process.js')}`;

/** Runs a shell command in the project's folder, with only these variables, NODE_OPTIONS, and the run's PATH, HOME and TMPDIR. */
export function startLine(line: string, variables: Variables = {}): StartedProcess {
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
  // The shell replaces itself by the process, which then receives the signals.
  const child = spawn('/bin/sh', ['-c', line], {
    cwd: PROJECT,
    env: { PATH, HOME, TMPDIR, NODE_OPTIONS, ...variables },
  });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text) => {
      written[stream] += text;
    });
  }
  const ended = once(child, 'close').then(([code]): Ending => ({ code, ...written }));
  return {
    child,
    stdout: () => written.stdout,
    ended,
    async shows(pattern, from = 0) {
      const limit = AbortSignal.timeout(NEVER_MILLISECONDS);
      const over = Promise.race([ended, once(limit, 'abort')]);
      for (;;) {
        const match = pattern.exec(written.stdout.slice(from));
        if (match !== null) return match;
        // Immediately, because the process continues meanwhile.
        if ((await Promise.race([once(child.stdout, 'data').then(() => 'more'), over])) === 'more') continue;
        const last = pattern.exec(written.stdout.slice(from));
        if (last !== null) return last;
        throw new Error(`${pattern} was never shown:\n${written.stdout}\n${written.stderr}`);
      }
    },
  };
}

/** The command behind `npm start`, in embedded mode. */
export function startSystemProcess(variables: Variables): StartedProcess {
  const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  return startLine(`exec ${scripts.start.replace(/^exec /, '')}`, variables);
}

/** A data directory that PostgreSQL's own user can enter if the tests run as root. */
export function temporaryDataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'record-lifecycle-'));
  chmodSync(directory, 0o755);
  return directory;
}

/** Processes with the directory in their command line: its database server, while it runs. */
export function processesOn(directory: string): number[] {
  return processesWhere(({ command }) => command.includes(`${directory}/`));
}

/** Ends processes that a failed test may have left, and removes the directory. */
export function removeDataDirectory(directory: string): void {
  const claim = join(directory, 'claim');
  const holder = existsSync(claim) ? Number(readFileSync(claim, 'utf8')) : 0;
  const own = processesWhere(({ pid, parent }) => pid === holder && parent === process.pid);
  for (const pid of [...own, ...processesOn(directory)]) process.kill(pid, 'SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function processesWhere(matches: (process: { pid: number; parent: number; command: string }) => boolean): number[] {
  const lines = execFileSync('ps', ['-ww', '-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, command = ''] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return matches({ pid: Number(pid), parent: Number(parent), command }) ? [Number(pid)] : [];
  });
}
