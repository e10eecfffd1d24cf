import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isSeq, parseDocument } from 'yaml';
import type { ReviewEntry } from '../arguments';
import { historyOf } from '../base/find-base';
import { fingerprintOf } from '../base/fingerprint';
import { commitOf, gitIn } from '../base/git';
import { type Finding, lineOf } from '../finding';
import { filesAt, filesIn } from '../project-files';
import { type Acceptance, REVIEW_FILE } from './review-file';

/**
 * Writes into the reviewed file of a project what a responsible person has accepted or reviewed. Keeps its comments.
 *
 * @param findings of the check, judged.
 * @param today ISO date.
 * @throws if no finding has the hash, or if the tree cannot be reviewed as a whole.
 */
export function writeReview(root: string, findings: readonly Finding[], entry: ReviewEntry, today: string): void {
  const path = join(root, REVIEW_FILE);
  const document = parseDocument(readFileSync(path, 'utf8'), { schema: 'failsafe' });
  if (entry.kind === 'acceptances') addAcceptances(document, findings, entry, today);
  else setReviewed(document, root, findings, { who: entry.who, on: today });
  // Messages stay on one line, as they are printed.
  writeFileSync(path, document.toString({ lineWidth: 0 }));
}

// Private:

/** Fewer digits could name a finding by chance. */
const FEWEST_DIGITS = 8;

function addAcceptances(
  document: Document,
  findings: readonly Finding[],
  { hashes, who, why }: Extract<ReviewEntry, { kind: 'acceptances' }>,
  on: string,
): void {
  const accepted = document.get('accepted');
  // An empty list is written as [], and would stay in brackets.
  if (isSeq(accepted)) accepted.flow = false;
  for (const given of new Set(hashes)) {
    const named = findings.filter(({ hash, accepted }) => hash?.startsWith(given) && accepted === undefined);
    const [finding] = named;
    if (finding?.hash === undefined || named.length > 1 || given.length < FEWEST_DIGITS) {
      throw new Error(`--accept ${given}: the check lists no finding to accept with this hash.`);
    }
    const what = lineOf(finding);
    removeFormer(document, what, findings);
    document.addIn(['accepted'], { finding: finding.hash, what, who, on, why });
  }
}

/** Removes the acceptance of the same finding about a former content, which would be stale. */
function removeFormer(document: Document, what: string, findings: readonly Finding[]): void {
  const entries: readonly Acceptance[] = document.toJS().accepted;
  const former = entries.findIndex((one) => one.what === what && findings.every(({ hash }) => hash !== one.finding));
  if (former >= 0) document.deleteIn(['accepted', former]);
}

/** The acceptances of the time before the review remain in git's history. */
function setReviewed(
  document: Document,
  root: string,
  findings: readonly Finding[],
  signature: { readonly who: string; readonly on: string },
): void {
  const head = commitOf(gitIn(root), 'HEAD');
  if (head === undefined) throw new Error('--reviewed: there is no commit to review.');
  const { mergeBase } = historyOf(root, undefined);
  if (mergeBase !== undefined && mergeBase.commit !== head) {
    throw new Error(
      `--reviewed: this branch has commits that ${mergeBase.with} lacks, and a branch cannot review itself.`,
    );
  }
  const fingerprint = fingerprintOf(filesAt(head, root));
  if (fingerprint !== fingerprintOf(filesIn(root))) {
    throw new Error('--reviewed: the working tree has changes that are not committed.');
  }
  // Faults of the reviewed file itself end with the new review.
  const open = findings.filter(
    ({ what, severity }) => severity === 'opening' || (severity === 'error' && what !== 'review'),
  );
  if (open.length > 0) throw new Error(`--reviewed: ${open.length} findings are neither corrected nor accepted.`);
  document.set('reviewed', document.createNode({ commit: head, fingerprint, ...signature }));
  document.set('accepted', document.createNode([]));
}
