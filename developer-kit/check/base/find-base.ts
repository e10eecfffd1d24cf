import { FileFaults } from '../../../shared/cli/read-yaml';
import { filesAt, type ProjectFiles } from '../project-files';
import { REVIEW_FILE, type Review } from '../review/review-file';
import { fingerprintOf } from './fingerprint';
import { commitOf, type Git, gitIn } from './git';

/** The state that a tree is compared with. */
export interface Base {
  /** `fingerprint`: the tree itself, which its fingerprint proves to be the reviewed state. */
  readonly kind: 'merge base' | 'reviewed commit' | 'fingerprint' | 'given';
  readonly files: ProjectFiles;
  /** `f3a1c02, the merge base with origin/main` */
  readonly words: string;
  /** Undefined for a folder or a fingerprint. */
  readonly commit: string | undefined;
}

/** What git knows of a tree's history. */
export interface History {
  /** Where the branch left the main branch; undefined if there is no main branch. */
  readonly mergeBase: { readonly commit: string; readonly with: string } | undefined;
  /** Whether the reviewed commit is in the history of HEAD. */
  readonly hasReviewed: boolean;
  /** Whether nothing is cut off: no archive, no shallow clone, no single commit. */
  readonly isComplete: boolean;
}

/**
 * Finds the base of comparison: the merge base with the main branch; on the main branch, where that is the tree itself, the
 * reviewed commit; in a copy without history none, if its fingerprint proves the tree to be the reviewed state.
 *
 * @throws if there is no base, with the way to get one.
 */
export function findBase(root: string, tree: ProjectFiles, { reviewed, faults }: Review, history: History): Base {
  const own = fingerprintOf(tree);
  const { mergeBase, hasReviewed, isComplete } = history;
  if (mergeBase !== undefined) {
    const files = filesAt(mergeBase.commit, root, shown(mergeBase.commit));
    // In an archive unpacked inside of another repository, git answers about that one.
    const isProject = files.list('subgraphs').length > 0;
    if (isProject && fingerprintOf(files) !== own) {
      const words = `${files.name}, the merge base with ${mergeBase.with}`;
      return { kind: 'merge base', files, words, commit: mergeBase.commit };
    }
  }
  if (reviewed === undefined) throw new FileFaults(faults);
  if (hasReviewed) {
    const files = filesAt(reviewed.commit, root, shown(reviewed.commit));
    const words = `${files.name}, reviewed on ${reviewed.on}`;
    return { kind: 'reviewed commit', files, words, commit: reviewed.commit };
  }
  const missing = `the reviewed commit ${shown(reviewed.commit)} of ${REVIEW_FILE} is not in the history`;
  if (isComplete) throw new Error(`There is no state to compare with: ${missing}.`);
  if (reviewed.fingerprint === own) {
    return { kind: 'fingerprint', files: tree, words: `the state reviewed on ${reviewed.on}`, commit: undefined };
  }
  throw new Error(
    `There is no state to compare with: ${missing} of this copy, and its files are not the reviewed ones. ` +
      'Get the history (git fetch --unshallow origin), or name a base: npm run check -- --against REF.',
  );
}

export function historyOf(root: string, reviewedCommit: string | undefined): History {
  const git = gitIn(root);
  return {
    mergeBase: mergeBaseOf(git),
    hasReviewed: reviewedCommit !== undefined && isAncestor(git, reviewedCommit, 'HEAD'),
    isComplete:
      git(['rev-parse', '--is-shallow-repository'])?.toString().trim() === 'false' &&
      commitOf(git, 'HEAD^') !== undefined,
  };
}

/** Whether a commit is another one or among those before it. */
export function isAncestor(git: Git, commit: string, of: string): boolean {
  return git(['merge-base', '--is-ancestor', commit, of]) !== undefined;
}

// Private:

const DIGITS_SHOWN = 7;

const shown = (commit: string): string => commit.slice(0, DIGITS_SHOWN);

function mergeBaseOf(git: Git): History['mergeBase'] {
  const branch = git(['symbolic-ref', '--quiet', '--short', 'HEAD'])?.toString().trim();
  // A local main may lag behind its remote, and on main itself it says nothing.
  const mains = ['origin/HEAD', 'origin/main', ...(branch === 'main' ? [] : ['main'])];
  const main = mains.find((ref) => commitOf(git, ref) !== undefined);
  if (main === undefined) return undefined;
  const commit = git(['merge-base', 'HEAD', main])?.toString().trim();
  return commit === undefined ? undefined : { commit, with: main };
}
