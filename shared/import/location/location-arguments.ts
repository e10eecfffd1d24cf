import { readCommandLine, UsageError } from '../../cli/command-line';

export const USAGE = `Usage: npm run -s location -- list AGENCY > FILE
       npm run -s location -- apply AGENCY FILE...
       npm run -s location -- ratio AGENCY

  list    writes the pseudonyms of all children whose location the agency protects at the moment
  apply   tells an agency's roster whose location is protected: those in the files, and nobody else
  ratio   counts the children of the roster whose location is protected, and those whose place is not known`;

export type LocationArguments =
  | { readonly work: 'list' | 'ratio'; readonly agency: string }
  | { readonly work: 'apply'; readonly agency: string; readonly files: readonly [string, ...string[]] };

/** @throws UsageError */
export function readLocationArguments(words: readonly string[]): LocationArguments {
  const { positionals } = readCommandLine(USAGE, words, { allowPositionals: true, options: {} });
  const [work, agency, first, ...others] = positionals;
  if (agency === undefined) throw new UsageError('Name the work and the agency.', USAGE);
  if (work === 'apply') {
    if (first === undefined) throw new UsageError('Name the lists of all agencies that protect locations.', USAGE);
    return { work, agency, files: [first, ...others] };
  }
  if (work !== 'list' && work !== 'ratio') throw new UsageError('The work is list, apply or ratio.', USAGE);
  if (first !== undefined) throw new UsageError(`${work} takes no file.`, USAGE);
  return { work, agency };
}
