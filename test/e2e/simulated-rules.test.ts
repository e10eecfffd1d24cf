import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulateArguments } from '../../developer-kit/simulate/arguments';
import { changedRules } from '../../developer-kit/simulate/changed-rules';
import { inText } from '../../developer-kit/simulate/in-text';
import { profileOf } from '../../developer-kit/simulate/profile';
import { recordedOperations } from '../../developer-kit/simulate/recorded-operations';
import { type Simulation, simulate } from '../../developer-kit/simulate/simulate';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import type { LedgerDatabase } from '../../gateway/ledger/database';
import { readManifest } from '../../gateway/trusted-documents/manifest';
import { PROJECT } from '../../shared/config/project-root';
import { provision, provisionDatabase } from '../../shared/db/agency-database';
import { databaseName } from '../../shared/domain/agencies';
import type { Purpose } from '../../shared/domain/purpose';
import { adminUrl, childIdOf, STORY, TEST_CHILD_IDS, TEST_DISTRICT } from '../support/databases';
import { replaced } from '../support/graphs';
import { demoCaller } from '../support/identity-provider';

// Changed rules on synthetic people: different answers are reported with their callers, and nobody is named.

const DOCUMENTS = readManifest(readFileSync(join(PROJECT, 'gateway/generated/trusted-documents.json'), 'utf8'));
const CHILD = hashOf('Child');
const UNKNOWN = '0'.repeat(64);

let found: Simulation;
let copy: string;
let ledger: LedgerDatabase;
beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'changed-project-'));
  cpSync(join(PROJECT, 'subgraphs'), join(copy, 'subgraphs'), { recursive: true });
  // A child director loses schooling for visits, an absent refusal becomes visible, and a mask is removed.
  const visitors = '(principal in Role::"case-worker" || principal in Role::"child-director")';
  change(
    'education/access.cedar',
    visitors,
    '(principal in Role::"case-worker" || principal in Role::"meeting-clerk")',
  );
  change('civil-affairs/catalogue.yaml', /(welfare-reason:[\s\S]*?refusal: )absent/, '$1denied');
  change('education/schema.graphql', /(studentNumber: .*?) ?@mask\(as: STUDENT_NUMBER\)/, '$1');

  const databases = SUBGRAPHS.map(
    async ({ agency }) => [agency, await provision(adminUrl(), agency, `simulated_${databaseName(agency)}`)] as const,
  );
  ledger = await provisionDatabase(adminUrl(), 'simulated_ledger');
  const rules = await changedRules(copy, PROJECT);
  found = await simulate({
    before: join(PROJECT, 'subgraphs'),
    after: rules.folder,
    data: {
      directory: copy,
      databases: new Map(await Promise.all(databases)),
      ledger,
      district: { ...TEST_DISTRICT, size: 12 },
      childIds: TEST_CHILD_IDS,
      agencySettings: new Map(),
    },
    documents: DOCUMENTS,
    recorded: [
      used(CHILD, 'child-director', 'VISIT', 7),
      used(CHILD, 'town-case-worker', 'RISK_ASSESSMENT', 3, 'assessment/'),
      used(CHILD, 'neighbour-case-worker', 'RISK_ASSESSMENT', 1, 'assessment/'),
      used(CHILD, 'education-member', 'JOINT_MEETING', 2),
      used(CHILD, 'supervisor', 'SUPERVISION', 5),
      used(UNKNOWN, 'child-director', 'VISIT', 4),
    ],
    onProgress: () => undefined,
  });
  await rules.remove();
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const changesOf = (role: string) =>
  found.changes
    .filter(({ profile }) => profile.roles.includes(role as never))
    .map(({ coordinate, before, after }) => `${coordinate}: ${before} -> ${after}`);

test('a rule that no longer applies is reported with callers, fields, uses and children', () => {
  const [change] = found.changes.filter(({ profile }) => profile.roles.includes('child-director'));
  expect(change).toMatchObject({
    operation: { name: 'Child', hash: CHILD },
    profile: { roles: ['child-director'], agency: 'civil-affairs', purpose: 'VISIT', referenceKind: 'visits' },
    times: 7,
    coordinate: 'Child.enrolment',
    before: 'CLEAR',
    after: 'DENIED',
    about: { kind: 'child', count: expect.any(Number) },
    because: ['education.visit, which no longer applies'],
  });
  expect(change?.about?.count).toBeGreaterThan(0);
});

test('a refusal that becomes visible and a removed mask are reported', () => {
  expect(changesOf('case-worker').sort()).toEqual([
    'Enrolment.studentNumber: MASKED -> DENIED',
    'Welfare.reason: NO_DATA -> DENIED',
  ]);
  const [silence] = found.changes.filter(({ coordinate }) => coordinate === 'Welfare.reason');
  expect(silence?.because).toEqual(['the data class civil-affairs.welfare-reason']);
  expect(changesOf('meeting-member')).toContain('Enrolment.studentNumber: MASKED -> DENIED');
});

test('unchanged callers are not replayed, and unknown operations are reported', () => {
  expect(changesOf('supervisor')).toEqual([]);
  expect(found.notReplayed).toEqual([
    {
      what: 'Child by case-worker for RISK_ASSESSMENT',
      times: 1,
      reason: 'in the synthetic district, nothing of the kind assessment opens to such a caller',
    },
    { what: 'operation 000000000000', times: 4, reason: 'its text is not among the trusted documents' },
  ]);
});

test('nobody is named, neither in the text nor in the JSON', () => {
  const told = `${inText(found)}\n${JSON.stringify(found)}`;
  expect(told).toContain('Child.enrolment: CLEAR -> DENIED (');
  for (const idNumber of Object.values(STORY)) {
    expect(told).not.toContain(idNumber);
    expect(told).not.toContain(childIdOf(idNumber));
  }
  expect(told).not.toContain('林小溪');
  expect(told).not.toContain('柳溪镇');
});

test('recorded operations are found in the ledger, by hash and kind of caller', async () => {
  const recorded = await recordedOperations(ledger.readerUrl, { from: undefined, to: undefined });
  const { profile } = used(CHILD, 'child-director', 'VISIT', 0, 'visits/');
  // Both sets of rules answered for each of twelve children.
  expect(recorded).toContainEqual({ hash: CHILD, profile, times: 24 });
  expect(await recordedOperations(ledger.readerUrl, { from: undefined, to: new Date('2020-01-01') })).toEqual([]);
});

test('rules are read from a commit, and an unknown revision is refused', async () => {
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', copy, '-c', 'user.name=test', '-c', 'user.email=test@test.invalid', ...words]);
  git('init', '-q');
  git('add', 'subgraphs/education');
  git('commit', '-q', '--no-gpg-sign', '-m', 'rules');
  const { folder, remove } = await changedRules('HEAD', copy);
  expect(readFileSync(join(folder, 'education/access.cedar'), 'utf8')).toContain('@id("education.visit")');
  await remove();
  for (const nowhere of ['no-such-branch', '--output=x', tmpdir()]) {
    await expect(changedRules(nowhere, copy)).rejects.toThrow(/^(There is no directory|The directory)/);
  }
});

test.each([
  [[], /--rules-from is missing[\s\S]*Usage/],
  [['--rules-from', 'x', '--size', '3'], /--size must be a whole number from 7 to 20000/],
  [['--rules-from', 'x', '--from', 'yesterday'], /--from must be a date or an instant/],
  [['--rulesfrom', 'x'], /Unknown option '--rulesfrom'/],
])('%s is refused with the allowed values', (options, message) => {
  expect(() => simulateArguments(options)).toThrow(message);
});

// Private:

function used(hash: string, caller: string, purpose: Purpose, times: number, reference: string | null = null) {
  const who = demoCaller(caller);
  return { hash, profile: profileOf(who, who.region, purpose, reference), times };
}

function hashOf(name: string): string {
  const [hash] = [...DOCUMENTS].find(([, text]) => new RegExp(`^\\s*query ${name}\\b`, 'm').test(text)) ?? [];
  if (hash === undefined) throw new Error(`There is no document ${name}.`);
  return hash;
}

function change(file: string, from: string | RegExp, to: string): void {
  const path = join(copy, 'subgraphs', file);
  const text = readFileSync(path, 'utf8');
  const changed = typeof from === 'string' ? replaced(text, from, to) : text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
}
