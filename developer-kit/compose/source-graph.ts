import type { GraphFiles } from '../../gateway/graph/graph-files';
import { agencyFolders, compose, graphFiles } from './compose';

/**
 * Composes the agencies from their folders, whether or not the committed files are fresh.
 *
 * @param folder `subgraphs`, with one folder per agency.
 * @throws with every fault, one line each, as in `npm run compose`.
 */
export function sourceGraph(folder: string): GraphFiles {
  const composed = compose(agencyFolders(folder));
  const texts = graphFiles(composed);
  if (texts === undefined) throw new Error(composed.faults.join('\n'));
  return texts;
}
