import type { DataClassName } from '../../../shared/access/catalogue';
import type { AccessRules } from '../../../shared/access/decide';
import type { Policy } from '../../../shared/access/policies';
import { type ClassPolicies, policiesByClass } from '../../../shared/access/residual-policies';
import type { Agency } from '../../../shared/domain/agencies';
import type { Place } from '../finding';
import type { Graph } from '../graph';
import type { Reading } from '../reading';
import { type ApplicablePolicies, applicablePolicies } from './applicable-policies';

/** The rules of one side of a proposal, by data class and by agency. */
export interface Side {
  readonly rules: AccessRules;
  readonly classes: ReadonlyMap<DataClassName, ClassPolicies>;
  readonly policies: ReadonlyMap<Agency, readonly Policy[]>;
}

/** Both sides of a proposal, and the places of their parts. */
export interface PolicyDiff {
  readonly before: Side;
  readonly after: Side;
  readonly standing: ApplicablePolicies;
  /** The agency that owns a class; undefined if no catalogue lists it. */
  ownerOf(name: DataClassName): readonly Agency[];
  /** The place of the current version of the rule, or of the former one if it was removed. */
  placeOfRule(agency: Agency, policy: Policy): Place;
  placeOfRefusal(name: DataClassName): readonly Place[];
}

/** All rules of a side. */
export const rulesOf = ({ policies }: Side): readonly Policy[] => [...policies.values()].flat();

/** What a rule says, without its name and place: equal for rules that decide alike. */
export const contentOf = ({ effect, actions, dataClass, condition }: Policy): string =>
  JSON.stringify([effect, [...actions], dataClass, condition]);

export function policyDiff({ before, after }: Reading, graph: Graph): PolicyDiff {
  const [was, is] = [sideOf(before.graph), sideOf(graph)];
  const agencies = [...new Set([...was.policies.keys(), ...is.policies.keys()])];
  const ownerOf = (name: DataClassName) => agencies.filter((agency) => name.startsWith(`${agency}.`));
  return {
    before: was,
    after: is,
    standing: applicablePolicies(),
    ownerOf,
    placeOfRule(agency, { id, file, line }) {
      const now = is.policies.get(agency)?.find((policy) => policy.id === id);
      const folder = `subgraphs/${agency}`;
      return now === undefined
        ? { file: `${folder}/${file}`, line, at: before.name }
        : { file: `${folder}/${now.file}`, line: now.line };
    },
    placeOfRefusal: (name) =>
      ownerOf(name).flatMap((agency) => {
        const file = after.agencies.get(agency)?.folder.catalogue;
        return file === undefined ? [] : [{ file: file.path, line: refusalLine(file.text, name) }];
      }),
  };
}

// Private:

function sideOf({ rules, agencies }: Graph): Side {
  const all = [...agencies.values()];
  return {
    rules,
    classes: new Map(all.flatMap(policiesByClass).map((policies) => [policies.name, policies])),
    policies: new Map(all.map(({ catalogue, policies }) => [catalogue.agency, policies])),
  };
}

/** Line of a class's refusal in the catalogue's text, from 1; of the class if it has none. */
function refusalLine(text: string, name: DataClassName): number {
  const lines = text.split('\n').map((line) => line.trim());
  const start = lines.indexOf(`${name}:`);
  const refusal = lines.findIndex((line, index) => index > start && line.startsWith('refusal:'));
  return (refusal < 0 ? start : refusal) + 1;
}
