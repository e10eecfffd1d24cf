import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 民政: welfare, guardianship, benefits and visits. */
export default defineSubgraph({ agency: 'civil-affairs', folder: __dirname, loaders, resolvers, records, seed });
