import type { Finding } from '../finding';
import { hashOf } from './finding-hash';
import { type Acceptance, REVIEW_FILE, type Review } from './review-file';

/**
 * Marks the findings that a responsible person has accepted, and reports every fault of the reviewed file: an acceptance
 * whose finding no longer occurs would silently accept it when it comes back.
 *
 * @param earlier hashes that were accepted in the base already; their findings are part of the base.
 */
export function judge(
  findings: readonly Finding[],
  { accepted, faults }: Pick<Review, 'accepted' | 'faults'>,
  earlier: ReadonlySet<string>,
): readonly Finding[] {
  const byHash = new Map(accepted.map((one) => [one.finding, one]));
  const judged = findings.map((finding): Finding => {
    if (!isAcceptable(finding)) return finding;
    const hash = hashOf(finding);
    const acceptance = byHash.get(hash);
    return acceptance === undefined
      ? { ...finding, hash }
      : { ...finding, hash, severity: 'accepted', accepted: signatureOf(acceptance) };
  });
  const found = new Set(judged.map(({ hash }) => hash));
  const stale = accepted.filter(({ finding }) => !found.has(finding) && !earlier.has(finding));
  return [
    ...judged,
    ...faults.map(({ message, line }) => faultAt(message, line)),
    ...stale.map(({ what, line }) => faultAt(`remove this acceptance, whose finding no longer occurs: ${what}`, line)),
  ];
}

export function faultAt(message: string, line: number): Finding {
  return { what: 'review', severity: 'error', agencies: [], message, places: [{ file: REVIEW_FILE, line }] };
}

// Private:

/** Openings, and errors that name a loss: whoever loses something may agree to it. */
const isAcceptable = ({ severity, acceptable }: Finding): boolean => severity === 'opening' || acceptable === true;

const signatureOf = ({ who, on, why }: Acceptance): NonNullable<Finding['accepted']> => ({ who, on, why });
