import type { GraphFiles } from '../../gateway/graph/graph-files';
import { agencyFolders, compose, graphFiles } from './compose';

/**
 * Composes the agencies as their folders stand, whether or not what is committed is fresh.
 *
 * @param folder with a folder for each agency: `subgraphs`.
 * @throws with every fault, one line each, as `npm run compose` tells them.
 */
export function sourceGraph(folder: string): GraphFiles {
  const composed = compose(agencyFolders(folder));
  const texts = graphFiles(composed);
  if (texts === undefined) throw new Error(composed.faults.join('\n'));
  return texts;
}
