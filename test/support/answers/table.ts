import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { besides, type Entry } from '../../../developer-kit/cases/cases';
import { CONDITIONS } from '../../../developer-kit/cases/cell';
import type { DataClassName } from '../../../shared/access/catalogue';
import type { Answer } from '../../../shared/access/decide';
import { readYaml } from '../../../shared/cli/read-yaml';
import { PROJECT } from '../../../shared/config/project-root';

/** The twelve columns of test/access/answers.yaml, in its order. */
export const TABLE_COLUMNS = [
  'triage',
  'assessment',
  'case-handling',
  'case-officer',
  'welfare',
  'visit',
  'joint-meeting',
  'case-conference',
  'owner',
  'report-recipient',
  'emergency',
  'emergency-police',
] as const;

const WORDS = { C: 'CLEAR', M: 'MASKED', D: 'DENIED', A: 'ABSENT' } as const satisfies Record<string, Answer>;
const letter = z.enum(['C', 'M', 'D', 'A']);
const letterCell = z.union([letter, z.strictObject({ ...optionally(CONDITIONS), others: letter })]);
const answers = z.array(letterCell).length(TABLE_COLUMNS.length);
const row = z.union([
  answers.transform((given) => ({ answers: given, besides: [], location: false, 'own-under-reference': undefined })),
  z.strictObject({
    answers,
    'own-under-reference': letterCell.optional(),
    location: z.boolean().default(false),
    besides: z.array(besides.omit({ answer: true }).extend({ answer: letter })).default([]),
  }),
]);

type LetterCell = z.infer<typeof letterCell>;

/** Reads the table as cases: an entry for each class, whose columns today's rules do not need are refused. */
export function answerTable(): ReadonlyMap<DataClassName, Entry> {
  const file = 'test/access/answers.yaml';
  const rows = readYaml(readFileSync(join(PROJECT, file), 'utf8'), file, z.record(z.string(), row));
  return new Map(Object.entries(rows).map(([name, one]) => [name, entryOf(name, one)]));
}

// Private:

function entryOf(name: DataClassName, given: z.infer<typeof row>): Entry {
  const cells = given.answers.map(inWords);
  const refused = given.answers.flatMap((one) => (typeof one === 'string' ? [one] : Object.values(one)));
  const refusal = refused.includes('A') ? 'ABSENT' : 'DENIED';
  const byColumn = Object.fromEntries(TABLE_COLUMNS.map((column, index) => [column, cells[index]]));
  const { emergency, 'emergency-police': police, ...columns } = byColumn as Record<string, Answer>;
  const own = given['own-under-reference'] ?? (name.startsWith('governance-center.') ? undefined : 'C');
  return {
    fields: [],
    ...(columns as Pick<Entry, 'case-handling' | 'joint-meeting' | 'case-conference' | 'owner'>),
    emergency: { 'public-security': police as Answer, others: emergency as Answer },
    ...(own && { 'own-under-reference': inWords(own) }),
    besides: given.besides.map(({ answer, ...who }) => ({ ...who, answer: WORDS[answer] })),
    developer: 'DENIED',
    others: refusal,
    record: {},
    ...(given.location && {
      'where-protected': {
        'public-security': 'as above but in meetings',
        ...(!name.startsWith('governance-center.') && { 'own-duty': 'as above' }),
        others: refusal,
      },
    }),
  };
}

function inWords(given: LetterCell): Entry['owner'] {
  if (typeof given === 'string') return WORDS[given];
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, one]) => (one === undefined ? [] : [[key, WORDS[one]]])),
  ) as Entry['owner'];
}

function optionally(keys: typeof CONDITIONS) {
  return Object.fromEntries(keys.map((key) => [key, letter.optional()])) as Readonly<
    Record<(typeof CONDITIONS)[number], z.ZodOptional<typeof letter>>
  >;
}
