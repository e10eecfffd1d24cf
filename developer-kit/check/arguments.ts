import { readCommandLine, requiredOption, UsageError } from '../../shared/cli/command-line';
import type { Agency } from '../../shared/domain/agencies';

/** The command line of `npm run check`. */
export interface CheckArguments {
  /** Reports only findings about these agencies; all findings if none is named. */
  readonly agencies: readonly Agency[];
  /** A commit, branch or tag, or a folder with a copy of the project; undefined for the base of the gate. */
  readonly against: string | undefined;
  /** Undefined if nothing is to be written. */
  readonly write: ReviewEntry | undefined;
  readonly json: boolean;
}

/** What to write into the reviewed file: acceptances of findings, or the reviewed commit. */
export type ReviewEntry =
  | {
      readonly kind: 'acceptances';
      /** Hashes, or their first digits. */
      readonly hashes: readonly string[];
      readonly who: string;
      readonly why: string;
    }
  | { readonly kind: 'reviewed'; readonly who: string };

export const USAGE = `Usage: npm run check -- [<agency>...] [options]

  --against    compares with a commit, branch or tag, or with a folder with a copy of the project
               (where the branch left main; on main, the reviewed commit)
  --accept     writes into access-review.yaml that the finding with this hash is accepted; may be repeated
  --by, --why  who accepts it, by office or account, and why
  --reviewed   writes into access-review.yaml that main is reviewed as a whole, --by whom
  --json       prints JSON for programs`;

const OPTIONS = {
  against: { type: 'string' },
  accept: { type: 'string', multiple: true },
  by: { type: 'string' },
  why: { type: 'string' },
  reviewed: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** @throws UsageError */
export function checkArguments(words: readonly string[], known: readonly Agency[]): CheckArguments {
  if (words.includes('--accept-openings')) {
    throw new UsageError('--accept-openings is gone: accept each opening by its hash, --by whom and --why.', USAGE);
  }
  const { values, positionals } = readCommandLine(USAGE, words, { options: OPTIONS, allowPositionals: true });
  const agencies = positionals.map((name) => {
    const agency = known.find((one) => one === name);
    if (agency !== undefined) return agency;
    throw new UsageError(`There is no agency "${name}". The agencies are ${known.join(', ')}.`, USAGE);
  });
  const { accept = [], by, why, reviewed, against, json } = values;
  const write = entryOf({ accept, by, why, reviewed });
  if (write !== undefined && against !== undefined) {
    throw new UsageError(
      'What is accepted or reviewed is compared with the base of the gate: leave out --against.',
      USAGE,
    );
  }
  if (write?.kind === 'reviewed' && agencies.length > 0) {
    throw new UsageError('--reviewed is about all agencies: name none.', USAGE);
  }
  return { agencies, against, write, json };
}

// Private:

interface Given {
  readonly accept: readonly string[];
  readonly by: string | undefined;
  readonly why: string | undefined;
  readonly reviewed: boolean;
}

function entryOf({ accept, by, why, reviewed }: Given): ReviewEntry | undefined {
  if (reviewed && accept.length > 0) throw new UsageError('--accept and --reviewed are separate steps.', USAGE);
  if (reviewed) return { kind: 'reviewed', who: requiredOption(USAGE, 'by', by) };
  if (accept.length > 0) {
    return {
      kind: 'acceptances',
      hashes: accept,
      who: requiredOption(USAGE, 'by', by),
      why: requiredOption(USAGE, 'why', why),
    };
  }
  if (by !== undefined || why !== undefined)
    throw new UsageError('--by and --why go with --accept or --reviewed.', USAGE);
  return undefined;
}
