import { AccessRules, type Decisions } from '../../shared/access/decide';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import type { Coordinate } from '../../shared/access/labels';
import { PURPOSES, type Purpose, REFERENCE_KIND } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import { oncePer } from '../request/once-per';
import type { Requirements } from './requirements';
import type { GatewayRules } from './rule-bundle';
import { unmetAnywhere } from './static-decisions';

/** The purposes for which this caller could be answered a refused field, or all fields of a path. */
export type PermittingPurposes = (access: AccessContext, ...way: readonly Coordinate[]) => readonly Purpose[];

/**
 * Decides by the rules alone, never by a record. If the stated purpose could open the field for some record, the
 * stated purpose is sufficient, and no other is named.
 */
export function permittingPurposes(
  { byField }: Requirements,
  { agencies, masked }: Pick<GatewayRules, 'agencies' | 'masked'>,
): PermittingPurposes {
  // Its own cache: hypothetical requests must not evict decisions about real ones.
  const rules = new AccessRules(agencies);
  // Computed once per request: many fields of one operation can be refused.
  const asIfForEach = oncePer((access: AccessContext) =>
    PURPOSES.map((to) => [to, rules.decisionsFor(asIf(access, to))] as const),
  );
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

/** The same caller with another purpose, a reason, and a reference that covers something. */
function asIf({ caller }: AccessContext, purpose: Purpose): AccessContext {
  const kind = REFERENCE_KIND[purpose];
  const grant: Grant | null = kind
    ? { kind, ...(kind === 'meeting' && { meetingKind: 'CASE_CONFERENCE' }), ...COVERS_NOTHING }
    : null;
  return { caller, purpose, reference: null, grant, reasonGiven: true };
}
