import type { ChangedFile } from '../../../../developer-kit/check/changed-files';
import { changedFiles } from '../../../../developer-kit/check/changed-files';
import { lineOf } from '../../../../developer-kit/check/finding';
import { filesIn } from '../../../../developer-kit/check/project-files';
import type { Reading } from '../../../../developer-kit/check/reading';
import { judges } from '../../../../developer-kit/check/rules/judges';
import { lostTests } from '../../../../developer-kit/check/rules/lost-tests';
import { packageScripts } from '../../../../developer-kit/check/rules/package-scripts';
import type { Rule } from '../../../../developer-kit/check/rules/rule';
import { suppressions } from '../../../../developer-kit/check/rules/suppressions';
import { PROJECT } from '../../../../shared/config/project-root';

/** A rule's findings about changed files: the committed text, and the current one. */
function said(rule: Rule, ...files: readonly (readonly [path: string, before?: string, after?: string])[]) {
  const changed: readonly ChangedFile[] = files.map(([path, before, after]) => ({ path, before, after }));
  return rule({ changed } as unknown as Reading).map((finding) => `${finding.severity} ${lineOf(finding)}`);
}

test('a project has no changed file compared with itself', () => {
  expect(changedFiles(filesIn(PROJECT), filesIn(PROJECT))).toEqual([]);
});

test.each([
  ['.ci/run', 'decides what must hold before a change lands'],
  ['jest.config.js', 'decides which tests run'],
  ['biome.json', 'decides what the linter refuses'],
  ['tsconfig.json', 'decides what the compiler refuses'],
  ['developer-kit/check/check.ts', 'is part of this check'],
  ['developer-kit/legal-basis/last-articles.ts', 'is part of this check'],
  ['test/unit/developer-kit/check/lint.test.ts', 'tests this check'],
  ['test/access/guard.test.ts', 'tests rules, views and facts'],
  ['test/support/worlds/facts.ts', 'tests rules, views and facts'],
  ['test/support/longest-first.js', 'runs tests'],
  ['subgraphs/education/test/columns.yaml', 'says which fields show which columns'],
  ['subgraphs/education/test/full-child.ts', 'is the child of whom tests expect every value'],
])('a changed or deleted judge is an opening: %s', (path, role) => {
  expect(said(judges, [path, '1', '2'])).toEqual([`opening judge: ${path}, which ${role}, was changed`]);
  expect(said(judges, [path, '1', undefined])).toEqual([`opening judge: ${path}, which ${role}, was deleted`]);
});

test('settings that take effect by their presence are openings when new, other new files are not', () => {
  expect(said(judges, ['test/biome.json', undefined, '{}'], ['test/access/new.test.ts', undefined, ''])).toEqual([
    'opening judge: test/biome.json, which decides what the linter refuses, is new',
  ]);
});

test('comments, types and layout of a judge, and other files, are none', () => {
  expect(
    said(
      judges,
      ['developer-kit/check/check.ts', '// One\nexport const a = 1;', '/** Two */ export const a: number = 1;'],
      ['.ci/run', '#!/bin/sh\n# One\nnpm test\n', '#!/bin/sh\n# Two\n# lines\nnpm test\n'],
      ['biome.json', '{"a": 1}', '{\n  "a": 1\n}'],
      ['shared/domain/dates.ts', '1', '2'],
    ),
  ).toEqual([]);
});

describe('tests', () => {
  const FILE = 'test/e2e/some.test.ts';
  const TESTS = `
    test('one', () => { expect(1).toBe(1); expect(2).toBe(2); });
    test.each([1, 2, 3])('each %d', () => expect(1).toBe(1));
    describe('group', () => it(\`of \${some}\`, () => {}));`;
  const changed = (from: string, to: string) => said(lostTests, [FILE, TESTS, TESTS.replace(from, to)]);

  test('that go are openings', () => {
    expect(said(lostTests, [FILE, TESTS, undefined])).toEqual([
      `opening test: ${FILE} was deleted: 3 tests went, “one”, “each %d” and “of …”`,
    ]);
    expect(changed("'one'", "'two'")).toEqual([`opening test: 1 test went, “one” (${FILE})`]);
    expect(said(lostTests, [FILE, TESTS, 'not a program {'])).toEqual([
      expect.stringMatching(/^opening test: 3 tests went, /),
    ]);
  });

  test.each([
    ["test('one'", "test.skip('one'"],
    ["test('one'", "test.only('one'"],
    ["test('one'", "xtest('one'"],
    ['test.each', 'test.failing.each'],
    ["describe('group'", "describe.skip('group'"],
    ["test('one'", "(isSlow ? test : test.skip)('one'"],
  ])('that no longer run are openings: %s -> %s', (from, to) => {
    expect(changed(from, to)).toContainEqual(expect.stringMatching(/1 more test or group of tests is skipped/));
  });

  test('that expect less, or of fewer rows, are openings', () => {
    expect(changed(' expect(2).toBe(2);', '')).toEqual([
      `opening test: “one” has 1 expectation instead of 2 (${FILE})`,
    ]);
    expect(changed('[1, 2, 3]', '[1]')).toEqual([`opening test: “each %d” has 1 row instead of 3 (${FILE})`]);
  });

  test('that are new, moved to another file or more exact are none', () => {
    expect(changed('expect(2).toBe(2)', 'expect(2).toBe(2); expect(3).toBe(3)')).toEqual([]);
    expect(said(lostTests, [FILE, TESTS, undefined], ['test/e2e/other.test.ts', undefined, TESTS])).toEqual([]);
  });
});

test('tests are found in every test file of the project, and their loss is reported', () => {
  const files = filesIn(PROJECT);
  const paths = files.below('test').filter((path) => path.endsWith('.test.ts'));
  const said = paths.map(
    (path) =>
      lostTests({
        changed: [{ path: `test/${path}`, before: files.read(`test/${path}`), after: undefined }],
      } as unknown as Reading).length,
  );
  expect(paths.filter((_, index) => said[index] !== 1)).toEqual([]);
});

describe('of package.json', () => {
  const before = {
    scripts: { check: 'check', test: 'jest', start: 'node' },
    devDependencies: { jest: '1.0.0', react: '1.0.0' },
    overrides: {},
  };
  const changed = (after: object) =>
    said(packageScripts, [
      'package.json',
      JSON.stringify(before, null, 2),
      JSON.stringify({ ...before, ...after }, null, 2),
    ]);

  test('scripts that change, go, run by themselves or accept openings are openings', () => {
    expect(
      changed({
        scripts: {
          check: 'check --accept 3f2a9c41',
          test: 'jest --testPathIgnorePatterns access',
          pretest: 'rm -r test/access',
          'check:all': 'check --accept 3f2a9c41',
          bench: 'bench',
        },
      }),
    ).toEqual([
      'opening script: the script "check" runs `check --accept 3f2a9c41` instead of `check` (package.json:3)',
      'opening script: the script "test" runs `jest --testPathIgnorePatterns access` instead of `jest` (package.json:4)',
      'opening script: the script "start" went (package.json)',
      'opening script: the new script "pretest" runs `rm -r test/access` (package.json:5)',
      'opening script: the new script "check:all" runs `check --accept 3f2a9c41` (package.json:6)',
    ]);
  });

  test('tools that judge and settings are openings, other packages are none', () => {
    expect(
      changed({ devDependencies: { jest: '2.0.0', react: '2.0.0' }, overrides: { jest: '3.0.0' }, jest: {} }),
    ).toEqual([
      'opening script: jest, which judges changes, is 2.0.0 instead of 1.0.0 (package.json:8)',
      'opening script: "jest" was changed (package.json:8)',
      'opening script: "overrides" was changed (package.json:11)',
    ]);
    expect(changed({ devDependencies: {} })).toEqual([
      'opening script: jest, which judges changes, went (package.json)',
    ]);
  });
});

test('one more comment that silences linter or compiler is an opening, with the lines of all', () => {
  const [path, silent] = ['shared/domain/dates.ts', '// biome-ignore lint/suspicious/noExplicitAny: some\n'];
  expect(said(suppressions, [path, `${silent}1`, `${silent}2\n// @ts-expect-error\n3`])).toEqual([
    `opening judge: 1 more comment silences the linter or the compiler (${path}:1, 3)`,
  ]);
  expect(said(suppressions, [path, `${silent}1`, `2\n${silent}`])).toEqual([]);
});
