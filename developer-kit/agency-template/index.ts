import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 示例局: 示例各类. */
export default defineSubgraph({ agency: 'education', folder: __dirname, loaders, resolvers, records, seed });
