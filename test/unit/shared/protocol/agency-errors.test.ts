import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { errorOfAgency } from '../../../../gateway/agencies/error-of-agency';
import { PROJECT } from '../../../../shared/config/project-root';
import { isAgencyErrorCode, isSentenceOf } from '../../../../shared/protocol/agency-errors';
import { ERRORS } from '../../../../shared/protocol/errors';

const told = errorOfAgency(
  buildSchema(`enum Step { DISCOVERED CLOSED } input Input { title: String, case: Case } input Case { id: ID, all: [Case] }
  type Query { list(first: Int): Step } type Mutation { open(input: Input!): Step }`),
);

test('an agency’s error keeps its message only if the catalogue lists it for its code', () => {
  const sentence = '"months" must be between 1 and 24.';
  expect(told({ message: sentence, extensions: { code: 'BAD_USER_INPUT' } }).message).toBe(sentence);
  expect(told({ message: sentence, extensions: { code: 'CONFLICT' } }).message).toBe(ERRORS.CONFLICT.message);
});

test.each([
  '林小溪，99010120130517002X',
  '"months" must be between 1 and 99010120130517002.',
  'This is already done. 林小溪',
  '',
])('an agency’s own text "%s" is replaced by the catalogue’s message for its code', (message) => {
  expect(told({ message, path: ['list'], extensions: { code: 'ALREADY_SETTLED' } })).toEqual({
    message: ERRORS.ALREADY_SETTLED.message,
    path: ['list'],
    extensions: { code: 'ALREADY_SETTLED' },
  });
});

test.each([
  undefined,
  'LIN_XIAOXI',
  'LEDGER_UNAVAILABLE',
  'UNAUTHENTICATED',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  7,
  '__proto__',
])('the code %s is not an agency’s: the field failed', (code) => {
  expect(told({ message: 'x', extensions: { code } })).toEqual({
    message: ERRORS.INTERNAL_SERVER_ERROR.message,
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
});

const OFFICER = 'officer.chen@justice';

test.each<[string, unknown]>([
  ['argument', 'first'],
  ['argument', 'input.case.all'],
  ['fault', 'CHECK_DIGIT'],
  ['limit', 4000],
  ['current', { version: 3, step: 'CLOSED' }],
  ['current', { version: 3 }],
  ['current', { finding: 'CLOSED', reviewedAt: '2026-05-17T08:30:00.000Z', reviewedBy: OFFICER }],
])('the detail %s of an error is passed on if it has its form', (name, fact) => {
  expect(told({ message: '', extensions: { code: 'CONFLICT', [name]: fact } }).extensions).toEqual({
    code: 'CONFLICT',
    [name]: fact,
  });
});

test.each<[string, unknown]>([
  ['argument', '林小溪'],
  ['argument', 'linxiaoxi'],
  ['argument', 'input.number'],
  ['argument', ['first']],
  ['fault', '99010120130517002X'],
  ['limit', 99010120130517],
  ['limit', '林小溪'],
  ['current', '林小溪'],
  ['current', { version: 3, step: 'LIN_XIAOXI' }],
  ['current', { version: 3, fullName: '林小溪' }],
  ['current', { version: 99010120130517 }],
  ['current', { finding: 'CLOSED', reviewedAt: 'yesterday', reviewedBy: OFFICER }],
  ['current', { finding: 'CLOSED', reviewedAt: '2026-05-17T08:30:00.000Z', reviewedBy: '13800001234' }],
  ['dataClass', '林小溪'],
  ['coordinate', 'Child.linXiaoxi'],
  ['agency', '林小溪'],
  ['reason', '林小溪'],
  ['stacktrace', ['/srv/secret-path']],
])('a detail %s without its form is dropped: %j', (name, fact) => {
  expect(told({ message: '', extensions: { code: 'CONFLICT', [name]: fact } }).extensions).toEqual({
    code: 'CONFLICT',
  });
});

/** `failure('CODE', 'A sentence.'`, and the `refusal('A sentence.'` of figures, which has the code BAD_USER_INPUT. */
const CALL = /\b(?:failure\(\s*'(\w+)'(?:,\s*)?|refusal\()(?:'((?:[^'])*)'|"([^"]*)"|`([^`]*)`)?/g;

/** Every error in the agencies' code: its code, and its sentence with numbers for inserted values. */
function failuresOfAgencies(): readonly (readonly [file: string, code: string, sentence: string | undefined])[] {
  const project = PROJECT;
  const files = ['subgraphs', 'shared/db', 'shared/access', 'shared/subgraph/rows', 'shared/subgraph/guard'].flatMap(
    (folder) =>
      readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => join(folder, file)),
  );
  return files.flatMap((file) =>
    [...readFileSync(join(project, file), 'utf8').matchAll(CALL)]
      .filter(([call, code]) => code !== undefined || !call.endsWith('('))
      .map(([, code = 'BAD_USER_INPUT', ...texts]) => {
        const sentence = texts.find((text) => text !== undefined);
        return [file, code, sentence?.replace(/\$\{[^}]*\}/g, '24')] as const;
      }),
  );
}

test('the gateway passes on every error that the agencies’ code throws, with its message', () => {
  const failures = failuresOfAgencies();
  expect(failures.length).toBeGreaterThan(40);
  const lost = failures.filter(
    ([, code, sentence]) =>
      !FOR_THE_GATEWAY.has(code) &&
      !(isAgencyErrorCode(code) && (sentence === undefined || isSentenceOf(code, sentence))),
  );
  expect(lost).toEqual([]);
});

/** Codes that the gateway handles itself, or that the guard reports beside the data. */
const FOR_THE_GATEWAY: ReadonlySet<string> = new Set(['EMERGENCY_REVIEW_DUE', 'UNAUTHORIZED_FIELD_OR_TYPE']);
