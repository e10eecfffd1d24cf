import type { CheckArguments } from './arguments';
import { changedFiles } from './changed-files';
import { checkProposal } from './check';
import { gateOf } from './gate';
import { filesIn } from './project-files';
import { agencyFolders, committedState } from './read-proposal';
import { type Report, reportOf } from './report';
import { writeReview } from './review/write-review';

/**
 * Checks the tree in a folder. Where a finding is to be accepted, or the tree to be reviewed, writes that down and checks
 * again.
 *
 * @param today ISO date.
 * @throws if there is no base, or nothing can be written.
 */
export function runCheck(root: string, read: CheckArguments, today: string): Report {
  const tree = filesIn(root, 'the working tree');
  const after = agencyFolders(tree);
  const gate = gateOf(root, tree, read.against, today);
  const { files } = gate.base;
  const { agencies } = read;
  const proposal = { before: committedState(files), after, changed: changedFiles(files, tree), asked: agencies };
  const findings = gate.judge(checkProposal(proposal));
  if (read.write !== undefined) {
    writeReview(root, findings, read.write, today);
    return runCheck(root, { ...read, write: undefined }, today);
  }
  return reportOf(
    // A finding without an agency concerns all of them.
    findings.filter(
      (one) => [agencies, one.agencies].some(isEmpty) || one.agencies.some((own) => agencies.includes(own)),
    ),
    { base: gate.base, agencies: agencies.length === 0 ? after.map(({ agency }) => agency) : agencies },
  );
}

// Private:

const isEmpty = (list: readonly unknown[]): boolean => list.length === 0;
