import { UsageError } from '../../shared/cli/command-line';
import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { todayInChina } from '../../shared/domain/dates';
import { checkArguments, USAGE } from './arguments';
import { filesIn } from './project-files';
import { agencyFolders } from './read-proposal';
import { textOf } from './report';
import { runCheck } from './run-check';
import { loadSqlParser } from './sql/statements';

/** `npm run check`: checks the agencies in the working tree against their base: docs/reference/check.md. */
async function check(given: readonly string[]): Promise<number> {
  try {
    await loadSqlParser();
    const agencies = agencyFolders(filesIn(PROJECT, 'the working tree')).map(({ agency }) => agency);
    const read = checkArguments(given, agencies);
    const report = runCheck(PROJECT, read, todayInChina());
    console.log(read.json ? JSON.stringify(report, null, 2) : textOf(report));
    return report.passed ? 0 : 1;
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UsageError || !given.includes('--json')) throw error;
    console.log(JSON.stringify({ passed: false, error: message }, null, 2));
    return 1;
  }
}

void runCommand({ usage: USAGE, run: check });
