import { join } from 'node:path';
import { sourceGraph } from '../source-graph';
import { explainArguments } from './arguments';
import { explain } from './explain';

/** `npm run explain`: why a caller is answered about a field as they are. */
async function main(options: readonly string[]): Promise<void> {
  const asked = explainArguments(options);
  const texts = sourceGraph(join(__dirname, '../../../subgraphs'));
  process.stdout.write(`${await explain(texts, asked)}\n`);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});
