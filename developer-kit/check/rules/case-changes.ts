import type { Answer } from '../../../shared/access/decide';
import type { SourceFile } from '../../../shared/config/agency-files';
import { CASES_ENDING, type Cases, COLUMNS, casesIn, cellOf, type Entry } from '../../cases/cases';
import type { Cell } from '../../cases/cell';
import { digestOf } from '../digest';
import type { Finding } from '../finding';
import type { ReadAgency } from '../read-agency';
import type { Reading } from '../reading';
import type { Rule } from './rule';

/**
 * Reports cases that expect more than before, or are about less: the specification changed together with what it specifies.
 */
export const caseChanges: Rule = (reading) =>
  [...reading.after.agencies.values()].flatMap((read) => changesOf(read, reading));

// Private:

function changesOf(read: ReadAgency, { changed }: Reading): readonly Finding[] {
  const { agency, catalogue } = read;
  const files = changed.filter(({ path }) => path.startsWith(`subgraphs/${agency}/`) && path.endsWith(CASES_ENDING));
  if (catalogue === undefined || files.length === 0) return [];
  const casesOf = (side: 'before' | 'after'): Cases | undefined => {
    const texts = files.flatMap(({ path, [side]: text }): SourceFile[] => (text === undefined ? [] : [{ path, text }]));
    return texts.length === 0 ? undefined : casesIn(texts, catalogue);
  };
  const [former, now] = [casesOf('before'), casesOf('after')];
  if (former === undefined || now === undefined) return [];
  return [...now.entries].flatMap(([name, is]) => {
    const was = former.entries.get(name);
    if (was === undefined) return [];
    return [...answerChanges(was, is), ...subjectChanges(was, is)].map(({ words, path }) => ({
      what: 'cases',
      severity: 'opening',
      agencies: [agency],
      message: `${name}: ${words}`,
      places: [now.placeOf(name, path)],
      digest: digestOf(JSON.stringify(is)),
    }));
  });
}

interface Change {
  readonly words: string;
  readonly path: readonly (string | number)[];
}

/** An answer that tells that there is something to refuse says more than one that does not. */
const LEVEL: readonly Answer[] = ['ABSENT', 'DENIED', 'MASKED', 'CLEAR'];
const isMore = (answer: Answer, than: Answer): boolean => LEVEL.indexOf(answer) > LEVEL.indexOf(than);

function answerChanges(was: Entry, is: Entry): readonly Change[] {
  return [
    ...COLUMNS.flatMap((column) => cellChanges(column, cellOf(was, column), cellOf(is, column))),
    ...cellChanges('others', was.others, is.others),
  ];
}

function cellChanges(column: string, was: Cell, is: Cell): readonly Change[] {
  const [before, after] = [was, is].map(answersByCondition) as [Answers, Answers];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((condition) => {
    const [then, now] = [before[condition] ?? before.others, after[condition] ?? after.others];
    if (!isMore(now, then)) return [];
    const where = condition === 'others' ? column : `${column} of ${condition}`;
    return [{ words: `${where} is expected to answer ${now} instead of ${then}`, path: [column] }];
  });
}

interface Answers {
  readonly [condition: string]: Answer | undefined;
  readonly others: Answer;
}

const answersByCondition = (cell: Cell): Answers => (typeof cell === 'string' ? { others: cell } : cell);

/** Callers, records and fields that entries are about. */
function subjectChanges(was: Entry, is: Entry): readonly Change[] {
  const text = (value: unknown) => JSON.stringify(value);
  const isIn = (all: readonly unknown[], one: unknown) => all.some((other) => text(other) === text(one));
  const fields = was.fields.filter((field) => !isIn(is.fields, field)).length;
  const gone = was.besides.filter((one) => !isIn(is.besides, one)).length;
  const open = is.besides.flatMap((one, index) =>
    isMore(one.answer, is.others) && !isIn(was.besides, one) ? [index] : [],
  );
  return [
    ...(fields === 0 ? [] : [{ words: `${fields} of its fields went or changed`, path: ['fields'] }]),
    ...(gone === 0 ? [] : [{ words: `${gone} of the callers besides went or changed`, path: ['besides'] }]),
    ...open.map((index) => ({
      words: `${is.besides[index]?.who} besides is expected to be answered ${is.besides[index]?.answer}`,
      path: ['besides', index],
    })),
    ...(text(was['where-protected']) === text(is['where-protected'])
      ? []
      : [{ words: 'what holds where the location is protected changed', path: ['where-protected'] }]),
    ...(text(was.record) === text(is.record) ? [] : [{ words: 'its record changed', path: ['record'] }]),
  ];
}
