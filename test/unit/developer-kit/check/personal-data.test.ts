import { lineOf } from '../../../../developer-kit/check/finding';
import { filesIn } from '../../../../developer-kit/check/project-files';
import type { Reading } from '../../../../developer-kit/check/reading';
import { personalData } from '../../../../developer-kit/check/rules/personal-data';
import { PROJECT } from '../../../../shared/config/project-root';
import { checkDigit } from '../../../../shared/domain/id-number';

const SCHEMA = 'subgraphs/education/schema.graphql';
const SEED = 'subgraphs/education/seed.ts';

// Put together here, so that no file has one. No place has the region 000000.
const DIGITS = '00000020150304123';
const NUMBER = `${DIGITS}${checkDigit(DIGITS)}`;
const MOBILE = ['138', '0013', '8000'];

function said(path: string, after: string, before?: string) {
  const reading = { changed: [{ path, before, after }] } as unknown as Reading;
  return personalData(reading).map((finding) => `${finding.severity} ${lineOf(finding)}`);
}

const ID = 'error person: an ID number whose region is not invented: use one of region 99';

test('a description with a name and a number is named by its line, without either', () => {
  const text = `type Some {\n  "For example 王小明, ${MOBILE.join('')} (例)."\n  a: Int\n}`;
  expect(said(SCHEMA, text)).toEqual([
    `error person: a telephone number (${SCHEMA}:2)`,
    `opening person: what looks like the name of a person (${SCHEMA}:2)`,
  ]);
});

test.each([
  ['as it is', NUMBER],
  ['with spaces', `${NUMBER.slice(0, 6)} ${NUMBER.slice(6, 14)} ${NUMBER.slice(14)}`],
  ['in wide digits', [...NUMBER].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('')],
  ['with a mistyped check digit', `${DIGITS}${NUMBER.endsWith('1') ? '2' : '1'}`],
])('an ID number in any file of an agency is an error: %s', (_, number) => {
  for (const path of [
    SCHEMA,
    SEED,
    'subgraphs/education/test/facts.yaml',
    'subgraphs/education/migrations/0009-some.sql',
  ]) {
    expect(said(path, `\nconst some = '${number}';`)).toEqual([`${ID} (${path}:2)`]);
  }
});

test.each([MOBILE.join('-'), `${MOBILE.join(' ')}`, '0991-8000800'])('a telephone number is an error: %s', (number) => {
  expect(said(SEED, `const some = '${number}';`)).toEqual([`error person: a telephone number (${SEED}:1)`]);
});

test.each(['"Child (王小明)."', '# 欧阳小明', '"张三: a pupil (学生)."'])(
  'what looks like a name is an opening in what describes data, once: %s',
  (text) => {
    expect(said(SCHEMA, text)).toEqual([`opening person: what looks like the name of a person (${SCHEMA}:1)`]);
    expect(said(SCHEMA, `\n${text}`, text)).toEqual([]);
    expect(said(SEED, text)).toEqual([]);
  },
);

test('synthetic numbers, other digits and other files are none', () => {
  const text = `990101201503041232 2026-02-03T10:30:00+08:00 00000000-0000-8000-8000-000000000001 86400000 ${DIGITS}`;
  expect(said(SEED, text)).toEqual([]);
  expect(said('test/e2e/lookups.test.ts', NUMBER)).toEqual([]);
  expect(said('subgraphs/education/schema.types.ts', NUMBER)).toEqual([]);
});

test('the files of the agencies hold none', () => {
  const files = filesIn(PROJECT);
  const changed = files.below('subgraphs').map((path) => ({
    path: `subgraphs/${path}`,
    before: undefined,
    after: files.read(`subgraphs/${path}`),
  }));
  expect(personalData({ changed } as unknown as Reading).map(lineOf)).toEqual([]);
});
