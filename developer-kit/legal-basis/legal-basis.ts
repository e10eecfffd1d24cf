import type { AgencyRules } from '../../shared/access/agency-rules';
import { type Expression, partsOf } from '../../shared/access/expression';
import type { Policy } from '../../shared/access/policies';
import { type FileFault, YamlFile } from '../../shared/cli/read-yaml';
import type { SourceFile } from '../../shared/config/agency-files';
import { basisFaults, lawsNotAtHand } from './basis-faults';
import { SHARING, type Sharing, sharingIn } from './sharing';

/** An agency's rules with the files that state their legal basis. */
export interface LegalBasisSources {
  readonly rules: AgencyRules;
  /** The agency's folder, for messages: `subgraphs/education`. */
  readonly folder: string;
  readonly catalogue: SourceFile;
  readonly sharing: SourceFile | undefined;
}

export interface LegalBasis {
  readonly faults: readonly FileFault[];
  /** Citations that cannot be checked. */
  readonly unchecked: readonly FileFault[];
}

/** Checks what the classes and rules of an agency are based on: the articles that they cite, and sharing agreements. */
export function legalBasis({ rules, folder, catalogue, sharing }: LegalBasisSources): LegalBasis {
  const agreements = sharingIn(sharing?.text ?? '', sharing?.path ?? folder, rules.catalogue);
  const bases = [...basesOfClasses(rules, catalogue), ...basesOfRules(rules, folder)];
  return {
    faults: [
      ...agreements.faults,
      ...bases.flatMap(({ what, basis, ...place }) =>
        basisFaults(basis).map((fault) => ({ message: `${what} ${fault}`, ...place })),
      ),
      ...rules.policies.flatMap((policy) =>
        agreementFaults(policy, agreements, `${folder}/${SHARING}`).map((fault) => ({
          message: `Rule "${policy.id}" ${fault}`,
          file: `${folder}/${policy.file}`,
          line: policy.line,
        })),
      ),
    ],
    unchecked: bases.flatMap(({ what, basis, ...place }) =>
      lawsNotAtHand(basis).map((law) => ({
        message: `${what} cites ${law}, whose text is not at hand: its articles are not checked`,
        ...place,
      })),
    ),
  };
}

// Private:

interface Basis {
  /** `Rule "education.owner"`, `Class "education.schooling"`. */
  readonly what: string;
  readonly basis: string;
  readonly file: string;
  readonly line: number;
}

function basesOfClasses({ catalogue }: AgencyRules, { path, text }: SourceFile): readonly Basis[] {
  const file = new YamlFile(text, path);
  return [...catalogue.classes].map(([name, { basis }]) => ({
    what: `Class "${name}"`,
    basis,
    file: path,
    line: file.lineOf(['classes', name, 'basis']),
  }));
}

const basesOfRules = ({ policies }: AgencyRules, folder: string): readonly Basis[] =>
  policies.map(({ id, basis, file, line }) => ({ what: `Rule "${id}"`, basis, file: `${folder}/${file}`, line }));

/** An agreement must exist, and cover every class and purpose that the rule names. */
function agreementFaults(policy: Policy, { agreements }: Sharing, file: string): readonly string[] {
  const { agreement, condition, dataClass } = policy;
  if (agreement === undefined || agreements === undefined) return [];
  const entry = agreements.get(agreement);
  if (entry === undefined) return [`names the agreement "${agreement}", which ${file} does not have`];
  const classes = [...(dataClass === undefined ? [] : [dataClass]), ...entitiesIn(condition, 'DataClass')];
  const purposes = entitiesIn(condition, 'Purpose');
  const covered: readonly string[] = [...entry.classes, ...entry.purposes];
  return [
    ...(classes.length === 0 ? ['names no data class, but an agreement'] : []),
    ...(purposes.length === 0 ? ['names no purpose, but an agreement'] : []),
    ...[...classes, ...purposes]
      .filter((name) => !covered.includes(name))
      .map((name) => `names ${name}, which the agreement "${agreement}" does not cover`),
  ];
}

/** Ids of the entities of a type that a condition names, each once. */
function entitiesIn(condition: Expression, type: string): readonly string[] {
  if (condition.kind !== 'literal') return [...new Set(partsOf(condition).flatMap((part) => entitiesIn(part, type)))];
  return condition.entityType === type ? [condition.value].flat().map(String) : [];
}
