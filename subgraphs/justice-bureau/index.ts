import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 司法局: 法律援助、法律援助明细、人民调解. */
export default defineSubgraph({ agency: 'justice-bureau', folder: __dirname, loaders, resolvers, records, seed });
