import type { GraphTexts } from '../../gateway/graph/graph-files';
import { agencyFolders, compose, graphTexts } from './compose';

/**
 * Composes the agencies as their folders stand, whether or not what is committed is fresh.
 *
 * @param folder with a folder for each agency: `subgraphs`.
 * @throws with every fault, one line each, as `npm run compose` tells them.
 */
export function sourceGraph(folder: string): GraphTexts {
  const composed = compose(agencyFolders(folder));
  const texts = graphTexts(composed);
  if (texts === undefined) throw new Error(composed.faults.join('\n'));
  return texts;
}
