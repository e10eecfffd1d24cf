import { join } from 'node:path';
import { ErrorList } from '../../shared/cli/error-list';
import { PROJECT } from '../../shared/config/project-root';
import { readAgencyFolders } from './agency-folders';
import { staleness } from './freshness';
import { writeGenerated } from './write-generated';

/**
 * `npm run compose`: what lists the agencies, from their folders; then supergraph and rules, which are composed of them.
 * With --check says whether the committed files are fresh.
 */
async function main(check: boolean): Promise<number> {
  const agencies = foldersOrFaults();
  if (agencies === undefined) return 1;
  const stale = writeGenerated(PROJECT, agencies, check);
  for (const path of stale) {
    if (check) console.error(`error: ${staleness(path, 'compose')}`);
    else console.log(`${path}: ${agencies.length} agencies`);
  }
  if (check && stale.length > 0) return 1;
  // Loaded no earlier: all that it imports knows the agencies of the list that was just written.
  const { composeAll } = await import('./compose.js');
  return composeAll(check);
}

function foldersOrFaults() {
  try {
    return readAgencyFolders(join(PROJECT, 'subgraphs'), PROJECT);
  } catch (error) {
    if (!(error instanceof ErrorList)) throw error;
    for (const fault of error.faults) console.error(`error: ${fault}`);
    return undefined;
  }
}

main(process.argv.includes('--check')).then((code) => {
  process.exitCode = code;
});
