import type { Agency } from '../../shared/domain/agencies';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import type { RunningSubgraph } from '../../shared/subgraph/start-subgraph';

type Handle = Subgraph['handle'];

/** Wraps the handler of an agency. @returns a function that removes the wrapper. */
export function wrapAgency(
  { subgraphs }: { readonly subgraphs: ReadonlyMap<Agency, RunningSubgraph> },
  agency: Agency,
  wrap: (handle: Handle) => Handle,
): () => void {
  const subgraph = subgraphs.get(agency)?.subgraph;
  if (subgraph === undefined) throw new Error(`There is no subgraph of ${agency}.`);
  const { handle } = subgraph;
  Object.assign(subgraph, { handle: wrap(handle) });
  return () => void Object.assign(subgraph, { handle });
}
