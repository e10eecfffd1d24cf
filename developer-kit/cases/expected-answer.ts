import type { Answer } from '../../shared/access/decide';
import type { Agency } from '../../shared/domain/agencies';
import type { Role } from '../../shared/domain/caller';
import { type Besides, COLUMNS, type Column, type Entry, isOpen } from './cases';
import { REFERENCES, type ReferenceFacts, type ReferenceName, type Situation, takesPart } from './situation';

/** The properties of a record on which its answers depend. */
export interface Subject {
  readonly owner: Agency;
  readonly region: string;
  /** Region of the reference: of the case or meeting. */
  readonly referenceRegion: string;
  readonly leadAgency: Agency;
  /** Kind of due item; undefined for any. */
  readonly dueKind?: string | undefined;
  readonly addressProtected: boolean;
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
  return { answer: entry.others, by: isKept(entry, subject) ? ['where-protected'] : (closed?.by ?? ['others']) };
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
    dueKind: undefined,
    addressProtected: false,
  };
  return openAnswer(entry, { ...situation, reference }, anywhere) !== undefined;
}

// Private:

function openAnswer(entry: Entry, situation: Situation, subject: Subject): Stated | undefined {
  if (isKept(entry, subject) && situation.caller.agency !== 'public-security') return undefined;
  const all = stated(entry, situation, subject);
  return OPEN.map((open) => all.find(({ answer }) => answer === open)).find((found) => found !== undefined);
}

/** Whether the record is hidden from everyone but the police. */
const isKept = (entry: Entry, { addressProtected }: Subject): boolean =>
  addressProtected && entry['where-protected'] !== undefined;

/** All applicable answers of the entry. */
function stated(entry: Entry, situation: Situation, subject: Subject): readonly Stated[] {
  return [
    ...(Object.keys(COLUMNS) as Column[])
      .filter((column) => APPLIES[column](situation, subject))
      .map((column) => ({ answer: entry[column], by: [column] })),
    ...entry.besides.flatMap((one, index) =>
      appliesTo(one, situation, subject) ? [{ answer: one.answer, by: ['besides', index] }] : [],
    ),
  ];
}

/** References that concern the child in question. */
const COVERING = {
  case: 'the case of the child',
  meeting: 'a regular meeting about the child',
} as const satisfies Record<ReferenceFacts['kind'], ReferenceName>;

/** Most permissive first. */
const OPEN = ['CLEAR', 'MASKED'] as const;

type Applies = (situation: Situation, subject: Subject) => boolean;

const inRegion: Applies = ({ caller }, { region }) => region.startsWith(caller.region);
const is = ({ caller }: Situation, role: Role): boolean => caller.roles.includes(role);

/** Agencies that take part in the reference, if it concerns the child. */
const covered: Applies = (situation, { referenceRegion }) =>
  situation.reference !== null && REFERENCES[situation.reference].covers && takesPart(situation, referenceRegion);

const meets =
  (kind: ReferenceFacts['meetingKind']): Applies =>
  (situation, subject) =>
    is(situation, 'meeting-member') &&
    situation.purpose === 'JOINT_MEETING' &&
    covered(situation, subject) &&
    situation.reference !== null &&
    (REFERENCES[situation.reference] as ReferenceFacts).meetingKind === kind;

const WHERE: Readonly<Record<NonNullable<Besides['where']> | 'region', Applies>> = {
  region: inRegion,
  'one-line': (situation, subject) =>
    inRegion(situation, subject) || situation.caller.region.startsWith(subject.region),
  'takes-part': (situation, { referenceRegion }) => takesPart(situation, referenceRegion),
};

const APPLIES: Readonly<Record<Column, Applies>> = {
  'case-worker': (situation, subject) =>
    is(situation, 'case-worker') &&
    (situation.purpose === 'RISK_ASSESSMENT' || situation.purpose === 'VISIT') &&
    inRegion(situation, subject),
  'case-handling': (situation, subject) =>
    is(situation, 'case-worker') &&
    situation.purpose === 'CASE_HANDLING' &&
    covered(situation, subject) &&
    inRegion(situation, subject),
  'joint-meeting': meets('REGULAR'),
  'case-conference': meets('CASE_CONFERENCE'),
  owner: (situation, subject) =>
    is(situation, 'agency-officer') &&
    situation.caller.agency === subject.owner &&
    situation.purpose === 'OWN_DUTY' &&
    inRegion(situation, subject),
  'child-director': (situation, subject) =>
    is(situation, 'child-director') && situation.purpose === 'VISIT' && inRegion(situation, subject),
  emergency: (situation, subject) =>
    (is(situation, 'case-worker') ||
      (is(situation, 'agency-officer') && situation.caller.agency === 'public-security')) &&
    situation.purpose === 'EMERGENCY' &&
    situation.reasonGiven &&
    inRegion(situation, subject),
};

function appliesTo(one: Besides, situation: Situation, subject: Subject): boolean {
  const { caller, purpose, reasonGiven } = situation;
  const agency = one.of === 'lead-agency' ? subject.leadAgency : one.of;
  return (
    is(situation, one.who) &&
    (agency === undefined || caller.agency === agency) &&
    (one.kinds === undefined || subject.dueKind === undefined || one.kinds.includes(subject.dueKind)) &&
    (one.with === undefined || [one.with].flat().includes(purpose)) &&
    (one.with === undefined || purpose !== 'EMERGENCY' || reasonGiven) &&
    WHERE[one.where ?? 'region'](situation, subject)
  );
}
