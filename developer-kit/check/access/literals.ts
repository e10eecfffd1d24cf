import { type Expression, partsOf, type Value } from '../../../shared/access/expression';
import { resourceAttributesIn } from '../../../shared/access/resource-attributes';

/**
 * Finds the literals that rules compare a record's attribute with: `"TASK"` in `resource.due == "TASK"`, and the
 * elements of sets.
 */
export function literalsAbout(attribute: string, expression: Expression): readonly Value[] {
  return literalsWhere((part) => resourceAttributesIn(part).includes(attribute), expression);
}

/** Finds the codes that rules compare the caller's region with: `"990102"` in `principal.region in Region::"990102"`. */
export function callersRegionsIn(expression: Expression): readonly string[] {
  return literalsWhere(readsCallersRegion, expression).map(String);
}

// Private:

/** The literals of comparisons that meet a condition. */
function literalsWhere(isMeant: (part: Expression) => boolean, expression: Expression): readonly Value[] {
  const compares = expression.kind === 'comparison' || expression.kind === 'in' || expression.kind === 'like';
  if (compares && isMeant(expression)) {
    const pattern = expression.kind === 'like' ? [textLike(expression.pattern)] : [];
    return [...pattern, ...partsOf(expression).flatMap(literalsIn)];
  }
  return partsOf(expression).flatMap((part) => literalsWhere(isMeant, part));
}

function readsCallersRegion(expression: Expression): boolean {
  if (expression.kind === 'attribute') {
    return expression.name === 'region' && expression.of.kind === 'variable' && expression.of.name === 'principal';
  }
  return partsOf(expression).some(readsCallersRegion);
}

function literalsIn(expression: Expression): readonly Value[] {
  return expression.kind === 'literal' ? [expression.value].flat() : partsOf(expression).flatMap(literalsIn);
}

/** Makes a text that matches the pattern, with nothing for its wildcards. */
const textLike = (pattern: readonly (string | null)[]): string => pattern.map((part) => part ?? '').join('');
