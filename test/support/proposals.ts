import { checkProposal, RULES } from '../../developer-kit/check/check';
import { lineOf } from '../../developer-kit/check/finding';
import { filesIn, type ProjectFiles } from '../../developer-kit/check/project-files';
import { agencyFolders, committedState } from '../../developer-kit/check/read-proposal';
import type { Rule } from '../../developer-kit/check/rules/rule';
import { loadSqlParser } from '../../developer-kit/check/sql/statements';
import { PROJECT } from '../../shared/config/project-root';
import { AGENCIES } from '../../shared/domain/agencies';

/** Replaces a text of a file once; creates a missing file. */
export interface Edit {
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
}

/** The findings of the check about edits of the agencies. */
export interface Checked {
  /** With the severity first: `error breaking: …`. */
  readonly lines: readonly string[];
  /** `file:12`: the first place of a text after the edits. */
  at(file: string, text: string): string;
  /** The first place of a text before the edits. */
  atHead(file: string, text: string): string;
}

export function checked(...edits: readonly Edit[]): Checked {
  return checkedBy(RULES, ...edits);
}

/** The findings of some rules alone. */
export function checkedBy(rules: readonly Rule[], ...edits: readonly Edit[]): Checked {
  const edited = withEdits(edits);
  const changed = changesOf(edits, edited);
  // The cases of all agencies take most of the time, and those of others stay as they are.
  const asked = AGENCIES.filter((agency) => changed.some(({ path }) => path.startsWith(`subgraphs/${agency}/`)));
  const proposal = { before: committed, after: agencyFolders(edited), changed, asked };
  return {
    lines: checkProposal(proposal, rules).map((finding) => `${finding.severity} ${lineOf(finding)}`),
    at: (file, text) => placeIn(edited, file, text),
    atHead: (file, text) => `${placeIn(files, file, text)} at HEAD`,
  };
}

beforeAll(loadSqlParser);

const files = filesIn(PROJECT, 'HEAD');
const committed = committedState(files);

function placeIn(some: ProjectFiles, file: string, text: string): string {
  const all = some.read(file) ?? '';
  if (!all.includes(text)) throw new Error(`There is no ${text} in ${file}.`);
  return `${file}:${all.slice(0, all.indexOf(text)).split('\n').length}`;
}

const changesOf = (edits: readonly Edit[], edited: ProjectFiles) =>
  [...new Set(edits.map(({ file }) => file))].map((path) => ({
    path,
    before: files.read(path),
    after: edited.read(path),
  }));

function withEdits(edits: readonly Edit[]): ProjectFiles {
  const withEdited = (folder: string, names: readonly string[]) => [
    ...new Set([
      ...names,
      ...edits.flatMap(({ file }) => (file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1)] : [])),
    ]),
  ];
  return {
    ...files,
    read: (path) => edits.filter(({ file }) => file === path).reduce<string | undefined>(edit, files.read(path)),
    list: (folder) => withEdited(folder, files.list(folder)),
    below: (folder) => withEdited(folder, files.below(folder)),
  };
}

function edit(text: string | undefined, { file, from, to }: Edit): string {
  const changed = text?.replace(from, () => to) ?? to;
  if (changed === text) throw new Error(`There is no ${from} in ${file}.`);
  return changed;
}
