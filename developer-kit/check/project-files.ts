import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from '../../shared/config/agency-files';

/** A project's files at one commit or in one folder, by path from its root. */
export interface ProjectFiles {
  readonly name: string;
  /** @returns undefined if the file is missing. */
  read(path: string): string | undefined;
  /** Names in a folder; none for a missing folder. */
  list(folder: string): readonly string[];
  /** Relative paths of all files below a folder: `cases/access.cedar`; none for a missing folder. */
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

/** Reads the files of a commit, a branch or a tag. @throws if git does not know it. */
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

/** Lines of git's output; none on failure. */
const namesIn = (root: string, parameters: readonly string[]): readonly string[] =>
  git(root, parameters)?.split('\n').filter(Boolean) ?? [];

/** Undefined on failure. */
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
