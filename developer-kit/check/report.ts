import type { Agency } from '../../shared/domain/agencies';
import type { Base } from './base/find-base';
import { type Finding, lineOf, SEVERITIES, type Severity } from './finding';
import { HASH_DIGITS_SHOWN } from './review/finding-hash';

/** The report of a check: the output of --json, described in docs/reference/check.md. */
export interface Report {
  readonly passed: boolean;
  /** The state that the working tree was compared with. */
  readonly base: Pick<Base, 'kind' | 'words'> & { readonly commit: string | null };
  readonly agencies: readonly Agency[];
  readonly counts: Readonly<Record<Severity, number>>;
  /** Worst first. */
  readonly findings: readonly Finding[];
}

export function reportOf(
  findings: readonly Finding[],
  {
    base: { kind, words, commit },
    agencies,
  }: { readonly base: Omit<Base, 'files'>; readonly agencies: readonly Agency[] },
): Report {
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const counts = {
    error: count('error'),
    opening: count('opening'),
    accepted: count('accepted'),
    change: count('change'),
    note: count('note'),
  };
  return {
    passed: counts.error === 0 && counts.opening === 0,
    base: { kind, words, commit: commit ?? null },
    agencies,
    counts,
    findings: findings.toSorted((a, b) => rank(a) - rank(b)),
  };
}

/** The report for people: one line per finding, grouped by consequence. */
export function textOf({ passed, base, agencies, counts, findings }: Report): string {
  const sections = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    [
      HEADINGS[severity],
      ...findings.filter((finding) => finding.severity === severity).map((finding) => `  ${reported(finding)}`),
      '',
    ].join('\n'),
  );
  const found = SEVERITIES.map((severity) => {
    const plural = severity === 'accepted' || counts[severity] === 1 ? '' : 's';
    return `${counts[severity]} ${severity}${plural}`;
  });
  const whose = agencies.length === 1 ? agencies[0] : `${agencies.length} agencies`;
  const isForReview = findings.some(({ hash, accepted }) => hash !== undefined && accepted === undefined);
  return [
    ...sections,
    `${whose} against ${base.words}: ${found.join(', ')}; ${passed ? 'passed' : 'refused'}.`,
    ...(isForReview ? [ADVICE] : []),
  ].join('\n');
}

// Private:

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: 'Errors to correct:',
  opening: 'Openings for a responsible person to accept:',
  accepted: 'Accepted:',
  change: 'Other changes to review:',
  note: 'Notes:',
};

const ADVICE =
  "Whoever is responsible for the data accepts a finding by its hash: --accept HASH --by OFFICE --why 'REASON'.";

/** `[3f2a9c41d07b] opened: … ; accepted by rule-officer on 2026-11-30: …` */
function reported({ hash, accepted, ...finding }: Finding): string {
  const name = hash === undefined ? '' : `[${hash.slice(0, HASH_DIGITS_SHOWN)}] `;
  const by = accepted === undefined ? '' : `; accepted by ${accepted.who} on ${accepted.on}: ${accepted.why}`;
  return `${name}${lineOf(finding)}${by}`;
}
