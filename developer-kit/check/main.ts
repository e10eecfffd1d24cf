import { existsSync } from 'node:fs';
import { PROJECT } from '../../shared/config/project-root';
import { type CheckArguments, checkArguments } from './arguments';
import { checkProposal } from './check';
import { filesAt, filesIn } from './project-files';
import { agencyFolders, committedState } from './read-proposal';
import { type Report, reportOf, textOf } from './report';

/** Checks the working tree's agencies against what is committed: docs/reference/check.md. */
function main(given: readonly string[]): number {
  try {
    const files = filesIn(PROJECT, 'the working tree');
    const after = agencyFolders(files);
    const read = checkArguments(
      given,
      after.map(({ agency }) => agency),
    );
    const report = checked(read, after);
    console.log(read.json ? JSON.stringify(report, null, 2) : textOf(report));
    return report.passed ? 0 : 1;
  } catch (error) {
    const { message } = error as Error;
    if (given.includes('--json')) console.log(JSON.stringify({ passed: false, error: message }, null, 2));
    else console.error(`error: ${message}`);
    return 1;
  }
}

function checked(
  { agencies, against, acceptOpenings }: CheckArguments,
  after: ReturnType<typeof agencyFolders>,
): Report {
  const before = committedState(existsSync(against) ? filesIn(against) : filesAt(against, PROJECT));
  const all = checkProposal({ before, after });
  // What has no agency of its own concerns all of them.
  const findings = all.filter(
    (finding) =>
      agencies.length === 0 || finding.agencies.length === 0 || finding.agencies.some((one) => agencies.includes(one)),
  );
  const whose = agencies.length === 0 ? after.map(({ agency }) => agency) : agencies;
  return reportOf(findings, { against, agencies: whose, acceptOpenings });
}

process.exitCode = main(process.argv.slice(2));
