import { dirname } from 'node:path';
import type { FileFault } from '../../../shared/cli/read-yaml';
import { basisFaults } from '../../legal-basis/basis-faults';
import { legalBasis } from '../../legal-basis/legal-basis';
import type { Finding, Severity } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Rule } from './rule';

/**
 * Classes, rules and agreements cite laws with articles that exist, and a rule that names a sharing agreement opens no more
 * than it covers. Laws whose text is not at hand are noted.
 */
export const legalBases: Rule = ({ after }) => [...after.agencies.values()].flatMap(findingsOf);

// Private:

function findingsOf(read: ReadAgency): readonly Finding[] {
  const { agency, rules, folder, agreements } = read;
  const finding =
    (severity: Severity) =>
    ({ message, file, line }: FileFault): Finding => ({
      what: 'basis',
      severity,
      agencies: [agency],
      message,
      places: [{ file, line }],
    });
  const { faults, unchecked } =
    rules === undefined
      ? { faults: [], unchecked: [] }
      : legalBasis({
          rules,
          folder: dirname(folder.catalogue.path),
          catalogue: folder.catalogue,
          sharing: folder.sharing,
        });
  const received = agreements.agreements.flatMap(({ from, basis, line }) =>
    basisFaults(basis).map((fault) => ({
      message: `The agreement with ${from} ${fault}`,
      file: folder.agreements?.path ?? '',
      line,
    })),
  );
  return [...[...faults, ...received].map(finding('error')), ...unchecked.map(finding('note'))];
}
