import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';

/** This process's exclusive claim to a data directory. */
export interface DataDirectoryClaim {
  /** Releases the directory. Further calls do nothing. */
  release(): Promise<void>;
}

/** Thrown if another process, or this one, has claimed the data directory. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';
  readonly code = 'DATA_DIR_IN_USE';

  constructor(directory: string, holder: number | undefined) {
    const by = holder === undefined ? 'another process' : `process ${holder}`;
    super(`The data directory ${directory} is in use by ${by}.`);
  }
}

/**
 * Creates the directory (0755: PostgreSQL may run as another user) if it is missing, and claims it until `release()` or
 * the end of the process.
 *
 * The claim is a lock that the kernel drops when the process ends, however it ends. Nothing stale can be left behind,
 * no pid has to be judged dead, and of any number of processes that start at once exactly one wins. On Linux, processes
 * in different network namespaces (containers that share a volume) do not see each other's claims.
 *
 * @param path absolute, or relative to the working directory.
 * @throws {DataDirectoryInUseError} if the directory is claimed.
 */
export async function claimDataDirectory(path: string): Promise<DataDirectoryClaim> {
  const directory = resolve(path);
  const created = mkdirSync(directory, { recursive: true, mode: 0o755 }) !== undefined;
  if (created) chmodSync(directory, 0o755); // whatever the umask
  const file = join(directory, 'claim');

  const lock = await takeLock(file);
  if (lock === undefined) throw new DataDirectoryInUseError(directory, readHolder(file));

  // Only for the error message of other processes: the pid decides nothing.
  ftruncateSync(lock.descriptor);
  writeSync(lock.descriptor, `${process.pid}\n`, 0);

  let released: Promise<void> | undefined;
  return {
    release() {
      released ??= releaseLock(lock);
      return released;
    },
  };
}

// Private:

interface Lock {
  /**
   * The file `claim`, open for writing. A bare number on purpose: the garbage collector closes an unreferenced
   * FileHandle, and the lock would go with it.
   */
  readonly descriptor: number;
  readonly server: Server | undefined;
}

/** open(2) on macOS, where the lock comes with the descriptor; Node.js does not name these flags. */
const MACOS_O_EXLOCK = 0x20;
const MACOS_O_NONBLOCK = 0x04;

async function takeLock(file: string): Promise<Lock | undefined> {
  const flags = constants.O_RDWR | constants.O_CREAT;
  if (process.platform === 'darwin') {
    const descriptor = openUnlessLocked(file, flags | MACOS_O_EXLOCK | MACOS_O_NONBLOCK);
    return descriptor === undefined ? undefined : { descriptor, server: undefined };
  }
  if (process.platform !== 'linux') throw new Error(`Data directories cannot be claimed on ${process.platform}.`);

  const descriptor = openSync(file, flags, 0o644);
  try {
    const server = await listenUnlessInUse(abstractSocketName(descriptor));
    if (server !== undefined) return { descriptor, server };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

async function releaseLock({ descriptor, server }: Lock): Promise<void> {
  ftruncateSync(descriptor); // before the lock goes, so that the next holder's pid is not wiped
  closeSync(descriptor);
  if (server !== undefined) await new Promise<void>((done) => server.close(() => done()));
}

function openUnlessLocked(file: string, flags: number): number | undefined {
  try {
    return openSync(file, flags, 0o644);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}

/**
 * Makes a name in Linux's abstract namespace (unix(7)), which leaves nothing in the file system. The name derives from
 * the identity of the file and not from its path, so it is the same through symbolic links and bind mounts. It fills
 * `sun_path` to its 108 bytes, because Node.js 20 pads shorter names with zeros and later versions do not.
 */
function abstractSocketName(descriptor: number): string {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  const identity = createHash('sha256').update(`${dev}:${ino}`).digest('hex');
  return `\0unified-child-record/${identity}`.padEnd(108, '.');
}

function listenUnlessInUse(path: string): Promise<Server | undefined> {
  return new Promise((done, failed) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') done(undefined);
      else failed(error);
    });
    // exclusive: otherwise, workers of node:cluster would share the socket.
    server.listen({ path, exclusive: true }, () => {
      server.unref();
      done(server);
    });
  });
}

/** Reads the pid of the holder; undefined for a moment before the holder has written it. */
function readHolder(file: string): number | undefined {
  const pid = Number(readFileSync(file, 'utf8').trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The pid of an earlier, dead holder.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  return pid;
}
