import { join } from 'node:path';
import { demoToken } from '../../gateway/embedded/identity-provider';
import { runCommand } from '../../shared/cli/run-command';
import { dataDirectory } from '../../shared/config/data-directory-setting';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { sourceGraph } from '../compose/source-graph';
import { explainArguments, USAGE } from './arguments';
import { askAboutChild } from './ask-about-child';
import { explain } from './explain';

const SUBGRAPHS = join(PROJECT, 'subgraphs');

/** `npm run explain`: explains what a caller sees of a field, and by which rules. */
async function explainField(words: readonly string[]): Promise<void> {
  const asked = explainArguments(words);
  const environment = new Environment(process.env);
  const explained = await explain(sourceGraph(SUBGRAPHS), asked, async () => {
    const token = await demoToken(dataDirectory(environment), asked.caller, environment.production);
    return askAboutChild(asked, token);
  });
  process.stdout.write(`${explained}\n`);
}

void runCommand({ usage: USAGE, run: explainField });
