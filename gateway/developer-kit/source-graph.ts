import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isAgency } from '../../shared/agencies';
import { compose, graphTexts } from '../compose';
import type { GraphTexts } from '../graph/graph-texts';

/**
 * Composes the agencies as their folders stand, whether or not what is committed is fresh.
 *
 * @param folder with a folder for each agency: `subgraphs`.
 * @throws with every fault, one line each, as `npm run compose` tells them.
 */
export function sourceGraph(folder: string): GraphTexts {
  const agencies = readdirSync(folder)
    .filter(isAgency)
    .sort()
    .map((agency) => ({ agency, folder: join(folder, agency) }));
  const composed = compose(agencies);
  const texts = graphTexts(composed);
  if (texts === undefined) throw new Error(composed.faults.join('\n'));
  return texts;
}
