import { parse } from 'yaml';
import { z } from 'zod';
import type { Catalogue, DataClassName } from '../../../shared/access/catalogue';
import type { Answer } from '../../../shared/access/decide';
import { AGENCIES, type Agency } from '../../../shared/agencies';
import { ROLES, type Role } from '../../../shared/caller';
import { PURPOSES } from '../../../shared/purpose';
import { REFERENCES, type ReferenceFacts, type ReferenceName, type Situation, takesPart } from './situations';

const answer = z.enum(['CLEAR', 'MASKED', 'DENIED', 'ABSENT']);

const besides = z.strictObject({
  who: z.enum(ROLES),
  /** An agency; or the one that leads what is asked about (牵头部门). */
  of: z.enum([...AGENCIES, 'lead-agency']).optional(),
  /** Every purpose, where none is named. */
  with: z.union([z.enum(PURPOSES), z.array(z.enum(PURPOSES)).min(1)]).optional(),
  /** In region, unless it is enough to take part in what the request refers to, or to lie on one line with the record. */
  where: z.enum(['takes-part', 'one-line']).optional(),
  /** Of what is due, these kinds alone. */
  kinds: z.array(z.string()).min(1).optional(),
  answer,
});

const columns = {
  'case-worker': answer,
  'case-handling': answer,
  'joint-meeting': answer,
  'case-conference': answer,
  owner: answer,
  'child-director': answer,
  emergency: answer,
};

type Column = keyof typeof columns;

const entryShape = z.strictObject({
  /**
   * Where in the graph the answer shows; by `or`, another class that opens the same field by itself; by `and`, others that
   * it asks for as well.
   */
  fields: z
    .array(
      z.union([
        z.string(),
        z.strictObject({ field: z.string(), or: z.string().optional(), and: z.array(z.string()).optional() }),
      ]),
    )
    .min(1),
  ...columns,
  besides: z.array(besides).default([]),
  developer: z.literal('DENIED'),
  others: z.enum(['DENIED', 'ABSENT']),
  'where-protected': z.strictObject({ 'public-security': z.literal('as above'), others: answer }).optional(),
});

export type Entry = z.infer<typeof entryShape>;

const file = z.record(z.string(), entryShape);

/** A record, as far as who is answered about it depends on it. */
export interface Subject {
  readonly owner: Agency;
  readonly region: string;
  /** Of the case or meeting that the request refers to. */
  readonly referenceRegion: string;
  readonly leadAgency: Agency;
  /** Of what is due; undefined for any. */
  readonly dueKind?: string | undefined;
  readonly addressProtected: boolean;
}

/**
 * Reads an agency's `access.cases.yaml`.
 *
 * @throws with every fault: of shape, a class of the catalogue without an entry or the other way about, and refusals that
 *   are not the catalogue's.
 */
export function readCases(yaml: string, { classes }: Catalogue, fileName: string): ReadonlyMap<DataClassName, Entry> {
  const parsed = file.safeParse(parse(yaml));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join(' ')}: ${issue.message}`);
    throw new Error(`${fileName}: ${faults.join('; ')}`);
  }
  const faults: string[] = [];
  for (const name of classes.keys()) if (!(name in parsed.data)) faults.push(`${name} has no entry`);
  for (const [name, entry] of Object.entries(parsed.data)) {
    const refusal = classes.get(name)?.refusal.toUpperCase();
    if (refusal === undefined) faults.push(`${name} is no data class of the catalogue`);
    else if (refusalsOf(entry).some((one) => one !== refusal))
      faults.push(`${name} is refused otherwise in the catalogue`);
  }
  if (faults.length > 0) throw new Error(`${fileName}: ${faults.join('; ')}`);
  return new Map(Object.entries(parsed.data));
}

/**
 * What the entry says to a situation: of all that applies to the caller, the most open. A developer who is something else
 * besides, and as that may be answered about some record, is refused like everyone else: in silence, where others are.
 */
export function expectedAnswer(entry: Entry, situation: Situation, subject: Subject): Answer {
  const open = openAnswer(entry, situation, subject);
  if (open !== undefined) return open;
  const developer = situation.caller.roles.includes('developer') && !isPossible(entry, situation, subject);
  return developer ? entry.developer : entry.others;
}

/** Whether the entry has a positive answer to the situation about any record at all, however far from this one. */
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

function openAnswer(entry: Entry, situation: Situation, subject: Subject): Answer | undefined {
  const kept = subject.addressProtected && entry['where-protected'] !== undefined;
  if (kept && situation.caller.agency !== 'public-security') return undefined;
  const answers = [
    ...(Object.keys(columns) as Column[])
      .filter((column) => COLUMNS[column](situation, subject))
      .map((column) => entry[column]),
    ...entry.besides.filter((one) => appliesTo(one, situation, subject)).map((one) => one.answer),
  ];
  return OPEN.find((open) => answers.includes(open));
}

export const isOpen = (answer: Answer): boolean => answer === 'CLEAR' || answer === 'MASKED';

// Private:

/** What deals with the child that one has in mind. */
const COVERING = {
  case: 'the case of the child',
  meeting: 'a regular meeting about the child',
} as const satisfies Record<ReferenceFacts['kind'], ReferenceName>;

/** All refusals of an entry but a developer's. */
function refusalsOf(entry: Entry): Answer[] {
  const answers = [
    ...(Object.keys(columns) as Column[]).map((column) => entry[column]),
    ...entry.besides.map(({ answer }) => answer),
    entry.others,
  ];
  return answers.filter((answer) => !isOpen(answer));
}

/** Most open first. */
const OPEN = ['CLEAR', 'MASKED'] as const;

type Applies = (situation: Situation, subject: Subject) => boolean;

const inRegion: Applies = ({ caller }, { region }) => region.startsWith(caller.region);
const is = ({ caller }: Situation, role: Role): boolean => caller.roles.includes(role);

/** Who takes part in what the request refers to, where that deals with the child. */
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

const WHERE: Readonly<Record<NonNullable<z.infer<typeof besides>['where']> | 'region', Applies>> = {
  region: inRegion,
  'one-line': (situation, subject) =>
    inRegion(situation, subject) || situation.caller.region.startsWith(subject.region),
  'takes-part': (situation, { referenceRegion }) => takesPart(situation, referenceRegion),
};

const COLUMNS: Readonly<Record<Column, Applies>> = {
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

function appliesTo(one: z.infer<typeof besides>, situation: Situation, subject: Subject): boolean {
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
