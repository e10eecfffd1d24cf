import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArguments } from '../../../../developer-kit/check/arguments';
import type { Finding } from '../../../../developer-kit/check/finding';
import { filesAt, filesIn } from '../../../../developer-kit/check/project-files';
import { committedState } from '../../../../developer-kit/check/read-proposal';
import { reportOf, textOf } from '../../../../developer-kit/check/report';
import { PROJECT } from '../../../../shared/config/project-root';
import { replaced } from '../../../support/graphs';
import { NODE_OPTIONS } from '../../../support/process';

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'check-'));
  mkdirSync(join(copy, 'gateway/generated'), { recursive: true });
  for (const path of [
    'subgraphs',
    'examples',
    'gateway/generated/supergraph.graphql',
    'gateway/generated/trusted-documents.json',
  ]) {
    cpSync(join(PROJECT, path), join(copy, path), { recursive: true });
  }
  // As if the women's federation had never known of warnings.
  const rules = JSON.parse(readFileSync(join(PROJECT, 'gateway/generated/rules.json'), 'utf8'));
  const { policies } = rules.agencies['public-security'];
  policies['access.cedar'] = replaced(
    policies['access.cedar'],
    'principal.agency == Agency::"womens-federation"',
    'principal.agency == Agency::"education"',
  );
  writeFileSync(join(copy, 'gateway/generated/rules.json'), JSON.stringify(rules));
});
afterAll(() => rmSync(copy, { recursive: true }));

function check(...given: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'developer-kit/check/main.ts', ...given],
    { cwd: PROJECT, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS } },
  );
  return { status, stdout, stderr };
}

test('with --json, one object is printed and nothing else, and openings fail', () => {
  const { status, stdout, stderr } = check('--json', '--against', copy);
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  const { findings, ...report } = JSON.parse(stdout);
  expect(report).toEqual({
    passed: false,
    base: { kind: 'given', words: copy, commit: null },
    agencies: expect.arrayContaining(['education', 'public-security']),
    counts: { error: 1, opening: 1, accepted: 0, change: 0, note: 1 },
  });
  // Those who lose something may accept it.
  expect(findings[0]).toMatchObject({ what: 'closed', severity: 'error', acceptable: true, hash: expect.any(String) });
  expect(findings[1]).toEqual({
    what: 'opened',
    severity: 'opening',
    agencies: ['public-security'],
    message: expect.stringMatching(
      /^Child\.domesticViolenceWarnings, .* — agency-officer of womens-federation for OWN_DUTY: ABSENT -> CLEAR, by public-security\.womens-federation, /,
    ),
    places: [{ file: 'subgraphs/public-security/access.cedar', line: expect.any(Number) }],
    change: {
      fields: expect.arrayContaining(['Child.domesticViolenceWarnings', 'DomesticViolenceWarning.number']),
      roles: ['agency-officer'],
      agencies: ['womens-federation'],
      purposes: ['OWN_DUTY'],
      conditions: [],
      records: expect.any(Object),
      before: 'ABSENT',
      after: 'CLEAR',
      rules: ['public-security.womens-federation'],
    },
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test('a named agency gets only its own findings', () => {
  const { status, stdout } = check('education', '--against', copy);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `education against ${copy}: 0 errors, 0 openings, 0 accepted, 0 changes, 0 notes; passed.\n`,
  });
});

test('an opening is listed with its hash, once accepted with who, when and why', () => {
  const opening = {
    what: 'opened',
    agencies: ['education'],
    message: '…',
    places: [],
    hash: '3f2a9c41d07b'.repeat(6),
  } as const;
  const report = (finding: Finding) =>
    textOf(reportOf([finding], { base: { kind: 'given', words: 'main', commit: undefined }, agencies: ['education'] }));
  expect(report({ ...opening, severity: 'opening' })).toBe(
    'Openings for a responsible person to accept:\n  [3f2a9c41d07b] opened: …\n\n' +
      'education against main: 0 errors, 1 opening, 0 accepted, 0 changes, 0 notes; refused.\n' +
      "Whoever is responsible for the data accepts a finding by its hash: --accept HASH --by OFFICE --why 'REASON'.",
  );
  const accepted = { who: 'rule-officer', on: '2026-11-30', why: 'agreed' };
  expect(report({ ...opening, severity: 'accepted', accepted })).toBe(
    'Accepted:\n  [3f2a9c41d07b] opened: …; accepted by rule-officer on 2026-11-30: agreed\n\n' +
      'education against main: 0 errors, 0 openings, 1 accepted, 0 changes, 0 notes; passed.',
  );
});

test('an argument that is neither agency nor option is refused with the agencies or the usage', () => {
  const read =
    (...given: string[]) =>
    () =>
      checkArguments(given, ['civil-affairs', 'education']);
  expect(read('edu')).toThrow(
    'There is no agency "edu". The agencies are civil-affairs, education.\n\nUsage: npm run check -- ',
  );
  expect(read('--strict')).toThrow("Unknown option '--strict'.\n\nUsage: npm run check -- ");
  expect(read('education', '--against')).toThrow(
    /^Option '--against <value>' argument missing\.\n\nUsage: npm run check/,
  );
  expect(read('--accept-openings')).toThrow(
    '--accept-openings is gone: accept each opening by its hash, --by whom and --why.\n\nUsage: npm run check',
  );
  expect(read('education')()).toEqual({ agencies: ['education'], against: undefined, write: undefined, json: false });
});

test('what is accepted or reviewed needs a name, and no base of choice', () => {
  const read =
    (...given: string[]) =>
    () =>
      checkArguments(given, ['education']);
  expect(
    read('--accept', '3f2a9c41', '--accept', '0b1c2d3e', '--by', 'rule-officer', '--why', 'agreed')(),
  ).toMatchObject({
    write: { kind: 'acceptances', hashes: ['3f2a9c41', '0b1c2d3e'], who: 'rule-officer', why: 'agreed' },
  });
  expect(read('--reviewed', '--by', 'rule-officer')()).toMatchObject({
    write: { kind: 'reviewed', who: 'rule-officer' },
  });
  expect(read('--reviewed')).toThrow('--by is missing.');
  expect(read('education', '--reviewed', '--by', 'rule-officer')).toThrow(
    '--reviewed is about all agencies: name none.',
  );
  expect(read('--accept', '3f2a9c41', '--by', 'rule-officer')).toThrow('--why is missing.');
  expect(read('--why', 'agreed')).toThrow('--by and --why go with --accept or --reviewed.');
  expect(read('--reviewed', '--by', 'rule-officer', '--accept', '3f2a9c41')).toThrow('are separate steps');
  expect(read('--reviewed', '--by', 'rule-officer', '--against', 'main')).toThrow('leave out --against');
});

test('an unknown state is refused by name', () => {
  expect(() => filesAt('no-such-branch', PROJECT)).toThrow(
    '--against no-such-branch: neither a folder nor a commit that git knows.',
  );
  expect(() => filesAt('--help', PROJECT)).toThrow('--against --help: neither a folder');
  expect(() => committedState(filesIn(join(copy, 'docs')))).toThrow(
    `There is no gateway/generated/supergraph.graphql in ${join(copy, 'docs')}.`,
  );
});

test('the committed state is read from git, regardless of the working tree', () => {
  const git = (...given: string[]) => {
    const { status, stderr } = spawnSync('git', given, { cwd: copy, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  };
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--quiet', '-m', 'As it was');
  const catalogue = join(copy, 'subgraphs/education/catalogue.yaml');
  const text = readFileSync(catalogue, 'utf8');
  writeFileSync(catalogue, 'classes: {}');
  const files = filesAt('main', copy);
  expect(files.read('subgraphs/education/catalogue.yaml')).toBe(text);
  expect(files.read('subgraphs/education/none.yaml')).toBeUndefined();
  expect(files.list('subgraphs/none')).toEqual([]);
  expect(committedState(files)).toEqual({
    ...committedState(filesIn(PROJECT)),
    name: 'main',
    bundle: expect.any(String),
  });
});
