import { execFile, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from '../../shared/config/project-root';
import type { ComposeService } from './compose-file';
import { NODE_OPTIONS } from './process';
import { NEVER_MILLISECONDS } from './until';

const POLL_MILLISECONDS = 300;

/** A compose service as a process of this machine, with only its service's environment, TMPDIR and NODE_OPTIONS. */
export interface ServiceProcess {
  /** Waits until the service's health check succeeds. @throws with the output if the process ends first. */
  healthy(): Promise<void>;
  /** @throws with the output if the process has ended. */
  expectRunning(): void;
  /** Waits until it exits with 0. @throws with the output otherwise. */
  completed(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /**
   * Sends SIGTERM, as `docker compose stop` does, then SIGKILL if necessary. @returns the exit code, the signal that
   * ended it, or why it could not start.
   */
  stop(): Promise<number | string>;
}

export function startService({ command, environment, healthcheck }: ComposeService): ServiceProcess {
  const [program = '', ...options] = command;
  const { PATH, TMPDIR } = process.env;
  const surroundings = { cwd: PROJECT, env: { PATH, TMPDIR, NODE_OPTIONS, ...environment } };
  const child = spawn(program, options, { ...surroundings, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  let running = true;
  const ended = new Promise<number | string>((resolve) => {
    const end = (result: number | string) => {
      running = false;
      resolve(result);
    };
    child.once('error', ({ message }) => end(message));
    child.once('close', (code, signal) => end(code ?? signal ?? 'unknown'));
  });
  const expectRunning = () => {
    if (!running) throw new Error(`${command.join(' ')} ended:\n${output}`);
  };
  return {
    expectRunning,
    async healthy() {
      const deadline = Date.now() + NEVER_MILLISECONDS;
      // Each check is a separate process, so the first waits until the service prints that it is ready.
      while (!/^ready/m.test(output) || !(await succeeds(healthcheck, surroundings))) {
        expectRunning();
        if (Date.now() > deadline) throw new Error(`${command.join(' ')} did not become healthy:\n${output}`);
        await sleep(POLL_MILLISECONDS);
      }
    },
    async completed() {
      const result = await ended;
      if (result !== 0) throw new Error(`${command.join(' ')} ended with ${result}:\n${output}`);
    },
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), NEVER_MILLISECONDS);
      try {
        return await ended;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function succeeds([program = '', ...options]: readonly string[], surroundings: object): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, options, { ...surroundings, timeout: 20_000 }, (error) => resolve(error === null));
  });
}
