import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../../../../developer-kit/check/base/fingerprint';
import { gateOf } from '../../../../developer-kit/check/gate';
import { filesAt, filesIn } from '../../../../developer-kit/check/project-files';
import { todayInChina } from '../../../../shared/domain/dates';
import { type GitProject, gitProject } from '../../../support/git-project';

const SCHEMA = 'subgraphs/education/schema.graphql';
const TODAY = todayInChina();

let project: GitProject;
let reviewed: string;
const others: GitProject[] = [];

/** A project whose first commit is reviewed, by its second. */
beforeEach(() => {
  project = gitProject();
  project.write('README.md', 'A project.');
  project.commit('Begin');
  project.write(SCHEMA, 'type Child { id: ID! }');
  reviewed = project.commit('Add education');
  project.write('access-review.yaml', reviewOf({ commit: reviewed }));
  project.commit('Review');
});
afterEach(() => {
  for (const one of [project, ...others.splice(0)]) one.remove();
});

function reviewOf({
  commit = reviewed,
  fingerprint = fingerprintOf(filesAt(reviewed, project.root)),
  accepted = '[]',
}) {
  return `reviewed: { commit: ${commit}, fingerprint: ${fingerprint}, who: rule-officer, on: ${TODAY} }\naccepted: ${accepted}\n`;
}

function clone(...options: readonly string[]): GitProject {
  const copy = gitProject(project.root, ...options);
  others.push(copy);
  return copy;
}

const gate = (root = project.root, against?: string) => gateOf(root, filesIn(root), against, TODAY);
const baseOf = (root?: string) => {
  const { kind, commit } = gate(root).base;
  return { kind, commit };
};
const faults = (root?: string) =>
  gate(root)
    .judge([])
    .map(({ message }) => message);

test('a branch is compared with the commit where it left the main branch, committed or not', () => {
  const main = project.git('rev-parse', 'main');
  project.git('checkout', '--quiet', '-b', 'branch');
  project.write(SCHEMA, 'type Child { id: ID! name: String }');
  expect(baseOf()).toEqual({ kind: 'merge base', commit: main });
  project.commit('Change rules and cases together');
  expect(baseOf()).toEqual({ kind: 'merge base', commit: main });
  expect(gate().base.words).toBe(`${main.slice(0, 7)}, the merge base with main`);
});

test('a commit on main of a clone is compared with the main branch of its remote', () => {
  const copy = clone();
  const main = copy.git('rev-parse', 'main');
  copy.write(SCHEMA, 'type Child { id: ID! name: String }');
  copy.commit('Change main');
  expect(baseOf(copy.root)).toEqual({ kind: 'merge base', commit: main });
});

test('main itself is compared with the reviewed commit, never with itself', () => {
  project.write(SCHEMA, 'type Child { id: ID! name: String }');
  project.commit('Change main');
  expect(baseOf()).toEqual({ kind: 'reviewed commit', commit: reviewed });
  expect(baseOf(clone().root)).toEqual({ kind: 'reviewed commit', commit: reviewed });
});

test('a copy without history passes only if it is the reviewed state', () => {
  const shallow = clone('--depth', '1');
  expect(baseOf(shallow.root)).toEqual({ kind: 'fingerprint', commit: undefined });
  const archive = clone();
  rmSync(join(archive.root, '.git'), { recursive: true });
  expect(baseOf(archive.root)).toEqual({ kind: 'fingerprint', commit: undefined });
  for (const copy of [shallow, archive]) {
    copy.write(SCHEMA, 'type Child { id: ID! name: String }');
    if (copy === shallow) copy.git('update-ref', '-d', 'refs/remotes/origin/main');
    if (copy === shallow) copy.git('update-ref', '-d', 'refs/remotes/origin/HEAD');
    expect(() => gate(copy.root)).toThrow(
      `There is no state to compare with: the reviewed commit ${reviewed.slice(0, 7)} of access-review.yaml is not in the history of this copy, ` +
        'and its files are not the reviewed ones. Get the history (git fetch --unshallow origin), or name a base: npm run check -- --against REF.',
    );
  }
});

test('in a whole history, a fingerprint does not replace the reviewed commit', () => {
  project.write(SCHEMA, 'type Child { id: ID! name: String }');
  const fingerprint = fingerprintOf(filesIn(project.root));
  project.write('access-review.yaml', reviewOf({ commit: '0'.repeat(40), fingerprint }));
  project.commit('Forge the review');
  expect(() => gate()).toThrow(
    'There is no state to compare with: the reviewed commit 0000000 of access-review.yaml is not in the history.',
  );
  project.write('access-review.yaml', reviewOf({ fingerprint }));
  expect(faults()).toEqual(['the fingerprint is not that of the reviewed commit']);
});

test('faults of the reviewed file are named where nothing else gives a base', () => {
  project.write('access-review.yaml', reviewOf({ commit: 'main' }));
  expect(() => gate()).toThrow('reviewed.commit: has not 40 hex digits (access-review.yaml:1)');
});

test('a date is in the future if it is after today and after the last commit', () => {
  const faultsOn = (day: string) => gateOf(project.root, filesIn(project.root), undefined, day).review.faults;
  expect(faultsOn('2020-01-01')).toEqual([]);
  project.write('access-review.yaml', reviewOf({}).replace(/on: [\d-]+/, 'on: 9999-01-01'));
  expect(faultsOn('2020-01-01').map(({ message }) => message)).toEqual(['reviewed.on: is in the future']);
});

test('a branch cannot review itself', () => {
  project.git('checkout', '--quiet', '-b', 'branch');
  project.write(SCHEMA, 'type Child { id: ID! name: String }');
  const commit = project.commit('Open something');
  project.write('access-review.yaml', reviewOf({ commit, fingerprint: fingerprintOf(filesIn(project.root)) }));
  project.commit('Review it');
  expect(faults()).toEqual(['the reviewed commit is not on the main branch: a branch cannot review itself']);
});

test('a branch does not judge the acceptances that main has already; main judges all', () => {
  const accepted = `[{ finding: ${'a'.repeat(64)}, what: 'opened: …', who: rule-officer, on: ${TODAY}, why: agreed }]`;
  project.write('access-review.yaml', reviewOf({ accepted }));
  project.commit('Accept');
  expect(faults()).toEqual(['remove this acceptance, whose finding no longer occurs: opened: …']);
  project.git('checkout', '--quiet', '-b', 'branch');
  project.write(SCHEMA, 'type Child { id: ID! name: String }');
  expect(faults()).toEqual([]);
});

test('a tree is not compared with itself, under any name of its folder', () => {
  for (const against of [project.root, join(project.root, 'subgraphs', '..')]) {
    expect(() => gate(project.root, against)).toThrow(
      `--against ${against} is the working tree itself, so there is nothing to compare. Leave out --against to compare with the base of the gate.`,
    );
  }
  const copy = clone();
  cpSync(project.root, copy.root, { recursive: true });
  expect(gate(project.root, copy.root).base).toMatchObject({ kind: 'given', words: copy.root });
  expect(gate(project.root, 'main').base).toMatchObject({ kind: 'given', words: 'main' });
});

test('a fingerprint changes with every file that is compared, and with no other', () => {
  const before = fingerprintOf(filesIn(project.root));
  expect(fingerprintOf(filesAt('HEAD', project.root))).toBe(before);
  project.write('docs/page.md', 'A page.');
  project.write('access-review.yaml', 'another');
  project.write('gateway/node_modules/some/index.js', '');
  expect(fingerprintOf(filesIn(project.root))).toBe(before);
  for (const path of [
    'subgraphs/education/migrations/1.sql',
    'gateway/generated/rules.json',
    '.ci/run',
    'package.json',
  ]) {
    project.write(path, 'new');
    expect([path, fingerprintOf(filesIn(project.root))]).not.toEqual([path, before]);
    rmSync(join(project.root, path));
  }
});
