import { type Expression, partsOf } from '../../../shared/access/expression';
import type { Policy } from '../../../shared/access/policies';
import type { SampleRequest } from './sample-request';

/**
 * Groups requests that the rules treat alike: rules name roles, agencies and purposes, so all that they do not name are
 * equivalent.
 */
export function equivalentRequests(
  askings: readonly SampleRequest[],
  policies: readonly Policy[],
): readonly (readonly SampleRequest[])[] {
  const named = new Set(policies.flatMap(({ condition }) => namesIn(condition)));
  const nameOr = (name: string) => (named.has(name) ? name : '');
  const groups = new Map<string, SampleRequest[]>();
  for (const asking of askings) {
    const { role, agency, region, stating, alone } = asking;
    // Combinations of roles are distinct.
    const key = [
      alone.length === 0 ? nameOr(role) : role,
      nameOr(agency),
      region,
      nameOr(stating.purpose),
      JSON.stringify([stating.grant, stating.reasonGiven]),
    ].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [asking]);
    else group.push(asking);
  }
  return [...groups.values()];
}

// Private:

function namesIn(expression: Expression): readonly string[] {
  if (expression.kind !== 'literal') return partsOf(expression).flatMap(namesIn);
  return [expression.value].flat().map(String);
}
