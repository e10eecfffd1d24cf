import { callersRegionsIn } from '../access/literals';
import type { Rule } from './rule';

/**
 * A rule compares the caller's region with the record's. One that names a region instead says why in `@region`: it would
 * answer these callers about records anywhere.
 */
export const namedRegions: Rule = ({ after }) =>
  [...after.agencies.values()].flatMap(({ agency, rules }) =>
    (rules?.policies ?? []).flatMap(({ id, region = '', condition, file, line }) => {
      const codes = [...new Set(callersRegionsIn(condition))];
      if (codes.length === 0 || region.trim() !== '') return [];
      return [
        {
          what: 'region',
          severity: 'error',
          agencies: [agency],
          message: `${id} names callers of ${codes.join(', ')}; say why in @region("…")`,
          places: [{ file: `subgraphs/${agency}/${file}`, line }],
        } as const,
      ];
    }),
  );
