import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 妇联: complaints, safety orders, guidance and companionship. */
export default defineSubgraph({ agency: 'womens-federation', folder: __dirname, loaders, resolvers, records, seed });
