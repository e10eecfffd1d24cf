import type { SubgraphContext } from '../../shared/subgraph/subgraph-definition';
import type { Loaders } from './data';
import type { Settings } from './settings';

/** The context of the governance centre's resolvers. */
export type Context = SubgraphContext<Loaders, Settings>;
