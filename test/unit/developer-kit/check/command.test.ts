import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkArguments } from '../../../../developer-kit/check/arguments';
import { filesAt, filesIn } from '../../../../developer-kit/check/project-files';
import { committedState } from '../../../../developer-kit/check/read-proposal';
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
    against: copy,
    agencies: expect.arrayContaining(['education', 'public-security']),
    acceptedOpenings: false,
    counts: { error: 0, opening: 1, change: 1, note: 0 },
  });
  expect(findings[0]).toEqual({
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
      before: 'ABSENT',
      after: 'CLEAR',
      rules: ['public-security.womens-federation'],
    },
  });
});

test('accepted openings pass, and a named agency gets only its own findings', () => {
  const { status, stdout } = check('education', '--accept-openings', '--against', copy);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: `education against ${copy}: 0 errors, 0 openings, 0 changes, 0 notes; passed.\n`,
  });
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
  expect(read('education')()).toEqual({ agencies: ['education'], against: 'HEAD', acceptOpenings: false, json: false });
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
