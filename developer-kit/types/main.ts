import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { typesCommand, USAGE } from './command';

void runCommand({
  usage: USAGE,
  run: (words) => typesCommand(words, { project: PROJECT, tell: console.log, warn: console.error }),
});
