import type { ProjectFiles } from './project-files';

/**
 * A file whose content differs between the committed state and the working tree.
 *
 * @example { path: '.ci/run', before: '#!/usr/bin/env bash…', after: undefined }
 */
export interface ChangedFile {
  /** From the project's root. */
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  /** Undefined for a deleted file. */
  readonly after: string | undefined;
}

/**
 * Finds the changed files in the project's folders with sources and tests, and in its root. Folders that a partial copy
 * does not have are not compared.
 */
export function changedFiles(before: ProjectFiles, after: ProjectFiles): readonly ChangedFile[] {
  const folders = FOLDERS.filter((folder) => before.list(folder).length > 0);
  const hasRoot = before.hash('package.json') !== undefined;
  const paths = new Set(
    [before, after].flatMap((files) => [...(hasRoot ? inRoot(files) : []), ...inFolders(files, folders)]),
  );
  return [...paths]
    .filter((path) => before.hash(path) !== after.hash(path))
    .sort()
    .map((path) => ({ path, before: before.read(path), after: after.read(path) }));
}

// Private:

const FOLDERS = ['.ci', 'developer-kit', 'gateway', 'shared', 'subgraphs', 'test'];
const IN_ROOT = /\.(?:c?js|mjs|jsonc?|ts|yaml)$|^\.npmrc$/;
/** Large texts that other files are made into; `npm run compose -- --check` compares them. */
const GENERATED = /^(?:gateway\/generated\/|package-lock\.json$)|(?:^|\/)node_modules\//;

const inRoot = (files: ProjectFiles): readonly string[] =>
  files.list('').filter((name) => IN_ROOT.test(name) && !GENERATED.test(name));

const inFolders = (files: ProjectFiles, folders: readonly string[]): readonly string[] =>
  folders
    .flatMap((folder) => files.below(folder).map((path) => `${folder}/${path}`))
    .filter((path) => !GENERATED.test(path));
