import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import type { Agency } from '../../shared/domain/agencies';
import type { Caller, Role } from '../../shared/domain/caller';
import { type Purpose, type ReferenceKind, referenceKindsOf } from '../../shared/domain/purpose';
import { isWithin } from '../../shared/domain/regions';
import type { AccessContext } from '../../shared/protocol/context-token';
import { OFFICERS } from '../../shared/synthetic/officers';

/** A kind of caller: callers whom the rules treat alike, apart from their exact region. */
export interface Profile {
  readonly roles: readonly Role[];
  readonly agency: Agency;
  /** Number of digits in the region's code. */
  readonly regionDigits: number;
  readonly purpose: Purpose;
  readonly referenceKind: ReferenceKind | null;
}

/** `child-director of civil-affairs (12-digit region), VISIT` */
export function profileInText({ roles, agency, regionDigits, purpose, referenceKind }: Profile): string {
  const reference = referenceKind === null ? '' : ` with a ${referenceKind}`;
  return `${roles.join(', ')} of ${agency} (${regionDigits}-digit region), ${purpose}${reference}`;
}

/**
 * @param code of the caller's region.
 * @param reference as sent, `task/6d3e…`; by default, of the first kind that the purpose can have.
 */
export function profileOf(
  caller: Pick<Caller, 'roles' | 'agency'>,
  code: string,
  purpose: Purpose,
  reference: string | null = null,
): Profile {
  const { roles, agency } = caller;
  return {
    roles: [...roles].sort(),
    agency,
    regionDigits: code.length,
    purpose,
    referenceKind: kindOf(purpose, reference),
  };
}

function kindOf(purpose: Purpose, reference: string | null): ReferenceKind | null {
  const kinds = referenceKindsOf(purpose);
  return kinds.find((kind) => kind !== null && reference?.startsWith(`${kind}/`)) ?? kinds[0] ?? null;
}

/** A village of the synthetic district. */
const VILLAGE = '990101001001';

/** An officer of the synthetic district with this profile, who takes part in cases and meetings if possible. */
export function standIn({ roles, agency, regionDigits }: Profile): Caller {
  const region = VILLAGE.slice(0, regionDigits);
  const same = (officer: Caller) => officer.agency === agency && [...officer.roles].sort().join() === roles.join();
  const known = OFFICERS.find((officer) => same(officer) && officer.region === region);
  if (known !== undefined) return known;
  // Taking part in a case or meeting also works for an officer in a containing or contained region.
  const near = OFFICERS.find(
    (officer) => same(officer) && (isWithin(officer.region, region) || isWithin(region, officer.region)),
  );
  return { sub: near?.sub ?? 'stand-in', name: '替身', agency, roles, region };
}

/** All contexts of such a caller that the rules can tell apart without a record. */
export function contextsOf(profile: Profile): readonly AccessContext[] {
  const { purpose, referenceKind } = profile;
  const grants: readonly (Grant | null)[] =
    referenceKind === 'meeting'
      ? (['REGULAR', 'CASE_CONFERENCE'] as const).map((meetingKind) => ({
          kind: 'meeting',
          meetingKind,
          ...COVERS_NOTHING,
        }))
      : referenceKind === 'protection'
        ? [false, true].map((visitsSchool) => ({ ...COVERS_NOTHING, kind: 'protection', visitsSchool }))
        : [referenceKind && { ...COVERS_NOTHING, kind: referenceKind }];
  const reasonGiven = purpose === 'EMERGENCY';
  return grants.map((grant) => ({ caller: standIn(profile), purpose, reference: null, reasonGiven, grant }));
}
