import type { AccessContext } from '../protocol/context-token';
import type { DataClass, DataClassName } from './catalogue';
import { conjuncts, describeCondition, foundInstead, isAboutCaller, isAboutClass } from './describe-condition';
import type { Expression } from './expression';
import { fold, type Known } from './partial-evaluation';
import type { Policy } from './policies';
import { type AppliedPolicy, apply, type ClassPolicies, knownOf } from './residual-policies';
import type { Action } from './rule-vocabulary';

/** One conjunct of a rule's condition, and its result for the request. */
export interface ExplainedCondition {
  /** `context.purpose is CASE_HANDLING` */
  readonly words: string;
  /** `record` if it depends on the record; `fails` if it reads a missing attribute. */
  readonly state: 'met' | 'unmet' | 'record' | 'fails';
  /** The request's actual value: `it is VISIT`. */
  readonly found?: string;
}

/** One rule about a data class and one action, for one request. */
export interface ExplainedRule extends Pick<Policy, 'id' | 'basis' | 'effect' | 'file' | 'line'> {
  readonly action: Action;
  /** Whether the rule applies to every record, to none, or to those that meet the remaining condition. */
  readonly applies: AppliedPolicy['applies'];
  /** Whether its conditions on the caller hold; then other conditions decide. */
  readonly near: boolean;
  /** In the rule's order, without the conditions that select data classes. */
  readonly conditions: readonly ExplainedCondition[];
}

/** The reasons for the answer about a data class. */
export interface ExplainedClass {
  readonly name: DataClassName;
  /** Undefined if no catalogue lists the class: it is refused to everyone. */
  readonly dataClass: DataClass | undefined;
  /** Every rule about the class, sorted by file and line. */
  readonly rules: readonly ExplainedRule[];
}

/** The action to explain: reading a field with or without a mask, or one mutation. */
export type AskedFor =
  | { readonly kind: 'read'; readonly maskable: boolean }
  | { readonly kind: 'write'; readonly mutation: string };

/**
 * Explains the rules about a data class by the partial evaluation that also decides: the decision takes each rule as a
 * whole, the explanation its conjuncts one by one.
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
    // It reads an attribute whose absence an earlier conjunct has already reported.
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
