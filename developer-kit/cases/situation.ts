import type { Agency } from '../../shared/domain/agencies';
import type { Caller, Role } from '../../shared/domain/caller';
import type { Purpose } from '../../shared/domain/purpose';

/** A case or meeting, by what it has to do with the child that is asked about. */
export const REFERENCES = {
  'the case of the child': { kind: 'case', covers: true },
  'another case': { kind: 'case', covers: false },
  'a regular meeting about the child': { kind: 'meeting', meetingKind: 'REGULAR', covers: true },
  'a case conference about the child': { kind: 'meeting', meetingKind: 'CASE_CONFERENCE', covers: true },
  // Anybody else's officer takes no part in it.
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
  /** Whether the child is one of those that it deals with. */
  readonly covers: boolean;
  /** All agencies, where nothing is said. */
  readonly attendedBy?: readonly Agency[];
}

export type ReferenceName = keyof typeof REFERENCES;

/** Who asks, what for, with what in hand. */
export interface Situation {
  readonly name: string;
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly reference: ReferenceName | null;
  readonly reasonGiven: boolean;
}

/** Roles that can take part in a case or meeting at all. */
const TAKES_PART: Readonly<Record<ReferenceFacts['kind'], readonly Role[]>> = {
  case: ['case-worker', 'agency-officer'],
  meeting: ['meeting-member', 'meeting-clerk'],
};

/** Whether the caller's part is confirmed, in everything that situations refer to alike. */
export const isConfirmed = ({ sub }: Caller): boolean => !sub.startsWith('unconfirmed-');

/**
 * Whether the caller takes part in what the request refers to: in a role that can, for an agency that does, from its
 * region, from within it or from above, and as somebody has confirmed.
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
