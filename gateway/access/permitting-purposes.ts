import { AccessRules, type Decisions } from '../../shared/access/decide';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import type { Coordinate } from '../../shared/access/labels';
import { PURPOSES, type Purpose, type ReferenceKind, referenceKindsOf } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import { oncePer } from '../request/once-per';
import type { Requirements } from './requirements';
import type { GatewayRules } from './rule-bundle';
import { unmetAnywhere } from './static-decisions';

/** A purpose, with the kind of reference that it has to be stated with: `{ purpose: 'WELFARE_SERVICE', reference: 'task' }`. */
export interface PermittingPurpose {
  readonly purpose: Purpose;
  readonly reference: ReferenceKind | null;
}

/** The purposes for which this caller could be answered a refused field, or all fields of a path. */
export type PermittingPurposes = (access: AccessContext, ...way: readonly Coordinate[]) => readonly PermittingPurpose[];

/**
 * Decides by the rules alone, never by a record. If the stated purpose could open the field for some record, what was
 * stated is sufficient, and nothing else is named.
 */
export function permittingPurposes(
  { byField }: Requirements,
  { agencies, masked }: Pick<GatewayRules, 'agencies' | 'masked'>,
): PermittingPurposes {
  // Its own cache: hypothetical requests must not evict decisions about real ones.
  const rules = new AccessRules(agencies);
  // Computed once per request: many fields of one operation can be refused.
  const asIfForEach = oncePer((access: AccessContext) =>
    PURPOSES.flatMap((purpose) =>
      referenceKindsOf(purpose).map(
        (reference) => [{ purpose, reference }, rules.decisionsFor(asIf(access, purpose, reference))] as const,
      ),
    ),
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
    const opening = asIfForEach(access).flatMap(([stated, decisions]) => (opens(decisions) ? [stated] : []));
    const withoutReference = new Set(
      opening.flatMap(({ purpose, reference }) => (reference === null ? [purpose] : [])),
    );
    return opening.filter(({ purpose, reference }) => reference === null || !withoutReference.has(purpose));
  };
}

/** The same caller with another purpose, a reason, and a reference that covers something. */
function asIf({ caller }: AccessContext, purpose: Purpose, kind: ReferenceKind | null): AccessContext {
  const grant: Grant | null = kind && {
    ...COVERS_NOTHING,
    kind,
    ...(kind === 'meeting' && { meetingKind: 'CASE_CONFERENCE' }),
    visitsSchool: kind === 'protection',
  };
  return { caller, purpose, reference: null, grant, reasonGiven: true };
}
