import { createHash } from 'node:crypto';
import type { ProjectFiles } from '../project-files';

/**
 * The SHA-256 of the state that the check compares: paths and contents of the agencies' folders, the composed graph, the
 * operations of apps, the code and its tests. Two states with one fingerprint have nothing to compare.
 *
 * @example fingerprintOf(filesIn(PROJECT)) // '9c0e44…', 64 hexadecimal digits
 */
export function fingerprintOf(files: ProjectFiles): string {
  const paths = [
    ...FOLDERS.flatMap((folder) => files.below(folder).map((name) => `${folder}/${name}`)),
    ...files.list('').filter((name) => IN_ROOT.test(name)),
  ];
  const hash = createHash('sha256');
  for (const path of paths.filter((one) => !IGNORED.test(one)).sort()) hash.update(`${files.hash(path)} ${path}\n`);
  return hash.digest('hex');
}

// Private:

const FOLDERS = ['.ci', 'developer-kit', 'examples', 'gateway', 'shared', 'subgraphs', 'test'];
const IN_ROOT = /^(?:package(?:-lock)?|tsconfig.*|biome)\.json$|^jest\.config\.js$|^\.npmrc$/;
/** What git ignores. */
const IGNORED = /(?:^|\/)(?:node_modules|dist|coverage|secrets|\.data|\.env)(?:\/|$)|\.log$/;
