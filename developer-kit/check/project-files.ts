import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from '../../shared/config/agency-files';

/** A project's files at one moment, by their paths from its root. */
export interface ProjectFiles {
  readonly name: string;
  /** @returns undefined where there is no such file. */
  read(path: string): string | undefined;
  /** Names of what a folder holds; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Paths of all files below a folder, from it: `cases/access.cedar`; none where there is no such folder. */
  below(folder: string): readonly string[];
}

export function filesIn(root: string, name = root): ProjectFiles {
  return {
    name,
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    list: (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []),
    below: (folder) => (existsSync(join(root, folder)) ? pathsBelow(join(root, folder)) : []),
  };
}

/**
 * The files of a commit, a branch or a tag.
 *
 * @throws where git does not know it.
 */
export function filesAt(ref: string, root: string): ProjectFiles {
  // A ref that begins with a dash would be taken for an option.
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (commit === undefined) throw new Error(`--against ${ref}: neither a folder nor a commit that git knows.`);
  return {
    name: ref,
    read: (path) => git(root, ['show', `${commit}:./${path}`]),
    list: (folder) => namesIn(root, ['ls-tree', '--name-only', `${commit}:./${folder}`]),
    below: (folder) => namesIn(root, ['ls-tree', '-r', '--name-only', `${commit}:./${folder}`]),
  };
}

// Private:

const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

/** One a line; none where git refuses. */
const namesIn = (root: string, parameters: readonly string[]): readonly string[] =>
  git(root, parameters)?.split('\n').filter(Boolean) ?? [];

/** Undefined where git refuses. */
function git(root: string, parameters: readonly string[]): string | undefined {
  try {
    return execFileSync('git', parameters, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: LARGEST_FILE_BYTES,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}
