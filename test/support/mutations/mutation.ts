import type { ProjectFiles } from '../../../developer-kit/check/project-files';
import { isAgency } from '../../../shared/domain/agencies';

/** One change of one file that could open data, or make the gate weaker. */
export interface Mutation {
  readonly file: string;
  /** The whole file with the change. */
  readonly text: string;
  /** What was changed, for reports: the id of a rule, a coordinate, the name of a view. */
  readonly what: string;
}

/** All places where an operator can be applied. */
export type Operator = (files: ProjectFiles) => readonly Mutation[];

/** The files of all agencies with this ending: `['subgraphs/education/access.cedar', …]`. */
export function agencyFiles(
  files: ProjectFiles,
  ending: string,
): readonly { readonly file: string; readonly text: string }[] {
  return files
    .list('subgraphs')
    .filter(isAgency)
    .flatMap((agency) => files.below(`subgraphs/${agency}`).map((path) => `subgraphs/${agency}/${path}`))
    .filter((file) => file.endsWith(ending))
    .map((file) => ({ file, text: files.read(file) ?? '' }));
}

/** The agency in whose folder a file is. */
export const agencyOf = (file: string): string => file.split('/')[1] ?? '';

/** One mutation for each match of a pattern in a text. @param what names it; by default the beginning of the match. */
export function atEachMatch(
  { file, text }: { readonly file: string; readonly text: string },
  pattern: RegExp,
  change: (match: RegExpExecArray) => string | undefined,
  what: (match: RegExpExecArray) => string = ([found]) => found.trim().slice(0, 60),
): readonly Mutation[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const changed = change(match);
    if (changed === undefined || changed === match[0]) return [];
    const at = match.index;
    return [{ file, what: what(match), text: `${text.slice(0, at)}${changed}${text.slice(at + match[0].length)}` }];
  });
}
