import type { Agency } from '../../shared/domain/agencies';
import type { Caller, Role } from '../../shared/domain/caller';
import type { Purpose } from '../../shared/domain/purpose';

/** A case or meeting, and its relation to the child in question. */
export const REFERENCES = {
  'the case of the child': { kind: 'case', covers: true },
  'another case': { kind: 'case', covers: false },
  'a regular meeting about the child': { kind: 'meeting', meetingKind: 'REGULAR', covers: true },
  'a case conference about the child': { kind: 'meeting', meetingKind: 'CASE_CONFERENCE', covers: true },
  // Officers of other agencies do not take part in it.
  'a meeting of civil affairs alone about the child': {
    kind: 'meeting',
    meetingKind: 'REGULAR',
    covers: true,
    attendedBy: ['civil-affairs'],
  },
  'another meeting': { kind: 'meeting', meetingKind: 'REGULAR', covers: false },
} as const satisfies Record<string, ReferenceFacts>;

export interface ReferenceFacts {
  readonly kind: 'case' | 'meeting';
  readonly meetingKind?: 'REGULAR' | 'CASE_CONFERENCE';
  /** Whether it concerns the child. */
  readonly covers: boolean;
  /** All agencies by default. */
  readonly attendedBy?: readonly Agency[];
}

export type ReferenceName = keyof typeof REFERENCES;

/** A caller, a purpose and a reference. */
export interface Situation {
  readonly name: string;
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly reference: ReferenceName | null;
  readonly reasonGiven: boolean;
}

/** Roles that can take part in a case or meeting. */
const TAKES_PART: Readonly<Record<ReferenceFacts['kind'], readonly Role[]>> = {
  case: ['case-worker', 'agency-officer'],
  meeting: ['meeting-member', 'meeting-clerk'],
};

/** Whether the caller's participation is confirmed; the same for all references. */
export const isConfirmed = ({ sub }: Caller): boolean => !sub.startsWith('unconfirmed-');

/**
 * Whether the caller takes part in the reference: in a suitable role, for a participating agency, with a region that
 * contains that of the reference or lies in it, and confirmed.
 *
 * @param region of the case or meeting.
 */
export function takesPart({ caller, reference }: Situation, region: string): boolean {
  if (reference === null) return false;
  const { kind, attendedBy }: ReferenceFacts = REFERENCES[reference];
  return (
    isConfirmed(caller) &&
    caller.roles.some((role) => TAKES_PART[kind].includes(role)) &&
    (attendedBy === undefined || attendedBy.includes(caller.agency)) &&
    (region.startsWith(caller.region) || caller.region.startsWith(region))
  );
}
