import { addDays, at } from '../domain/dates';
import { isoOf } from './calendar';
import type { Circumstances, Events, LocationProtection, SyntheticChild } from './child';
import type { Draws } from './random';
import type { Subject } from './subject';

/**
 * The share of children whose place nobody knows, whatever else happened to them. Among them, a child whose place is
 * protected is not found: there are at least twenty times as many.
 */
export const PLACE_UNKNOWN = 0.01;

/** The share of ordinary registers that lack one of the values. */
const GAP = 0.02;

const SETTING = {
  'public-security': { officer: 'police-officer', head: 'police-head' },
  'civil-affairs': { officer: 'civil-affairs-officer', head: 'civil-affairs-head' },
} as const;

const PROTECTED = { byOrder: 0.15, byWarning: 0.05, whenPlaced: 0.3 } as const;

/** Kept secret by the police after an order or warning, or by civil affairs for a child whom it has placed. */
export function locationProtectionOf(
  { draws, today }: Subject,
  { temporaryGuardianship }: Circumstances,
  { violence }: Events,
): LocationProtection | null {
  if ((violence?.orderValidUntil ?? '') > isoOf(today) && draws.chance('address-protected', PROTECTED.byOrder)) {
    return { by: 'public-security', ground: 'ORDER', since: violence?.orderAppliedAt ?? isoOf(today) };
  }
  if (violence?.warnedAt && draws.chance('protected-by-warning', PROTECTED.byWarning)) {
    return { by: 'public-security', ground: 'WARNING', since: violence.warnedAt };
  }
  if (temporaryGuardianship && draws.chance('protected-when-placed', PROTECTED.whenPlaced)) {
    return { by: 'civil-affairs', ground: 'PLACEMENT', since: temporaryGuardianship.since };
  }
  return null;
}

/** The region by which agencies find the child: the county where the place is protected. */
export function rosterRegion({ region, locationProtection }: SyntheticChild): string {
  return locationProtection === null ? region : region.slice(0, 6);
}

/**
 * The child's row of an agency's roster, with the exact region, which the view cuts to the county where the place is
 * protected.
 *
 * @param child_id the pseudonym.
 */
export function rosterRow({ person, region, locationProtection }: SyntheticChild, child_id: string) {
  return { child_id, id_number: person.idNumber, region, location_protected: locationProtection !== null };
}

/** The rows of `base.location_protection` at the agency that set it: confirmed, and in force for 150 days more. */
export function protectionRows(
  { locationProtection }: SyntheticChild,
  child_id: string,
  agency: LocationProtection['by'],
  today: string,
) {
  if (locationProtection?.by !== agency) return [];
  const { ground, since } = locationProtection;
  return [
    {
      child_id,
      ground,
      set_by: SETTING[agency].officer,
      set_at: at(since, '11:00'),
      until: addDays(today, 150),
      confirmed_by: SETTING[agency].head,
      confirmed_at: at(since, '16:00'),
    },
  ];
}

/**
 * Whether an agency knows one value that tells the child's place, such as `visit note`. One in fifty is missing for no
 * reason, and all of them where the place is not known.
 */
export function isRegistered({ placeKnown, story }: SyntheticChild, draws: Draws, value: string): boolean {
  return placeKnown && (story !== null || !draws.chance(`gap ${value}`, GAP));
}

/** The child as registers have them: without the values that agencies do not know. */
export function asRegistered(child: SyntheticChild, draws: Draws): SyntheticChild {
  const { region, placeKnown, household, schooling, companionship, locationProtection } = child;
  const known = <Value>(name: string, value: Value): Value | null => (isRegistered(child, draws, name) ? value : null);
  return {
    ...child,
    region: placeKnown ? region : region.slice(0, 6),
    // What nobody knows cannot be kept secret.
    locationProtection: placeKnown ? locationProtection : null,
    household: {
      address: known('address', household.address),
      registeredRegion: placeKnown ? household.registeredRegion : household.registeredRegion.slice(0, 6),
      residenceRegion: known('residence', household.residenceRegion),
      members: known('members', household.members) ?? [],
    },
    schooling: schooling && {
      ...schooling,
      school: known('school', schooling.school),
      schoolType: known('school type', schooling.schoolType),
      className: known('class', schooling.className),
      boarding: known('boarding', schooling.boarding),
    },
    companionship: companionship && {
      lovingMother: companionship.lovingMother && {
        ...companionship.lovingMother,
        name: known('loving mother', companionship.lovingMother.name),
      },
      safetyOfficer: companionship.safetyOfficer && {
        ...companionship.safetyOfficer,
        name: known('safety officer', companionship.safetyOfficer.name),
      },
    },
  };
}
