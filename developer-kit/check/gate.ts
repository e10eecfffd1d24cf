import { existsSync, realpathSync } from 'node:fs';
import { todayInChina } from '../../shared/domain/dates';
import { type Base, findBase, historyOf, isAncestor } from './base/find-base';
import { fingerprintOf } from './base/fingerprint';
import { commitOf, gitIn } from './base/git';
import type { Finding } from './finding';
import { filesAt, filesIn, type ProjectFiles } from './project-files';
import { faultAt, judge } from './review/judge';
import { REVIEW_FILE, type Review, reviewIn } from './review/review-file';

/** What a tree is compared with, and what has been accepted of the differences. */
export interface Gate {
  readonly base: Base;
  readonly review: Review;
  /** Judges findings by the reviewed file, and reports its faults. */
  judge(findings: readonly Finding[]): readonly Finding[];
}

/**
 * Reads the reviewed file of a tree and finds its base.
 *
 * @param against a commit, branch or tag, or a folder; undefined for the tree's own base.
 * @param today ISO date.
 * @throws if there is no base, or the base is the tree itself.
 */
export function gateOf(root: string, tree: ProjectFiles, against: string | undefined, today: string): Gate {
  const latest = [today, dayOfHead(root)].sort().at(-1) ?? today;
  const review = reviewIn(tree.read(REVIEW_FILE), latest);
  const { reviewed } = review;
  const base =
    against === undefined ? findBase(root, tree, review, historyOf(root, reviewed?.commit)) : givenBase(root, against);
  // A base of choice shows other findings than those that were accepted.
  const earlier =
    base.kind === 'given'
      ? review
      : base.kind === 'merge base'
        ? reviewIn(base.files.read(REVIEW_FILE), latest)
        : undefined;
  const hashes = new Set(earlier?.accepted.map(({ finding }) => finding));
  return {
    base,
    review,
    judge: (findings) => [...judge(findings, review, hashes), ...reviewedFaults(root, review, base)],
  };
}

// Private:

/** The day of the last commit: the clock of this machine may be behind it. Empty if there is none. */
function dayOfHead(root: string): string {
  const seconds = gitIn(root)(['log', '-1', '--format=%ct'])?.toString().trim() ?? '';
  return seconds === '' ? '' : todayInChina(Number(seconds) * 1000);
}

function givenBase(root: string, against: string): Base {
  if (!existsSync(against)) {
    const files = filesAt(against, root);
    return { kind: 'given', files, words: against, commit: commitOf(gitIn(root), against) };
  }
  if (realpathSync(against) === realpathSync(root)) {
    throw new Error(
      `--against ${against} is the working tree itself, so there is nothing to compare. Leave out --against to compare with the base of the gate.`,
    );
  }
  return { kind: 'given', files: filesIn(against), words: against, commit: undefined };
}

/** The reviewed commit must be one of the main branch, and its fingerprint that of this commit. */
function reviewedFaults(root: string, { reviewed }: Review, base: Base): readonly Finding[] {
  const git = gitIn(root);
  if (reviewed === undefined || commitOf(git, reviewed.commit) === undefined) return [];
  if (base.kind === 'merge base' && !isAncestor(git, reviewed.commit, base.commit ?? '')) {
    return [faultAt('the reviewed commit is not on the main branch: a branch cannot review itself', 1)];
  }
  return fingerprintOf(filesAt(reviewed.commit, root)) === reviewed.fingerprint
    ? []
    : [faultAt('the fingerprint is not that of the reviewed commit', 1)];
}
