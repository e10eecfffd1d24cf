import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../../../../developer-kit/check/base/fingerprint';
import type { Finding } from '../../../../developer-kit/check/finding';
import { filesAt, filesIn } from '../../../../developer-kit/check/project-files';
import { hashOf } from '../../../../developer-kit/check/review/finding-hash';
import { judge } from '../../../../developer-kit/check/review/judge';
import { reviewIn } from '../../../../developer-kit/check/review/review-file';
import { writeReview } from '../../../../developer-kit/check/review/write-review';
import { type GitProject, gitProject } from '../../../support/git-project';

const CHANGE = {
  fields: ['Enrolment.school', 'Enrolment.status'],
  roles: ['case-worker', 'child-director'],
  agencies: ['education'],
  purposes: ['VISIT with its visits'],
  conditions: ['in any region'],
  records: { locationProtected: ['true', 'false'] },
  before: 'DENIED',
  after: 'CLEAR',
  rules: ['education.visit'],
} as const;

const OPENING: Finding = {
  what: 'opened',
  severity: 'opening',
  agencies: ['education'],
  message: 'Enrolment.school and Enrolment.status — …',
  places: [{ file: 'subgraphs/education/access.cedar', line: 199 }],
  change: CHANGE,
};

const FAULT: Finding = { what: 'label', severity: 'error', agencies: ['education'], message: 'No label.', places: [] };

const BEGINNING = `# Reviewed by the office.\nreviewed:\n  commit: ${'1'.repeat(40)}\n  fingerprint: ${'2'.repeat(64)}\n  who: rule-officer\n  on: 2026-11-29\n`;
const ENTRY = {
  finding: hashOf(OPENING),
  what: 'opened: …',
  who: 'education-responsible-person',
  on: '2026-11-30',
  why: 'agreed',
};
const TODAY = '2026-11-30';

const reviewWith = (...accepted: readonly object[]) => `${BEGINNING}accepted: ${JSON.stringify(accepted)}\n`;
const judged = (findings: readonly Finding[], ...accepted: readonly object[]) =>
  judge(findings, reviewIn(reviewWith(...accepted), TODAY), new Set());

describe('the hash of a finding', () => {
  test('does not depend on lines, wording or order', () => {
    const moved = {
      ...OPENING,
      message: 'In other words',
      places: [],
      change: { ...CHANGE, roles: CHANGE.roles.toReversed(), fields: CHANGE.fields.toReversed() },
    };
    expect(hashOf(moved)).toBe(hashOf(OPENING));
  });

  test.each([
    { fields: ['Enrolment.school'] },
    { roles: ['case-worker'] },
    { agencies: ['education', 'public-security'] },
    { purposes: ['VISIT'] },
    { records: { locationProtected: ['true'] } },
    { before: 'MASKED' },
    { after: 'MASKED' },
    { rules: ['education.visits'] },
  ])('changes with %j, so that accepting one finding accepts nothing else', (other) => {
    expect(hashOf({ ...OPENING, change: { ...CHANGE, ...other } })).not.toBe(hashOf(OPENING));
  });

  test('of a finding without changed answers changes with its message, its files and its content, not with lines', () => {
    const places = [{ file: '.ci/run', line: 1 }];
    const judge: Finding = { what: 'judge', severity: 'opening', agencies: [], message: '…', places, digest: '1' };
    expect(hashOf({ ...judge, places: [{ file: '.ci/run', line: 2 }] })).toBe(hashOf(judge));
    for (const other of [{ message: 'another' }, { places: [{ file: '.ci/step', line: 1 }] }, { digest: '2' }]) {
      expect(hashOf({ ...judge, ...other })).not.toBe(hashOf(judge));
    }
  });
});

test('an acceptance marks its opening with who, when and why, and nothing else', () => {
  const other = { ...OPENING, change: { ...CHANGE, after: 'MASKED' } };
  expect(judged([OPENING, other, FAULT], ENTRY)).toEqual([
    {
      ...OPENING,
      hash: ENTRY.finding,
      severity: 'accepted',
      accepted: { who: 'education-responsible-person', on: '2026-11-30', why: 'agreed' },
    },
    { ...other, hash: hashOf(other) },
    FAULT,
  ]);
});

test('a fault cannot be accepted, a loss can', () => {
  const loss: Finding = { ...FAULT, what: 'breaking', acceptable: true };
  const entries = [FAULT, loss].map((finding) => ({ ...ENTRY, finding: hashOf(finding) }));
  expect(judged([FAULT, loss], ...entries).map(({ what, severity }) => [what, severity])).toEqual([
    ['label', 'error'],
    ['breaking', 'accepted'],
    ['review', 'error'],
  ]);
});

test('a stale acceptance is an error with its line', () => {
  expect(judged([], ENTRY)).toEqual([
    {
      what: 'review',
      severity: 'error',
      agencies: [],
      message: 'remove this acceptance, whose finding no longer occurs: opened: …',
      places: [{ file: 'access-review.yaml', line: 7 }],
    },
  ]);
});

test.each([
  [{ ...ENTRY, why: undefined }, 'accepted.0.why: is missing'],
  [{ ...ENTRY, who: ' ' }, 'accepted.0.who: is empty'],
  [{ ...ENTRY, on: undefined }, 'accepted.0.on: is missing'],
  [{ ...ENTRY, on: '2026-02-30' }, 'accepted.0.on: is no date like 2026-05-17'],
  [{ ...ENTRY, on: '2026-12-01' }, 'accepted.0.on: is in the future'],
  [{ ...ENTRY, finding: '3f2a' }, 'accepted.0.finding: has not 64 hex digits'],
])('%j is refused', (entry, message) => {
  expect(reviewIn(reviewWith(entry), TODAY).faults.map((fault) => fault.message)).toEqual([message]);
});

test('a missing file and an acceptance written twice are faults', () => {
  expect(reviewIn(undefined, TODAY).faults).toEqual([
    { message: 'There is no such file.', file: 'access-review.yaml', line: 1 },
  ]);
  expect(reviewIn(reviewWith(ENTRY, ENTRY), TODAY).faults.map(({ message }) => message)).toEqual([
    'accepted.1.finding: is accepted twice',
  ]);
});

describe('what a person decides is written down', () => {
  let project: GitProject;
  beforeEach(() => {
    project = gitProject();
    project.write('subgraphs/education/schema.graphql', 'type Child { id: ID! }');
    project.write('access-review.yaml', `${BEGINNING}accepted: []\n`);
    project.commit('Begin');
  });
  afterEach(() => project.remove());

  const written = () => readFileSync(join(project.root, 'access-review.yaml'), 'utf8');
  const acceptance = (...hashes: string[]) =>
    ({ kind: 'acceptances', hashes, who: 'rule-officer', why: 'agreed' }) as const;

  test('by the first digits of a hash', () => {
    const findings = judged([OPENING, FAULT]);
    writeReview(project.root, findings, acceptance(ENTRY.finding.slice(0, 12)), TODAY);
    expect(written()).toBe(
      `${BEGINNING}accepted:\n  - finding: ${ENTRY.finding}\n    what: "opened: Enrolment.school and Enrolment.status — … (subgraphs/education/access.cedar:199)"\n` +
        '    who: rule-officer\n    on: 2026-11-30\n    why: agreed\n',
    );
    expect(judge([OPENING], reviewIn(written(), TODAY), new Set())).toMatchObject([{ severity: 'accepted' }]);
  });

  test('instead of the acceptance of a former content', () => {
    const judge: Finding = { what: 'judge', severity: 'opening', agencies: [], message: '…', places: [], digest: '1' };
    const again = { ...judge, digest: '2' };
    for (const one of [judge, again]) writeReview(project.root, judged([one]), acceptance(hashOf(one)), TODAY);
    expect(reviewIn(written(), TODAY).accepted.map(({ finding }) => finding)).toEqual([hashOf(again)]);
  });

  test('unless no finding has them, or too few are given', () => {
    for (const hash of ['0123456789ab', ENTRY.finding.slice(0, 7)]) {
      expect(() => writeReview(project.root, judged([OPENING]), acceptance(hash), TODAY)).toThrow(
        `--accept ${hash}: the check lists no finding to accept with this hash.`,
      );
    }
  });

  test('as a review of a whole commit, which ends the acceptances before it', () => {
    writeReview(project.root, judged([OPENING], ENTRY), { kind: 'reviewed', who: 'rule-officer' }, TODAY);
    const head = project.git('rev-parse', 'HEAD');
    const fingerprint = fingerprintOf(filesAt(head, project.root));
    expect(fingerprint).toBe(fingerprintOf(filesIn(project.root)));
    expect(written()).toBe(
      `# Reviewed by the office.\nreviewed:\n  commit: ${head}\n  fingerprint: ${fingerprint}\n  who: rule-officer\n  on: ${TODAY}\naccepted: []\n`,
    );
  });

  test('as a review only of a main branch that is committed and passes', () => {
    const review = (findings: readonly Finding[]) => () =>
      writeReview(project.root, findings, { kind: 'reviewed', who: 'rule-officer' }, TODAY);
    expect(review(judged([OPENING, FAULT]))).toThrow('--reviewed: 2 findings are neither corrected nor accepted.');
    project.write('subgraphs/education/schema.graphql', 'type Child { id: ID! name: String }');
    expect(review([])).toThrow('--reviewed: the working tree has changes that are not committed.');
    project.git('checkout', '--quiet', '-b', 'branch');
    project.commit('Change');
    expect(review([])).toThrow(
      '--reviewed: this branch has commits that main lacks, and a branch cannot review itself.',
    );
  });
});
