import { AccessRules, type Decisions } from '../../shared/access/decide';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import type { Coordinate } from '../../shared/access/labels';
import { PURPOSES, type Purpose, REFERENCE_KIND } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { Requirements } from './requirements';
import type { GatewayRules } from './rule-bundle';
import { unmetAnywhere } from './static-decisions';

/** The purposes for which a refused field could be answered to this caller; of several on one way, all of them. */
export type PermittingPurposes = (access: AccessContext, ...way: readonly Coordinate[]) => readonly Purpose[];

/**
 * Looks at rules alone, never at a record: where the purpose that was given could open the field for some record, another
 * is not what is missing, and none is named.
 */
export function permittingPurposes(
  { byField }: Requirements,
  { agencies, masked }: Pick<GatewayRules, 'agencies' | 'masked'>,
): PermittingPurposes {
  // What might be asked must not push out of memory what is.
  const rules = new AccessRules(agencies);
  // Many fields of one operation can be refused.
  const known = new WeakMap<AccessContext, readonly (readonly [Purpose, Decisions])[]>();
  const asIfForEach = (access: AccessContext) => {
    const decisions = known.get(access) ?? PURPOSES.map((to) => [to, rules.decisionsFor(asIf(access, to))] as const);
    known.set(access, decisions);
    return decisions;
  };
  return (access, ...way) => {
    const labelled = way.flatMap((coordinate) => {
      const requirement = byField.get(coordinate);
      return requirement === undefined ? [] : [[coordinate, requirement] as const];
    });
    const opens = (decisions: Decisions) =>
      labelled.every(
        ([coordinate, requirement]) => unmetAnywhere(coordinate, requirement, decisions, masked).length === 0,
      );
    if (opens(rules.decisionsFor(access))) return [];
    return asIfForEach(access)
      .filter(([purpose, decisions]) => purpose !== access.purpose && opens(decisions))
      .map(([purpose]) => purpose);
  };
}

/** The same caller, with a reason and with a reference that covers something. */
function asIf({ caller }: AccessContext, purpose: Purpose): AccessContext {
  const kind = REFERENCE_KIND[purpose];
  const grant: Grant | null = kind
    ? { kind, ...(kind === 'meeting' && { meetingKind: 'CASE_CONFERENCE' }), ...COVERS_NOTHING }
    : null;
  return { caller, purpose, reference: null, grant, reasonGiven: true };
}
