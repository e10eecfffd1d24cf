import { join } from 'node:path';
import { readCommandLine } from '../../shared/cli/command-line';
import { runCommand } from '../../shared/cli/run-command';
import { PROJECT } from '../../shared/config/project-root';
import { readAgencyFolders } from './agency-folders';
import { staleness } from './freshness';
import { writeGenerated } from './write-generated';

const USAGE = `Usage: npm run compose -- [--check]

  --check  writes nothing, and fails if a committed file is stale`;

/**
 * `npm run compose`: writes the files that list the agencies, then supergraph and rules.
 * With --check compares them with the committed ones.
 */
async function compose(words: readonly string[]): Promise<number> {
  const { check = false } = readCommandLine(USAGE, words, { options: { check: { type: 'boolean' } } }).values;
  const agencies = readAgencyFolders(join(PROJECT, 'subgraphs'), PROJECT);
  const stale = writeGenerated(PROJECT, agencies, check);
  for (const path of stale) {
    if (check) console.error(`error: ${staleness(path, 'compose')}`);
    else console.log(`${path}: ${agencies.length} agencies`);
  }
  if (check && stale.length > 0) return 1;
  // Imported only after the list of agencies is written, because its modules read that list when they load.
  const { composeAll } = await import('./compose.js');
  return composeAll(check);
}

void runCommand({ usage: USAGE, run: compose });
