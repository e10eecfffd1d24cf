import type { SubgraphContext } from '../../shared/subgraph/subgraph-definition';
import type { Loaders } from './data';
import type { Settings } from './settings';

/** What the resolvers of the governance centre get. */
export type Context = SubgraphContext<Loaders, Settings>;
