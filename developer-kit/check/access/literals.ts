import { type Expression, partsOf, type Value } from '../../../shared/access/expression';
import { resourceAttributesIn } from '../../../shared/access/resource-attributes';

/**
 * Finds the literals that rules compare a record's attribute with: `"TASK"` in `resource.due == "TASK"`, and the
 * elements of sets.
 */
export function literalsAbout(attribute: string, expression: Expression): readonly Value[] {
  const compares = expression.kind === 'comparison' || expression.kind === 'in' || expression.kind === 'like';
  if (compares && resourceAttributesIn(expression).includes(attribute)) {
    const pattern = expression.kind === 'like' ? [textLike(expression.pattern)] : [];
    return [...pattern, ...partsOf(expression).flatMap(literalsIn)];
  }
  return partsOf(expression).flatMap((part) => literalsAbout(attribute, part));
}

// Private:

function literalsIn(expression: Expression): readonly Value[] {
  return expression.kind === 'literal' ? [expression.value].flat() : partsOf(expression).flatMap(literalsIn);
}

/** Makes a text that matches the pattern, with nothing for its wildcards. */
const textLike = (pattern: readonly (string | null)[]): string => pattern.map((part) => part ?? '').join('');
