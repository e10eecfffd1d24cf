import { filesIn } from '../../../../developer-kit/check/project-files';
import { PROJECT } from '../../../../shared/config/project-root';
import { Choices, SEED } from '../../../support/choices';
import { FILE_OPERATORS } from '../../../support/mutations/files';
import type { Mutation } from '../../../support/mutations/mutation';
import { ruleOperators } from '../../../support/mutations/rules';
import { checked } from '../../../support/proposals';

// Changes that could open data or weaken the gate are made at random places; the check has to name each with its file and
// line. docs/reference/gate.md lists the operators.

/** How many mutations of each operator are made. */
const EACH = Number(process.env.MUTATIONS_EACH ?? 1);

/** Errors after which answers are not compared. */
const BREAKING: ReadonlySet<string> = new Set(['a field without a label is new']);

const choices = new Choices(SEED);
const files = filesIn(PROJECT, 'HEAD');
const operators = { ...ruleOperators(choices), ...FILE_OPERATORS };

test.each(batchesOf(mutations()))('the check names each of some mutations, batch %#', (...batch) => {
  // After an error, not everything is compared.
  const unnamed = unnamedOf(batch).filter((mutation) => unnamedOf([mutation]).length > 0);
  expect(unnamed.map(({ operator, file, what }) => `${operator}: ${what} (${file})`)).toEqual([]);
});

// Private:

interface Made extends Mutation {
  /** What it does: `a rule loses its child`. */
  readonly operator: string;
}

function unnamedOf(batch: readonly Made[]): readonly Made[] {
  const { lines } = checked(...batch.map(({ file, text }) => ({ file, from: files.read(file) ?? '', to: text })));
  return batch.filter((mutation) => !lines.some((line) => names(line, mutation)));
}

function mutations(): readonly Made[] {
  process.stdout.write(`mutations: ${Object.keys(operators).length * EACH}, SEED=${SEED}\n`);
  return Object.entries(operators).flatMap(([operator, find]) => {
    const all = find(files);
    if (all.length === 0) throw new Error(`Nowhere ${operator}.`);
    return Array.from({ length: EACH }, () => ({ ...choices.one(all), operator }));
  });
}

/** One mutation of each file at a time; those that break the graph apart from those that are compared. */
function batchesOf(all: readonly Made[]): Made[][] {
  const batches: Made[][] = [];
  for (const mutation of all) {
    const breaks = BREAKING.has(mutation.operator);
    const fitting = batches.find((batch) =>
      batch.every(({ file, operator }) => file !== mutation.file && BREAKING.has(operator) === breaks),
    );
    if (fitting === undefined) batches.push([mutation]);
    else fitting.push(mutation);
  }
  return batches;
}

/** An error or an opening at the mutation's file and line; a rule that is proven to answer as before is named, too. */
function names(line: string, { file, what, operator }: Made): boolean {
  if (line.startsWith('note no effect') || line.startsWith('change ')) return line.includes(what);
  const isNote = line.startsWith('note ') && operator !== 'an enum gets a value';
  return !isNote && new RegExp(`${file.replaceAll('.', '\\.')}(:\\d|\\b)`).test(line);
}
