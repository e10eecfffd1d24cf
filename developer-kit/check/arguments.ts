import type { Agency } from '../../shared/domain/agencies';

export interface CheckArguments {
  /** Whose findings are told; all, where none is named. */
  readonly agencies: readonly Agency[];
  /** A commit, branch or tag, or a folder with a copy of the project. */
  readonly against: string;
  readonly acceptOpenings: boolean;
  readonly json: boolean;
}

export class UsageError extends Error {}

/** @throws UsageError, which says what is allowed. */
export function checkArguments(given: readonly string[], known: readonly Agency[]): CheckArguments {
  const agencies: Agency[] = [];
  let [against, acceptOpenings, json] = ['HEAD', false, false];
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? '';
    const agency = known.find((one) => one === argument);
    if (agency !== undefined) agencies.push(agency);
    else if (argument === '--accept-openings') acceptOpenings = true;
    else if (argument === '--json') json = true;
    else if (argument === '--against') {
      index += 1;
      against = given[index] ?? '';
      if (against === '') throw new UsageError(`--against needs a commit, branch, tag or folder.\n${usage(known)}`);
    } else throw new UsageError(`"${argument}" is neither an agency nor an option.\n${usage(known)}`);
  }
  return { agencies, against, acceptOpenings, json };
}

// Private:

const usage = (known: readonly Agency[]): string =>
  [
    'usage: npm run check -- [agency ...] [--against <commit, branch, tag or folder>] [--accept-openings] [--json]',
    `agencies: ${known.join(', ')}`,
  ].join('\n');
