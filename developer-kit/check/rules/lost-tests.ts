import { listed } from '../access/describe';
import type { ChangedFile } from '../changed-files';
import { digestOf } from '../digest';
import { type TestsOfFile, testsIn } from '../tests-in';
import type { Rule } from './rule';

/**
 * Reports tests that go, no longer run, or expect less than before. A test that moved to another file with its title has
 * not gone.
 */
export const lostTests: Rule = ({ changed }) => {
  const files = changed.filter(({ path }) => TEST.test(path)).map(read);
  const added = new Set(files.flatMap(({ was, is }) => [...is.tests.keys()].filter((title) => !was.tests.has(title))));
  return files.flatMap(({ path, after, was, is }) => {
    const losses = lossesOf(was, is, added);
    if (losses.length === 0) return [];
    const message = after === undefined ? `${path} was deleted: ${losses.join('; ')}` : losses.join('; ');
    const places = after === undefined ? [] : [{ file: path, line: undefined }];
    const digest = digestOf(after ?? '');
    return [{ what: 'test', severity: 'opening', agencies: [], message, places, digest } as const];
  });
};

// Private:

const TEST = /^test\/.*\.test\.ts$/;

/** Of more titles, the rest is only counted. */
const TITLES_LISTED = 3;

interface ReadFile {
  readonly path: string;
  readonly was: TestsOfFile;
  readonly is: TestsOfFile;
  readonly after: string | undefined;
}

const read = ({ path, before, after }: ChangedFile): ReadFile => ({
  path,
  was: testsIn(before ?? ''),
  is: testsIn(after ?? ''),
  after,
});

function lossesOf(was: TestsOfFile, is: TestsOfFile, added: ReadonlySet<string>): readonly string[] {
  const gone = [...was.tests.keys()].filter((title) => !is.tests.has(title) && !added.has(title));
  const kept = [...is.tests].flatMap(([title, now]) => {
    const then = was.tests.get(title);
    return then === undefined ? [] : [{ title, then, now }];
  });
  const halted = is.halted - was.halted;
  return [
    ...(gone.length === 0 ? [] : [`${counted(gone.length, 'test')} went, ${titles(gone)}`]),
    ...(halted <= 0 ? [] : [`${counted(halted, 'more test')} or group of tests is skipped, to do, or runs alone`]),
    ...kept.flatMap(({ title, then, now }) => [
      ...(now.rows < then.rows ? [`“${title}” has ${counted(now.rows, 'row')} instead of ${then.rows}`] : []),
      ...(now.expectations < then.expectations
        ? [`“${title}” has ${counted(now.expectations, 'expectation')} instead of ${then.expectations}`]
        : []),
    ]),
  ];
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function titles(all: readonly string[]): string {
  const shown = all.slice(0, TITLES_LISTED).map((title) => `“${title}”`);
  const rest = all.length - shown.length;
  return listed(rest === 0 ? shown : [...shown, counted(rest, 'other')]);
}
