import type { AccessContext } from '../protocol/context-token';
import type { DataClass, DataClassName } from './catalogue';
import { conjuncts, describeCondition, foundInstead, isAboutCaller, isAboutClass } from './describe-condition';
import type { Expression } from './expression';
import { fold, type Known } from './partial-evaluation';
import type { Policy } from './policies';
import { type AppliedPolicy, apply, type ClassPolicies, knownOf } from './residual-policies';
import type { Action } from './rule-vocabulary';

/** One part of a rule's condition, and how far the request settles it. */
export interface ExplainedCondition {
  /** `context.purpose is CASE_HANDLING` */
  readonly words: string;
  /** `record` where a record decides; `fails` where it cannot be worked out, for something is missing that it asks for. */
  readonly state: 'met' | 'unmet' | 'record' | 'fails';
  /** What there is in place of what is asked for: `it is VISIT`. */
  readonly found?: string;
}

/** One rule about a data class and one action, for one request. */
export interface ExplainedRule extends Pick<Policy, 'id' | 'basis' | 'effect' | 'file' | 'line'> {
  readonly action: Action;
  /** To every record, to none, or to those that meet what is left. */
  readonly applies: AppliedPolicy['applies'];
  /** Whether it is about callers like this one, and something else decides. */
  readonly near: boolean;
  /** In the rule's order, without those that say which classes it is about. */
  readonly conditions: readonly ExplainedCondition[];
}

/** Why a data class is answered as it is. */
export interface ExplainedClass {
  readonly name: DataClassName;
  /** Undefined where no catalogue lists it: it is refused to everyone. */
  readonly dataClass: DataClass | undefined;
  /** Every rule that could have a say, in the order of files and lines. */
  readonly rules: readonly ExplainedRule[];
}

/** What rules are held against: reading a field that has a mask or has none, or one mutation. */
export type AskedFor =
  | { readonly kind: 'read'; readonly maskable: boolean }
  | { readonly kind: 'write'; readonly mutation: string };

/**
 * Takes the rules about a data class apart, by the same steps that decide: each is applied as a whole by what decides about
 * requests, and its parts are told one by one.
 */
export function explainClass(policies: ClassPolicies, context: AccessContext, asked: AskedFor): ExplainedClass {
  const { name, dataClass, byAction } = policies;
  const mutation = asked.kind === 'write' ? asked.mutation : undefined;
  const rules = actionsOf(asked).flatMap((action) => {
    const known = knownOf({ name, dataClass, action, context, mutation });
    return byAction[action].map((policy) => explainRule(policy, action, known));
  });
  return { name, dataClass, rules };
}

// Private:

function actionsOf(asked: AskedFor): readonly Action[] {
  if (asked.kind === 'write') return ['write'];
  return ['read', ...(asked.maskable ? (['readMasked'] as const) : []), 'learnRefusal'];
}

function explainRule(policy: Policy, action: Action, known: Known): ExplainedRule {
  const { id, basis, effect, file, line } = policy;
  const { applies } = apply(policy, known);
  const conditions: ExplainedCondition[] = [];
  let near = true;
  for (const part of conjuncts(policy.condition)) {
    const residual = fold(part, known);
    const state = stateOf(residual);
    if (isAboutClass(part) && state === 'met') continue;
    // It asks for what an unmet part before it has found not to be there.
    if (state === 'fails' && conditions.some((before) => before.state === 'unmet')) continue;
    if (state === 'unmet' && isAboutCaller(part)) near = false;
    const found = state === 'unmet' || state === 'fails' ? foundInstead(part, known) : undefined;
    conditions.push({ words: describeCondition(part), state, ...(found !== undefined && { found }) });
  }
  return { id, basis, effect, file, line, action, applies, near, conditions };
}

function stateOf(residual: Expression): ExplainedCondition['state'] {
  if (residual.kind === 'error') return 'fails';
  if (residual.kind !== 'literal') return 'record';
  return residual.value === true ? 'met' : 'unmet';
}
