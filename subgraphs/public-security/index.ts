import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 公安: identity, household, incidents, warnings and alerts. */
export default defineSubgraph({ agency: 'public-security', folder: __dirname, loaders, resolvers, records, seed });
