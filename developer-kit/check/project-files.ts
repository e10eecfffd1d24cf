import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from '../../shared/config/agency-files';

/** A project's files at one commit or in one folder, by path from its root. */
export interface ProjectFiles {
  readonly name: string;
  /** @returns undefined if the file is missing. */
  read(path: string): string | undefined;
  /** Git's hash of a file's content, which is the same for equal files; undefined if the file is missing. */
  hash(path: string): string | undefined;
  /** Names in a folder, '' for the root; none for a missing folder. */
  list(folder: string): readonly string[];
  /** Relative paths of all files below a folder: `cases/access.cedar`; none for a missing folder. */
  below(folder: string): readonly string[];
}

export function filesIn(root: string, name = root): ProjectFiles {
  return {
    name,
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined),
    hash: (path) => (existsSync(join(root, path)) ? blobHash(readFileSync(join(root, path))) : undefined),
    list: (folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []),
    below: (folder) => (existsSync(join(root, folder)) ? pathsBelow(join(root, folder)) : []),
  };
}

/** Reads the files of a commit, a branch or a tag. @throws if git does not know it. */
export function filesAt(ref: string, root: string): ProjectFiles {
  // A ref that begins with a dash would be taken for an option.
  const commit = git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])?.trim();
  if (commit === undefined) throw new Error(`--against ${ref}: neither a folder nor a commit that git knows.`);
  const hashes = hashesAt(commit, root);
  const current = filesIn(root);
  const below = (folder: string) => {
    const start = folder === '' ? '' : `${folder}/`;
    return [...hashes.keys()].filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
  };
  return {
    name: ref,
    read(path) {
      const hash = hashes.get(path);
      if (hash === undefined) return undefined;
      // Most files are as they were: the folder has their text, and git need not be asked.
      return current.hash(path) === hash ? current.read(path) : git(root, ['cat-file', 'blob', hash]);
    },
    hash: (path) => hashes.get(path),
    list: (folder) => [...new Set(below(folder).map((path) => path.split('/')[0] ?? ''))],
    below,
  };
}

// Private:

const LARGEST_FILE_BYTES = 64 * 1024 * 1024;

/** The hash by which git names a content. */
const blobHash = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** Hashes of all files of a commit, by path from `root`. */
function hashesAt(commit: string, root: string): ReadonlyMap<string, string> {
  const lines = git(root, ['ls-tree', '-r', '-z', commit])?.split('\0') ?? [];
  return new Map(
    lines.flatMap((line) => {
      const [, hash, path] = /^\d+ blob (\w+)\t(.*)$/s.exec(line) ?? [];
      return hash === undefined || path === undefined ? [] : [[path, hash] as const];
    }),
  );
}

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
