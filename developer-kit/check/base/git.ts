import { execFileSync } from 'node:child_process';

/** What a command of git prints; undefined if it fails, or if there is no git or no repository. */
export type Git = (parameters: readonly string[], input?: string) => Buffer | undefined;

/** Runs git in a folder. */
export function gitIn(root: string): Git {
  return (parameters, input) => {
    try {
      return execFileSync('git', [...ANY_OWNER, ...parameters], {
        cwd: root,
        maxBuffer: LARGEST_OUTPUT_BYTES,
        stdio: ['pipe', 'pipe', 'ignore'],
        ...(input !== undefined && { input }),
      });
    } catch {
      return undefined;
    }
  };
}

/**
 * Resolves a commit, branch or tag.
 *
 * @example commitOf(git, 'main') // '21f1c9a58c2f…'
 */
export function commitOf(git: Git, ref: string): string | undefined {
  // A ref that begins with a dash would be taken for an option.
  return git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`])
    ?.toString()
    .trim();
}

// Private:

/** Containers often run as another user than the owner of the files; whoever runs the check runs the project's code anyway. */
const ANY_OWNER = ['-c', 'safe.directory=*'];

const LARGEST_OUTPUT_BYTES = 256 * 1024 * 1024;
