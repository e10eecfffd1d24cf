import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 检察院: legal documents, support of victims and judicial aid. */
export default defineSubgraph({ agency: 'procuratorate', folder: __dirname, loaders, resolvers, records, seed });
