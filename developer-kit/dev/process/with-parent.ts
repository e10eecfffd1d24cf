import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { PROJECT } from '../../../shared/config/project-root';
import { loadError } from '../load-error';

/**
 * Loaded into the developed agency's process before its entry. Ends it with the process that started it, however that
 * ends, and loads the agency first, so that what does not load is told with its place.
 *
 * Arguments: the agency, and the process that started it. Asked for here, that could be gone already.
 */
const [agency = '', parent = ''] = process.argv.slice(2);
const LOOK_MILLISECONDS = 250;

// In a thread of its own: the agency's may be in a loop that never ends. An orphan has another parent.
const look = `process.ppid === ${Number(parent)} || process.kill(process.pid, 'SIGKILL')`;
new Worker(`setInterval(() => ${look}, ${LOOK_MILLISECONDS})`, { eval: true, execArgv: [] }).unref();

try {
  require(join(PROJECT, 'subgraphs', agency));
} catch (error) {
  process.stderr.write(`${loadError(error)}\n`);
  process.exit(1);
}
