import { isAgency } from '../../../shared/domain/agencies';
import type { ChangedFile } from '../changed-files';
import { digestOf } from '../digest';
import type { Finding, Severity } from '../finding';
import { holdsIdNumber, holdsTelephoneNumber, textsLikeNames } from '../personal-data';
import type { Rule } from './rule';

/**
 * Changed files of agencies, with their seeds and test data, contain no ID number of a real region and no telephone number.
 * What looks like a name in a description or a comment is an opening. Findings never show the value.
 */
export const personalData: Rule = ({ changed }) => changed.flatMap(findingsOf);

// Private:

const TEXT = /^subgraphs\/([\w-]+)\/.*\.(?:graphql|yaml|cedar|sql|ts|csv|json|md)$/;
const GENERATED = /\.types\.ts$/;
/** Files that describe data, and hold none. */
const DESCRIBING = /\.(?:graphql|cedar|cases\.yaml|writes\.yaml)$|\/(?:catalogue|sharing|agreements)\.yaml$/;

function findingsOf({ path, before = '', after }: ChangedFile): readonly Finding[] {
  const [, agency = ''] = TEXT.exec(path) ?? [];
  if (after === undefined || !isAgency(agency) || GENERATED.test(path)) return [];
  const finding = (severity: Severity, message: string, line: number): Finding => ({
    what: 'person',
    severity,
    agencies: [agency],
    message,
    places: [{ file: path, line }],
  });
  const known = new Set(textsLikeNames(before));
  return after
    .split('\n')
    .flatMap((text, index) => [
      ...(holdsIdNumber(text)
        ? [finding('error', 'an ID number whose region is not invented: use one of region 99', index + 1)]
        : []),
      ...(holdsTelephoneNumber(text) ? [finding('error', 'a telephone number', index + 1)] : []),
      ...(DESCRIBING.test(path) && textsLikeNames(text).some((one) => !known.has(one))
        ? [{ ...finding('opening', 'what looks like the name of a person', index + 1), digest: digestOf(text) }]
        : []),
    ]);
}
