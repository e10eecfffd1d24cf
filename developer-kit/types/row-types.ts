import { relative } from 'node:path';
import { agencyFiles } from '../../shared/config/agency-files';

/**
 * The row types that an agency's objects are resolved from: all exported types whose name ends in `Row`, from the
 * agency's `data.ts` files at any depth.
 *
 * @returns the exporting module, relative to the agency's folder, by type name: `CaseRow` -> `./cases/data`.
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
