import { existsSync } from 'node:fs';
import { UsageError } from '../../shared/cli/command-line';
import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { type CheckArguments, checkArguments, USAGE } from './arguments';
import { changedFiles } from './changed-files';
import { checkProposal } from './check';
import { filesAt, filesIn, type ProjectFiles } from './project-files';
import { agencyFolders, committedState } from './read-proposal';
import { type Report, reportOf, textOf } from './report';
import { loadSqlParser } from './sql/statements';

/** `npm run check`: checks the agencies in the working tree against the committed ones: docs/reference/check.md. */
async function check(given: readonly string[]): Promise<number> {
  try {
    await loadSqlParser();
    const files = filesIn(PROJECT, 'the working tree');
    const after = agencyFolders(files);
    const read = checkArguments(
      given,
      after.map(({ agency }) => agency),
    );
    const report = checked(read, after, files);
    console.log(read.json ? JSON.stringify(report, null, 2) : textOf(report));
    return report.passed ? 0 : 1;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UsageError || !given.includes('--json')) throw error;
    console.log(JSON.stringify({ passed: false, error: message }, null, 2));
    return 1;
  }
}

function checked(
  { agencies, against, acceptOpenings }: CheckArguments,
  after: ReturnType<typeof agencyFolders>,
  files: ProjectFiles,
): Report {
  const committed = existsSync(against) ? filesIn(against) : filesAt(against, PROJECT);
  const all = checkProposal({ before: committedState(committed), after, changed: changedFiles(committed, files) });
  // A finding without an agency concerns all of them.
  const findings = all.filter(
    (finding) =>
      agencies.length === 0 || finding.agencies.length === 0 || finding.agencies.some((one) => agencies.includes(one)),
  );
  const whose = agencies.length === 0 ? after.map(({ agency }) => agency) : agencies;
  return reportOf(findings, { against, agencies: whose, acceptOpenings });
}

void runCommand({ usage: USAGE, run: check });
