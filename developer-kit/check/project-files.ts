import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathsBelow } from '../../shared/config/agency-files';
import { commitOf, type Git, gitIn } from './base/git';

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
export function filesAt(ref: string, root: string, name = ref): ProjectFiles {
  const git = gitIn(root);
  const commit = commitOf(git, ref);
  if (commit === undefined) throw new Error(`--against ${ref}: neither a folder nor a commit that git knows.`);
  const hashes = hashesAt(commit, git);
  const texts = new Map<string, string>();
  const below = (folder: string) => {
    const start = folder === '' ? '' : `${folder}/`;
    return [...hashes.keys()].filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
  };
  return {
    name,
    read(path) {
      const hash = hashes.get(path);
      if (hash === undefined) return undefined;
      // One process for all files of a folder: most of them are read.
      if (!texts.has(hash)) {
        const beside = [...hashes].filter(([one]) => rootFolder(one) === rootFolder(path)).map(([, one]) => one);
        for (const [found, text] of textsOf(beside, git)) texts.set(found, text);
      }
      return texts.get(hash);
    },
    hash: (path) => hashes.get(path),
    list: (folder) => [...new Set(below(folder).map((path) => path.split('/')[0] ?? ''))],
    below,
  };
}

// Private:

/** The hash by which git names a content. */
const blobHash = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');

/** Hashes of the files of a commit, by path from the folder in which git runs. */
function hashesAt(commit: string, git: Git): ReadonlyMap<string, string> {
  const lines = git(['ls-tree', '-r', '-z', commit])?.toString().split('\0') ?? [];
  return new Map(
    lines.flatMap((line) => {
      const [, hash, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return hash === undefined || path === undefined ? [] : [[path, hash] as const];
    }),
  );
}

/** Reads contents by hash; `git cat-file --batch` prints `<hash> blob <size>`, the content and a line break for each. */
function textsOf(hashes: readonly string[], git: Git): ReadonlyMap<string, string> {
  const output = git(['cat-file', '--batch'], hashes.map((hash) => `${hash}\n`).join('')) ?? Buffer.alloc(0);
  const texts = new Map<string, string>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [hash = '', , size = '0'] = output.toString('utf8', at, end).split(' ');
    const start = end + 1;
    at = start + Number(size) + 1;
    texts.set(hash, output.toString('utf8', start, at - 1));
  }
  return texts;
}

/** `subgraphs/education/schema.graphql` -> `subgraphs` */
const rootFolder = (path: string): string => path.split('/').slice(0, -1)[0] ?? '';
