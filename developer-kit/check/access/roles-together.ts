import { type Expression, partsOf } from '../../../shared/access/expression';
import type { Policy } from '../../../shared/access/policies';
import { ROLES, type Role } from '../../../shared/domain/caller';

/**
 * Pairs of roles that rules may treat differently from each role alone: pairs named in one rule, and pairs that a forbid or
 * a negation separates.
 */
export function rolesTogether(policies: readonly Policy[]): readonly (readonly Role[])[] {
  const pairs = policies.flatMap(({ effect, condition }) => {
    const named = ROLES.filter((role) => rolesIn(condition).includes(role));
    const others = effect === 'forbid' || hasNot(condition) ? ROLES : named;
    return named.flatMap((role) => others.filter((other) => other !== role).map((other) => inOrder(role, other)));
  });
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}

// Private:

const inOrder = (a: Role, b: Role): readonly Role[] => ROLES.filter((role) => role === a || role === b);

function rolesIn(expression: Expression): readonly string[] {
  if (expression.kind === 'in' && expression.hierarchy === 'role' && expression.right.kind === 'literal') {
    return [expression.right.value].flat().map(String);
  }
  return partsOf(expression).flatMap(rolesIn);
}

const hasNot = (expression: Expression): boolean =>
  expression.kind === 'not' || expression.kind === 'if' || partsOf(expression).some(hasNot);
