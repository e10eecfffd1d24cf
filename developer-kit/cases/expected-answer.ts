import type { Answer } from '../../shared/access/decide';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import type { Role } from '../../shared/domain/caller';
import type { Purpose, ReferenceKind } from '../../shared/domain/purpose';
import { type Besides, COLUMNS, type Column, cellOf, type Entry, isOpen } from './cases';
import { answerOf } from './cell';
import { REFERENCES, type ReferenceFacts, type ReferenceName, type Situation, takesPart } from './situation';

/** The properties of a record on which its answers depend. */
export interface Subject {
  readonly owner: Agency;
  readonly region: string;
  /** Region of the reference. */
  readonly referenceRegion: string;
  readonly leadAgency: Agency;
  /** Agencies that are named to help. */
  readonly helpers: readonly Agency[];
  /** Kind of due item; undefined for any. */
  readonly dueKind?: string | undefined;
  readonly locationProtected: boolean;
}

/** An answer in an entry, and the key that states it. */
export interface Stated {
  readonly answer: Answer;
  /** `['owner']`, `['besides', 0]` */
  readonly by: readonly (string | number)[];
}

/**
 * The expected answer in a situation: the most permissive of all that apply. A developer who could be answered about
 * some record in another role is refused like everybody else, possibly silently.
 */
export function statedAnswer(entry: Entry, situation: Situation, subject: Subject): Stated {
  const open = openAnswer(entry, situation, subject);
  if (open !== undefined) return open;
  const developer = situation.caller.roles.includes('developer') && !isPossible(entry, situation, subject);
  if (developer) return { answer: entry.developer, by: ['developer'] };
  const closed = stated(entry, situation, subject).find(({ answer }) => !isOpen(answer));
  return {
    answer: entry.others,
    by: isKept(entry, situation, subject) ? ['where-protected'] : (closed?.by ?? ['others']),
  };
}

export const expectedAnswer = (entry: Entry, situation: Situation, subject: Subject): Answer =>
  statedAnswer(entry, situation, subject).answer;

/** Whether the entry has a positive answer in the situation about any record. */
export function isPossible(entry: Entry, situation: Situation, subject: Subject): boolean {
  const grants = takesPart(situation, subject.referenceRegion) && situation.reference;
  const reference = grants ? COVERING[REFERENCES[grants].kind] : situation.reference;
  const anywhere = {
    ...subject,
    region: situation.caller.region,
    leadAgency: situation.caller.agency,
    helpers: AGENCIES,
    dueKind: undefined,
    locationProtected: false,
  };
  return (
    openAnswer(entry, { ...situation, reference }, anywhere) !== undefined ||
    // The gateway asks whether a reference is the caller's before the request has any.
    (reference === null && entry.besides.some((one) => one.where === 'takes-part' && isFor(one, situation)))
  );
}

/** The columns that apply to a situation. */
export const columnsOf = (situation: Situation, subject: Subject): readonly Column[] =>
  COLUMNS.filter((column) => APPLIES[column](situation, subject));

// Private:

function openAnswer(entry: Entry, situation: Situation, subject: Subject): Stated | undefined {
  if (isKept(entry, situation, subject)) return undefined;
  const all = stated(entry, situation, subject);
  return OPEN.map((open) => all.find(({ answer }) => answer === open)).find((found) => found !== undefined);
}

/** Whether the record is hidden from the caller because the child's location is protected. */
function isKept(entry: Entry, { caller, purpose }: Situation, { locationProtected, owner }: Subject): boolean {
  const kept = entry['where-protected'];
  if (!locationProtected || kept === undefined) return false;
  const police = kept['public-security'] === 'as above' || purpose !== 'JOINT_MEETING';
  if (caller.agency === 'public-security' && police) return false;
  return !(kept['own-duty'] !== undefined && caller.agency === owner && purpose === 'OWN_DUTY');
}

/** All applicable answers of the entry. */
function stated(entry: Entry, situation: Situation, subject: Subject): readonly Stated[] {
  return [
    ...columnsOf(situation, subject).map((column) => {
      const { answer, key } = answerOf(cellOf(entry, column), situation, subject);
      return { answer, by: key === undefined ? [column] : [column, key] };
    }),
    ...entry.besides.flatMap((one, index) =>
      appliesTo(one, situation, subject) ? [{ answer: one.answer, by: ['besides', index] }] : [],
    ),
  ];
}

/** References that concern the child in question. */
const COVERING = {
  case: 'the case of the child',
  meeting: 'a regular meeting about the child',
  task: 'a task about the child',
  protection: 'an assignment to protect the child',
  assessment: 'an assessment of the child',
  visits: 'visits to the child',
  clue: 'a clue about the child',
} as const satisfies Record<ReferenceKind, ReferenceName>;

/** Most permissive first. */
const OPEN = ['CLEAR', 'MASKED'] as const;

type Applies = (situation: Situation, subject: Subject) => boolean;

const inRegion: Applies = ({ caller }, { region }) => region.startsWith(caller.region);
const is = ({ caller }: Situation, role: Role): boolean => caller.roles.includes(role);

/** For whom the reference is confirmed, if it concerns the child. */
const covered: Applies = (situation, { referenceRegion }) =>
  situation.reference !== null && REFERENCES[situation.reference].covers && takesPart(situation, referenceRegion);

const under =
  (purpose: Purpose, ...roles: readonly Role[]): Applies =>
  (situation, subject) =>
    roles.some((role) => is(situation, role)) && situation.purpose === purpose && covered(situation, subject);

const meets =
  (kind: ReferenceFacts['meetingKind']): Applies =>
  (situation, subject) =>
    under('JOINT_MEETING', 'meeting-member')(situation, subject) &&
    situation.reference !== null &&
    (REFERENCES[situation.reference] as ReferenceFacts).meetingKind === kind;

/** A reference that is not the caller's is none to the rules; the gateway refuses the whole request. */
const isWithoutReference: Applies = (situation, { referenceRegion }) => !takesPart(situation, referenceRegion);

const WHERE: Readonly<Record<NonNullable<Besides['where']> | 'region', Applies>> = {
  region: inRegion,
  'without-reference': (situation, subject) => isWithoutReference(situation, subject) && inRegion(situation, subject),
  covered,
  'one-line': (situation, subject) =>
    inRegion(situation, subject) || situation.caller.region.startsWith(subject.region),
  'takes-part': (situation, { referenceRegion }) => takesPart(situation, referenceRegion),
};

const APPLIES: Readonly<Record<Column, Applies>> = {
  triage: (situation, subject) =>
    is(situation, 'case-worker') &&
    situation.purpose === 'RISK_ASSESSMENT' &&
    isWithoutReference(situation, subject) &&
    inRegion(situation, subject),
  assessment: under('RISK_ASSESSMENT', 'case-worker'),
  'case-handling': under('CASE_HANDLING', 'case-worker'),
  'case-officer': under('CASE_HANDLING', 'agency-officer'),
  welfare: under('WELFARE_SERVICE', 'agency-officer', 'case-worker', 'child-director'),
  visit: under('VISIT', 'case-worker', 'child-director'),
  'joint-meeting': meets('REGULAR'),
  'case-conference': meets('CASE_CONFERENCE'),
  owner: (situation, subject) =>
    is(situation, 'agency-officer') &&
    situation.caller.agency === subject.owner &&
    situation.purpose === 'OWN_DUTY' &&
    inRegion(situation, subject),
  'report-recipient': under('MANDATORY_REPORT', 'agency-officer'),
  'own-under-reference': (situation, subject) =>
    situation.caller.agency === subject.owner &&
    (under('CASE_HANDLING', 'agency-officer')(situation, subject) ||
      under('WELFARE_SERVICE', 'agency-officer')(situation, subject) ||
      under('MANDATORY_REPORT', 'agency-officer')(situation, subject) ||
      under('JOINT_MEETING', 'meeting-member')(situation, subject)),
  emergency: (situation, subject) =>
    (is(situation, 'case-worker') ||
      (is(situation, 'agency-officer') && situation.caller.agency === 'public-security')) &&
    situation.purpose === 'EMERGENCY' &&
    situation.reasonGiven &&
    inRegion(situation, subject),
};

/** Whether an answer is stated for the caller's role and purpose. */
const isFor = ({ who, with: purposes }: Besides, situation: Situation): boolean =>
  is(situation, who) && (purposes === undefined || [purposes].flat().includes(situation.purpose));

function appliesTo(one: Besides, situation: Situation, subject: Subject): boolean {
  const { caller, purpose, reasonGiven } = situation;
  const agencies = [one.of ?? []].flat().map((of) => (of === 'lead-agency' ? subject.leadAgency : of));
  return (
    is(situation, one.who) &&
    (one.of === undefined || agencies.includes(caller.agency)) &&
    (one.kinds === undefined || subject.dueKind === undefined || one.kinds.includes(subject.dueKind)) &&
    (one.with === undefined || [one.with].flat().includes(purpose)) &&
    (one.with === undefined || purpose !== 'EMERGENCY' || reasonGiven) &&
    WHERE[one.where ?? 'region'](situation, subject)
  );
}
