import { compile, type Evaluate, type ResourceAttributes } from '../../../shared/access/compile';
import type { Policy } from '../../../shared/access/policies';
import { apply, type ClassPolicies, knownOf } from '../../../shared/access/residual-policies';
import type { Action } from '../../../shared/access/rule-vocabulary';
import type { AccessContext } from '../../../shared/protocol/context-token';

/** One question to the rules about one data class. */
export interface Inquiry {
  readonly action: Action;
  readonly context: AccessContext;
  readonly mutation: string | undefined;
  readonly record: ResourceAttributes;
}

/** Finds the rules that apply, as in decisions: a permit that fails with an error does not apply, a forbid does. */
export type ApplicablePolicies = (rules: ClassPolicies, inquiry: Inquiry) => readonly Policy[];

/** Computes the residual rules once per request. */
export function applicablePolicies(): ApplicablePolicies {
  const known = new WeakMap<AccessContext, Map<string, readonly Residual[]>>();
  const byClass = new Map<ClassPolicies, number>();
  return (rules, { action, context, mutation, record }) => {
    const ofContext = known.get(context) ?? new Map<string, readonly Residual[]>();
    known.set(context, ofContext);
    const number = byClass.get(rules) ?? byClass.size;
    byClass.set(rules, number);
    const key = `${number} ${action} ${mutation ?? ''}`;
    const residuals = ofContext.get(key) ?? residualsOf(rules, action, context, mutation);
    ofContext.set(key, residuals);
    return residuals
      .filter(({ policy, left }) => (policy.effect === 'permit' ? left(record) === true : left(record) !== false))
      .map(({ policy }) => policy);
  };
}

// Private:

interface Residual {
  readonly policy: Policy;
  /** The part that the record decides. */
  readonly left: Evaluate;
}

function residualsOf(
  { name, dataClass, byAction }: ClassPolicies,
  action: Action,
  context: AccessContext,
  mutation: string | undefined,
): readonly Residual[] {
  const known = knownOf({ name, dataClass, action, context, mutation });
  return byAction[action]
    .map((policy) => ({ policy, ...apply(policy, known) }))
    .filter(({ applies }) => applies !== 'never')
    .map(({ policy, residual }) => ({ policy, left: compile(residual) }));
}
