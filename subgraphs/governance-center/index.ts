import { defineSubgraph } from '../../shared/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 综治中心: the index of children, risk, protection assignments, cases, meetings and clues. */
export default defineSubgraph({ agency: 'governance-center', folder: __dirname, loaders, resolvers, records, seed });
