import type { AgencyRules } from '../../shared/access/agency-rules';
import { type ExplainedClass, explainClass } from '../../shared/access/explain';
import { type ClassPolicies, policiesByClass } from '../../shared/access/residual-policies';
import { contextsOf, type Profile } from './profile';

/** A data class whose rules for one kind of caller have changed. */
export interface ChangedClass {
  readonly name: string;
  /** `education.visit, which has changed` */
  readonly rules: readonly string[];
}

export type ChangedClassesFor = (profile: Profile) => readonly ChangedClass[];

/**
 * Compares the residual rules of both sides for a kind of caller. If they are equal, all answers are equal and nothing
 * is replayed.
 */
export function changedClasses(before: readonly AgencyRules[], after: readonly AgencyRules[]): ChangedClassesFor {
  const [old, now] = [before, after].map(
    (agencies) => new Map(agencies.flatMap(policiesByClass).map((one) => [one.name, one])),
  );
  const names = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].sort();
  return (profile) => {
    const contexts = contextsOf(profile);
    return names.flatMap((name) => {
      const [one, other] = [old?.get(name), now?.get(name)];
      const rules = contexts.flatMap((context) => {
        const explained = (policies: ClassPolicies | undefined) =>
          policies && explainClass(policies, context, { kind: 'read', maskable: true });
        return differences(explained(one), explained(other));
      });
      return rules.length === 0 ? [] : [{ name, rules: [...new Set(rules)].sort() }];
    });
  };
}

// Private:

function differences(before: ExplainedClass | undefined, after: ExplainedClass | undefined): readonly string[] {
  const [old, now] = [before, after].map(effectiveRules);
  const ids = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  const rules = [...ids].flatMap((id) => {
    const [one, other] = [old?.get(id), now?.get(id)];
    if (one === other) return [];
    const how = one === undefined ? 'applies now' : other === undefined ? 'no longer applies' : 'has changed';
    return [`${id}, which ${how}`];
  });
  const refusal = before?.dataClass?.refusal !== after?.dataClass?.refusal;
  const classChanged = before === undefined || after === undefined || refusal;
  return [...rules, ...(classChanged ? [`the data class ${(after ?? before)?.name}`] : [])];
}

/** The residual condition of each rule that can still apply. */
function effectiveRules(explained: ExplainedClass | undefined): ReadonlyMap<string, string> {
  const rules = new Map<string, string>();
  for (const { id, action, effect, applies, conditions } of explained?.rules ?? []) {
    if (applies === 'never') continue;
    const left = conditions.filter(({ state }) => state === 'record').map(({ words }) => words);
    rules.set(id, `${rules.get(id) ?? ''}${JSON.stringify([action, effect, applies, left])}`);
  }
  return rules;
}
