import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries';
import { runCommand, type UnixUser } from './postgres-command';
import { EmbeddedPostgresError } from './postgres-error';
import { createOpenDirectory, STATE_DIRECTORY } from './postgres-state';
import { canEnter, runsAsRoot, unprivilegedUser } from './postgres-user';

/** A cluster (PostgreSQL's data directory) that exists or is to be created. */
export interface PostgresCluster {
  /** Absolute path. */
  readonly directory: string;
  /** Whether a complete cluster is at this path. */
  readonly exists: boolean;
  /** Who owns it and must run its server; undefined for the user of this process. */
  readonly user: UnixUser | undefined;
}

/**
 * Locates the cluster of a data directory: `<dataDirectory>/postgres`. Only if this process is root and PostgreSQL's
 * user cannot reach that path, the cluster is a directory under `STATE_DIRECTORY`, whose path is kept in
 * `<dataDirectory>/postgres.location`; without that file a new cluster is created.
 *
 * @throws {EmbeddedPostgresError} if there is a cluster that this process cannot run.
 */
export async function locateCluster(dataDirectory: string): Promise<PostgresCluster> {
  const elsewhere = await readLocation(dataDirectory);
  const directory = elsewhere ?? join(dataDirectory, 'postgres');
  const owner = await ownerOf(directory);

  if (!runsAsRoot()) {
    if (owner !== undefined && owner.uid !== process.geteuid?.()) {
      throw new EmbeddedPostgresError(`The database cluster ${directory} belongs to another user (uid ${owner.uid}).`);
    }
    return { directory, exists: owner !== undefined, user: undefined };
  }

  if (owner !== undefined) {
    if (owner.uid === 0) {
      throw new EmbeddedPostgresError(`The database cluster ${directory} belongs to root, whom PostgreSQL refuses.`);
    }
    // The owner, not the user that would be chosen now: a user `postgres` may have been added to the machine meanwhile.
    if (!(await canEnter(directory, owner))) {
      throw new EmbeddedPostgresError(
        `The database cluster ${directory} cannot be reached by its owner (uid ${owner.uid}).`,
      );
    }
    return { directory, exists: true, user: owner };
  }

  const user = await unprivilegedUser();
  if (elsewhere !== undefined || (await canEnter(dataDirectory, user))) return { directory, exists: false, user };
  return { directory: await chooseLocation(dataDirectory), exists: false, user };
}

/**
 * Creates the cluster with initdb, under a temporary name until it is complete. Removes what an interrupted attempt
 * left.
 *
 * @param password of the superuser `postgres`.
 */
export async function createCluster(
  { directory, user }: PostgresCluster,
  { initdb }: PostgresBinaries,
  password: string,
): Promise<void> {
  const parent = dirname(directory);
  await createOpenDirectory(parent);
  const partialPrefix = `${basename(directory)}.partial-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(partialPrefix)) await removeTree(join(parent, name));
  }

  const partial = join(parent, partialPrefix + randomBytes(6).toString('hex'));
  const cluster = join(partial, 'cluster');
  const passwordFile = join(partial, 'password');
  try {
    await mkdir(partial, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (user !== undefined) {
      await chown(passwordFile, user.uid, user.gid);
      await chown(partial, user.uid, user.gid);
    }
    const { succeeded, output } = await runCommand(
      initdb,
      [
        `--pgdata=${cluster}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ],
      user,
    );
    if (!succeeded) throw new EmbeddedPostgresError('The database cluster could not be created.', output);
    await rename(cluster, directory);
  } finally {
    await removeTree(partial);
  }
}

// Private:

const CLUSTERS = join(STATE_DIRECTORY, 'clusters');

function locationFile(dataDirectory: string): string {
  return join(dataDirectory, 'postgres.location');
}

async function readLocation(dataDirectory: string): Promise<string | undefined> {
  const file = locationFile(dataDirectory);
  const location = (await readFile(file, 'utf8').catch(undefinedIfMissing))?.trim();
  if (location === undefined) return undefined;
  // Root creates directories there and changes their owner, so the path must be one that chooseLocation() can have
  // written.
  if (!location.startsWith(`${CLUSTERS}/`) || !/^\/[0-9a-f]{32}\/postgres$/.test(location.slice(CLUSTERS.length))) {
    throw new EmbeddedPostgresError(`The file ${file} does not name a database cluster under ${CLUSTERS}.`);
  }
  return location;
}

/** Written before the directory exists, so that no cluster is ever lost track of. */
async function chooseLocation(dataDirectory: string): Promise<string> {
  const location = join(CLUSTERS, randomBytes(16).toString('hex'), 'postgres');
  const file = locationFile(dataDirectory);
  await writeFile(`${file}.partial`, `${location}\n`);
  await rename(`${file}.partial`, file);
  return location;
}

async function ownerOf(path: string): Promise<UnixUser | undefined> {
  const found = await stat(path).catch(undefinedIfMissing);
  return found === undefined ? undefined : { uid: found.uid, gid: found.gid };
}

/** Retries, because an initdb that outlived its killed parent may still be writing there. */
function removeTree(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
