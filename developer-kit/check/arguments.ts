import { readCommandLine, UsageError } from '../../shared/cli/command-line';
import type { Agency } from '../../shared/domain/agencies';

/** The command line of `npm run check`. */
export interface CheckArguments {
  /** Reports only findings about these agencies; all findings if none is named. */
  readonly agencies: readonly Agency[];
  /** A commit, branch or tag, or a folder with a copy of the project. */
  readonly against: string;
  readonly acceptOpenings: boolean;
  readonly json: boolean;
}

export const USAGE = `Usage: npm run check -- [<agency>...] [options]

  --against          a commit, branch or tag, or a folder with a copy of the project (HEAD)
  --accept-openings  lets changes pass that answer somebody more than before
  --json             prints JSON for programs`;

const OPTIONS = {
  against: { type: 'string', default: 'HEAD' },
  'accept-openings': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function checkArguments(words: readonly string[], known: readonly Agency[]): CheckArguments {
  const { values, positionals } = readCommandLine(USAGE, words, { options: OPTIONS, allowPositionals: true });
  const agencies = positionals.map((name) => {
    const agency = known.find((one) => one === name);
    if (agency !== undefined) return agency;
    throw new UsageError(`There is no agency "${name}". The agencies are ${known.join(', ')}.`, USAGE);
  });
  return { agencies, against: values.against, acceptOpenings: values['accept-openings'], json: values.json };
}
