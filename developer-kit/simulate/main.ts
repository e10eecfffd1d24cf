import { runCommand } from '../../shared/cli/run-command';
import { Environment } from '../../shared/config/environment';
import { simulateArguments, USAGE } from './arguments';

void runCommand({
  usage: USAGE,
  // 1 already means that answers change.
  exitCodes: { failure: 2 },
  async run(words) {
    const asked = simulateArguments(words);
    const { simulateCommand } = await import('./command.js');
    return simulateCommand(asked, new Environment(process.env));
  },
});
