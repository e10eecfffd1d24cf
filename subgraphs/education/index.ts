import { defineSubgraph } from '../../shared/subgraph/subgraph-definition';
import { loaders } from './data';
import { records, resolvers } from './resolvers';
import { seed } from './seed';

/** 教育: enrolment, attendance, alerts, bullying, screening and plans. */
export default defineSubgraph({ agency: 'education', folder: __dirname, loaders, resolvers, records, seed });
