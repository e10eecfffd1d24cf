import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../shared/cli/free-port';
import { PROJECT } from '../../shared/config/project-root';

interface Program {
  readonly command: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** A real Redis, empty, that a test may stop and start again on the same port. */
export interface TestRedis {
  readonly url: string;
  /** Accepts connections without answering. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** Debian's package, and the libraries that Node.js does not bring. */
const PACKAGES = ['redis-tools', 'libjemalloc2', 'liblzf1'];
const UNPACKED = join(PROJECT, 'node_modules/.cache/redis-server');

/**
 * The machine's `redis-server`, or Debian's, unpacked beside the project's packages without root. @returns undefined
 * without either. @throws in CI, where one must exist.
 */
export function redisProgram(): Program | undefined {
  const { env } = process;
  if (runs('redis-server', ['--version'])) return { command: 'redis-server', environment: env };
  try {
    if (!existsSync(UNPACKED)) unpack();
    const libraries = join(UNPACKED, 'usr/lib');
    const paths = readdirSync(libraries).map((name) => join(libraries, name));
    return {
      command: join(UNPACKED, 'redis-server'),
      environment: { ...env, LD_LIBRARY_PATH: paths.join(':') },
    };
  } catch (error) {
    if (env.CI !== undefined) throw error;
    return undefined;
  }
}

export async function testRedis({ command, environment }: Program): Promise<TestRedis> {
  const port = await freePort();
  const start = async () => {
    const options = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      tmpdir(),
    ];
    const child = spawn(command, options, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((done, failed) => {
      child.on('error', failed).on('exit', () => failed(new Error('Redis did not start.')));
      child.stdout.on('data', (text) => String(text).includes('Ready to accept connections') && done());
    });
    return child;
  };
  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async start() {
      child = await start();
    },
  };
}

function unpack(): void {
  const directory = mkdtempSync(join(tmpdir(), 'redis-packages-'));
  try {
    const inDirectory = { cwd: directory, stdio: 'ignore' } as const;
    if (!runs('apt-get', ['download', ...PACKAGES], directory)) {
      // Separate package lists, because the machine's may be missing or belong to root.
      const lists = [
        '-o',
        `Dir::State::Lists=${join(directory, 'lists')}`,
        '-o',
        `Dir::Cache=${join(directory, 'cache')}`,
      ];
      for (const name of ['lists/partial', 'cache/archives/partial']) {
        mkdirSync(join(directory, name), { recursive: true });
      }
      execFileSync('apt-get', [...lists, 'update'], inDirectory);
      execFileSync('apt-get', [...lists, 'download', ...PACKAGES], inDirectory);
    }
    const unpacked = join(directory, 'unpacked');
    for (const file of readdirSync(directory).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', file, unpacked], inDirectory);
    }
    // One program under several names.
    symlinkSync('usr/bin/redis-check-rdb', join(unpacked, 'redis-server'));
    mkdirSync(join(UNPACKED, '..'), { recursive: true });
    execFileSync('cp', ['-r', unpacked, `${UNPACKED}.new`], inDirectory);
    renameSync(`${UNPACKED}.new`, UNPACKED);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runs(command: string, options: readonly string[], cwd?: string): boolean {
  try {
    execFileSync(command, options, { cwd, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
