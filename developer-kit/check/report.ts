import type { Agency } from '../../shared/domain/agencies';
import { type Finding, lineOf, SEVERITIES, type Severity } from './finding';

/** The report of a check: the output of --json, described in docs/reference/check.md. */
export interface Report {
  readonly passed: boolean;
  /** The state that the working tree was compared with. */
  readonly against: string;
  readonly agencies: readonly Agency[];
  readonly acceptedOpenings: boolean;
  readonly counts: Readonly<Record<Severity, number>>;
  /** Worst first. */
  readonly findings: readonly Finding[];
}

export function reportOf(
  findings: readonly Finding[],
  { against, agencies, acceptOpenings }: { against: string; agencies: readonly Agency[]; acceptOpenings: boolean },
): Report {
  const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
  const counts = { error: count('error'), opening: count('opening'), change: count('change'), note: count('note') };
  return {
    passed: counts.error === 0 && (acceptOpenings || counts.opening === 0),
    against,
    agencies,
    acceptedOpenings: acceptOpenings,
    counts,
    findings,
  };
}

/** The report for people: one line per finding, grouped by consequence. */
export function textOf({ passed, against, agencies, acceptedOpenings, counts, findings }: Report): string {
  const sections = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    [
      HEADINGS[severity],
      ...findings.filter((finding) => finding.severity === severity).map((finding) => `  ${lineOf(finding)}`),
      '',
    ].join('\n'),
  );
  const found = SEVERITIES.map((severity) => `${counts[severity]} ${severity}${counts[severity] === 1 ? '' : 's'}`);
  const whose = agencies.length === 1 ? agencies[0] : `${agencies.length} agencies`;
  const advice =
    counts.error === 0 && counts.opening > 0 && !acceptedOpenings
      ? ['Add --accept-openings once a person responsible for the data has reviewed the openings.']
      : [];
  return [
    ...sections,
    `${whose} against ${against}: ${found.join(', ')}; ${passed ? 'passed' : 'refused'}.`,
    ...advice,
  ].join('\n');
}

// Private:

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: 'Errors to correct:',
  opening: 'Openings for a reviewer to accept:',
  change: 'Other changes to review:',
  note: 'Notes:',
};
