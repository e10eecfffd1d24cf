import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT } from '../../../shared/config/project-root';
import { loadError } from '../load-error';

/**
 * Preloaded into the developed agency's process. Kills that process when its parent ends, however the parent ends, and
 * loads the agency first to report a load error with file and line.
 *
 * Arguments: the agency and the parent's process id. The id is passed because the parent may have ended before this
 * code could read it, and is removed because `subgraphs/main.ts` accepts only the agency.
 */
const parent = process.argv.pop() ?? '';
const agency = process.argv[2] ?? '';
const LOOK_MILLISECONDS = 250;

// In a thread of its own, because the agency's thread may be in an endless loop. An orphan has another parent id.
const look = `process.ppid === ${Number(parent)} || process.kill(process.pid, 'SIGKILL')`;
new Worker(`setInterval(() => ${look}, ${LOOK_MILLISECONDS})`, { eval: true, execArgv: [] }).unref();

try {
  require(join(PROJECT, 'subgraphs', agency));
} catch (error) {
  process.stderr.write(`${loadError(error)}\n`);
  process.exit(1);
}
