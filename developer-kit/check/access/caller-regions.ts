import type { Policy } from '../../../shared/access/policies';
import { REGION_DIGITS, regionsAbove } from '../../../shared/domain/regions';
import { REGION } from '../../access-matrix/sample-requests';
import { callersRegionsIn } from './literals';

/**
 * The regions of callers that rules may distinguish: an ordinary one, and for each region that a rule names, this one,
 * the one around it, one inside and one beside it.
 *
 * @example `principal.region in Region::"330106"` -> ['990101', '3301', '330106', '330106001', '330107']
 */
export function callerRegions(policies: readonly Policy[]): readonly string[] {
  const named = policies.flatMap(({ condition }) => callersRegionsIn(condition));
  const all = named.flatMap((code) => [...regionsAbove(code).slice(-1), code, ...inside(code), beside(code)]);
  return [...new Set([REGION, ...all])];
}

/** A region of the same level that neither contains nor lies in this one: `990102` for `990101`. */
export function beside(code: string): string {
  return `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`;
}

// Private:

/** A region of the level below, if there is one. */
function inside(code: string): readonly string[] {
  const digits = REGION_DIGITS.find((length) => length > code.length);
  return digits === undefined ? [] : [`${code}${'1'.padStart(digits - code.length, '0')}`];
}
