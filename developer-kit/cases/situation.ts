import type { Agency } from '../../shared/domain/agencies';
import type { Caller, Role } from '../../shared/domain/caller';
import type { Purpose, ReferenceKind } from '../../shared/domain/purpose';
import { OFFICERS_WITHOUT_PART } from '../../shared/synthetic/officers';

/** References, and their relation to the child in question. */
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
  // Every caller who can have one has one of their own.
  'a task about the child': { kind: 'task', covers: true },
  'another task': { kind: 'task', covers: false },
  'a task of another agency': { kind: 'task', covers: true, isAnothers: true },
  'an assignment to protect the child': { kind: 'protection', covers: true },
  'an assignment to protect the child, at school': { kind: 'protection', covers: true, visitsSchool: true },
  'another assignment': { kind: 'protection', covers: false },
  'an assignment of another agency': { kind: 'protection', covers: true, isAnothers: true },
  'an assessment of the child': { kind: 'assessment', covers: true },
  'another assessment': { kind: 'assessment', covers: false },
  'an assessment of another officer': { kind: 'assessment', covers: true, isAnothers: true },
  'visits to the child': { kind: 'visits', covers: true },
  'other visits': { kind: 'visits', covers: false },
  'visits of another officer': { kind: 'visits', covers: true, isAnothers: true },
  'a clue about the child': { kind: 'clue', covers: true },
  'another clue': { kind: 'clue', covers: false },
  'a clue for another agency': { kind: 'clue', covers: true, isAnothers: true },
} as const satisfies Record<string, ReferenceFacts>;

export interface ReferenceFacts {
  readonly kind: ReferenceKind;
  readonly meetingKind?: 'REGULAR' | 'CASE_CONFERENCE';
  /** Whether the help that it is about includes visits at school. */
  readonly visitsSchool?: boolean;
  /** Whether it concerns the child. */
  readonly covers: boolean;
  /** All agencies by default. */
  readonly attendedBy?: readonly Agency[];
  /** Whether it is another officer's, or another agency's. */
  readonly isAnothers?: boolean;
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

/** Roles that can be given each kind of reference. */
const TAKES_PART: Readonly<Record<ReferenceKind, readonly Role[]>> = {
  case: ['case-worker', 'agency-officer'],
  meeting: ['meeting-member', 'meeting-clerk'],
  task: ['agency-officer'],
  protection: ['agency-officer'],
  assessment: ['case-worker'],
  visits: ['case-worker', 'child-director'],
  clue: ['agency-officer'],
};

/** Whether a reference of this kind can be confirmed for the caller at all. */
export const canHold = ({ roles }: Caller, kind: ReferenceKind): boolean =>
  roles.some((role) => TAKES_PART[kind].includes(role));

/** Whether the caller's participation is confirmed; the same for all references. */
export const isConfirmed = ({ sub }: Caller): boolean =>
  !sub.startsWith('unconfirmed-') && !OFFICERS_WITHOUT_PART.has(sub);

/**
 * Whether the caller takes part in the reference: in a suitable role, for a participating agency, with a region that
 * contains that of the reference or lies in it, and confirmed.
 *
 * @param region of what is referred to.
 */
export function takesPart({ caller, reference }: Situation, region: string): boolean {
  if (reference === null) return false;
  const { kind, attendedBy, isAnothers = false }: ReferenceFacts = REFERENCES[reference];
  return (
    isConfirmed(caller) &&
    !isAnothers &&
    canHold(caller, kind) &&
    (attendedBy === undefined || attendedBy.includes(caller.agency)) &&
    (region.startsWith(caller.region) || caller.region.startsWith(region))
  );
}
