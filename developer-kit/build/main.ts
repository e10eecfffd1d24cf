import { readCommandLine } from '../../shared/cli/command-line';
import { runCommand } from '../../shared/cli/run-command';
import { build } from './build';

const USAGE = `Usage: npm run build

Compiles the product to dist/, which npm run serve:gateway and serve:subgraph run.`;

void runCommand({
  usage: USAGE,
  async run(words) {
    readCommandLine(USAGE, words, { options: {} });
    await build();
  },
});
