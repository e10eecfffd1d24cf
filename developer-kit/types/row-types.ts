import { relative } from 'node:path';
import { agencyFiles } from '../../shared/config/agency-files';

/**
 * The rows that an agency's objects are resolved from: every exported type of its files `data.ts`, at any depth, whose
 * name ends in `Row`.
 *
 * @returns by its name the module that exports it, from the agency's folder: `./cases/data`.
 */
export function rowTypes(folder: string): ReadonlyMap<string, string> {
  return new Map(
    agencyFiles(folder, 'data.ts')
      .filter(({ path }) => /(?:^|\/)data\.ts$/.test(path))
      .flatMap(({ path, text }) => {
        const module = `./${relative(folder, path).replace(/\.ts$/, '')}`;
        return [...text.matchAll(/^export (?:interface|type) (\w+Row)\b/gm)].map(
          ([, name = '']) => [name, module] as const,
        );
      }),
  );
}
