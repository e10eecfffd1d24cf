import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT } from '../../../shared/config/project-root';
import { loadError } from '../load-error';

/**
 * Preloaded into the developed agency's process. Ends that process together with its parent, however the parent ends, and
 * loads the agency first, so that a fault of loading is reported with its place.
 *
 * Arguments: the agency and the parent's process id. The id is passed because the parent could be gone before this code
 * asks for it, and removed because `subgraphs/main.ts` takes the agency only.
 */
const parent = process.argv.pop() ?? '';
const agency = process.argv[2] ?? '';
const LOOK_MILLISECONDS = 250;

// In a thread of its own, because the agency's may be in an endless loop. An orphan gets another parent.
const look = `process.ppid === ${Number(parent)} || process.kill(process.pid, 'SIGKILL')`;
new Worker(`setInterval(() => ${look}, ${LOOK_MILLISECONDS})`, { eval: true, execArgv: [] }).unref();

try {
  require(join(PROJECT, 'subgraphs', agency));
} catch (error) {
  process.stderr.write(`${loadError(error)}\n`);
  process.exit(1);
}
