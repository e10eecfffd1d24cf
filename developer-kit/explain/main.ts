import { join } from 'node:path';
import { demoToken } from '../../gateway/embedded/identity-provider';
import { dataDirectory } from '../../shared/config/data-directory-setting';
import { Environment } from '../../shared/config/environment';
import { PROJECT } from '../../shared/config/project-root';
import { sourceGraph } from '../compose/source-graph';
import { explainArguments } from './arguments';
import { askAboutChild } from './ask-about-child';
import { explain } from './explain';

const SUBGRAPHS = join(PROJECT, 'subgraphs');

/** `npm run explain`: why a caller is answered about a field as they are. */
async function main(options: readonly string[], environment: Environment): Promise<void> {
  const asked = explainArguments(options);
  const explained = await explain(sourceGraph(SUBGRAPHS), asked, async () => {
    const token = await demoToken(dataDirectory(environment), asked.caller, environment.production);
    return askAboutChild(asked, token);
  });
  process.stdout.write(`${explained}\n`);
}

main(process.argv.slice(2), new Environment(process.env)).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
