import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** A file's text, and its name for messages. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the files in an agency's folder whose names end in `ending`, at any depth.
 *
 * @param ending `.graphql`, `.cedar`, `.cases.yaml`.
 * @returns the files with their full paths, in the order of `inReadingOrder`.
 */
export function agencyFiles(folder: string, ending: string): readonly SourceFile[] {
  return inReadingOrder(pathsBelow(folder), ending).map((path) => {
    const full = join(folder, path);
    return { path: full, text: readFileSync(full, 'utf8') };
  });
}

/** Lists all files below a folder by their relative paths: `cases/access.cedar`. @throws if there is no such folder. */
export function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/**
 * Selects the paths that end in `ending`, outside hidden folders, and sorts them: a folder's own files before those of
 * its subfolders, each by name. The order is the same on every machine.
 */
export function inReadingOrder(paths: readonly string[], ending: string): readonly string[] {
  return paths
    .filter((path) => path.endsWith(ending) && !path.split('/').some((part) => part.startsWith('.')))
    .map((path) => ({ path, folder: dirname(path) === '.' ? '' : dirname(path) }))
    .sort((a, b) => byText(a.folder, b.folder) || byText(a.path, b.path))
    .map(({ path }) => path);
}

// Private:

/** Compares by code units, independent of the machine's locale. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
