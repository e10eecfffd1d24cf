import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** A text, and the file name to show to people. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The files in an agency's folder whose names end in `ending`, at any depth.
 *
 * @param ending `.graphql`, `.cedar`, `.cases.yaml`.
 * @returns each with its full path, in the order of `inReadingOrder`.
 */
export function agencyFiles(folder: string, ending: string): readonly SourceFile[] {
  return inReadingOrder(pathsBelow(folder), ending).map((path) => {
    const full = join(folder, path);
    return { path: full, text: readFileSync(full, 'utf8') };
  });
}

/** All files below a folder, by their paths from it: `cases/access.cedar`. Throws where there is no such folder. */
export function pathsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/**
 * Those of the paths that end in `ending`, outside hidden folders: a folder's own files before those of the folders in
 * it, each by name. Every machine reads an agency's files in the same order.
 */
export function inReadingOrder(paths: readonly string[], ending: string): readonly string[] {
  return paths
    .filter((path) => path.endsWith(ending) && !path.split('/').some((part) => part.startsWith('.')))
    .map((path) => ({ path, folder: dirname(path) === '.' ? '' : dirname(path) }))
    .sort((a, b) => byText(a.folder, b.folder) || byText(a.path, b.path))
    .map(({ path }) => path);
}

// Private:

/** By code units, whatever the machine's language. */
function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
