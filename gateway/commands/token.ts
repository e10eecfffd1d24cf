import { readCommandLine, UsageError } from '../../shared/cli/command-line';
import type { Command } from '../../shared/cli/run-command';
import { dataDirectory } from '../../shared/config/data-directory-setting';
import type { Environment } from '../../shared/config/environment';
import { DEMO_CALLERS } from '../embedded/demo-callers';
import { demoToken } from '../embedded/identity-provider';

const USAGE = `Usage: npm run -s token -- --as <caller>, where <caller> is one of
  ${DEMO_CALLERS.map(({ sub }) => sub).join('\n  ')}`;

/** `npm run -s token`: prints a token for a demo caller, and nothing else. */
export const token = (environment: Environment): Command => ({
  usage: USAGE,
  failure: 'Not done',
  async run(words) {
    const { as } = readCommandLine(USAGE, words, { options: { as: { type: 'string' } } }).values;
    const caller = DEMO_CALLERS.find(({ sub }) => sub === as);
    if (caller === undefined)
      throw new UsageError(as === undefined ? '--as is missing.' : `There is no caller "${as}".`, USAGE);
    process.stdout.write(`${await demoToken(dataDirectory(environment), caller, environment.production)}\n`);
  },
});
