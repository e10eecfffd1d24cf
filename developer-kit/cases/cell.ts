import { z } from 'zod';
import type { Answer } from '../../shared/access/decide';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { REFERENCES, type ReferenceFacts, type Situation } from './situation';

export const answer = z.enum(['CLEAR', 'MASKED', 'DENIED', 'ABSENT']);

/** The caller's agency, or its relation to the record: it leads the matter (牵头部门), or is named to help with it. */
const OF_AGENCY = [...AGENCIES, 'lead-agency', 'helpers'] as const;
/** The request's reference. */
const OF_REFERENCE = ['task', 'protection', 'visits-school', 'joint-meeting', 'case-conference'] as const;

/** Facts of the caller, the record and the reference on which an answer can depend. */
export const CONDITIONS = [...OF_AGENCY, ...OF_REFERENCE] as const;

/** A key of a cell that depends. */
export type Condition = (typeof CONDITIONS)[number];

/**
 * An answer, or one that depends: `{ lead-agency: CLEAR, others: DENIED }`. The first key that holds gives the answer.
 */
export const cell = z.union(
  [
    answer,
    z.strictObject({
      ...(Object.fromEntries(CONDITIONS.map((key) => [key, answer.optional()])) as Readonly<
        Record<Condition, z.ZodOptional<typeof answer>>
      >),
      others: answer,
    }),
  ],
  { error: `Expected ${answer.options.join(', ')}, or one of them for each condition and for others` },
);

export type Cell = z.infer<typeof cell>;

/** The agencies of a record on which cells depend. */
export interface AgenciesOfRecord {
  readonly leadAgency: Agency;
  readonly helpers: readonly Agency[];
}

/** @returns the answer, and the key that states it if the cell depends. */
export function answerOf(
  given: Cell,
  situation: Situation,
  record: AgenciesOfRecord,
): { readonly answer: Answer; readonly key?: string } {
  if (typeof given === 'string') return { answer: given };
  const { others, ...conditions } = given;
  for (const [key, stated] of Object.entries(conditions)) {
    if (stated !== undefined && holds(key as Condition, situation, record)) return { answer: stated, key };
  }
  return { answer: others, key: 'others' };
}

/** All answers of a cell. */
export const answersIn = (given: Cell): readonly Answer[] =>
  typeof given === 'string' ? [given] : Object.values(given).filter((one) => one !== undefined);

// Private:

function holds(key: Condition, { caller, reference }: Situation, { leadAgency, helpers }: AgenciesOfRecord): boolean {
  const facts: ReferenceFacts | null = reference && REFERENCES[reference];
  switch (key) {
    case 'lead-agency':
      return caller.agency === leadAgency;
    case 'helpers':
      return helpers.includes(caller.agency);
    case 'task':
    case 'protection':
      return facts?.kind === key;
    case 'visits-school':
      return facts?.visitsSchool === true;
    case 'joint-meeting':
      return facts?.meetingKind === 'REGULAR';
    case 'case-conference':
      return facts?.meetingKind === 'CASE_CONFERENCE';
    default:
      return caller.agency === key;
  }
}
