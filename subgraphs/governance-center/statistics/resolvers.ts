import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import type { QueryResolvers } from '../resolvers.types';
import type { QueryProtectionReportArgs } from '../schema.types';
import { protectionReport } from './protection-report';

/** Finds the attributes by which rules decide about statistics. */
export const statisticsFinders: ResourceFinders<Context> = {
  'Query.protectionReport': decidedByArguments(({ region }: QueryProtectionReportArgs) => ({ region })),
};

export const statisticsQueries = {
  protectionReport(_, args, { lists, work, now }) {
    if (work === undefined) throw new Error('This subgraph has no writer role.');
    return protectionReport(lists.db, work, args, now);
  },
} satisfies Partial<QueryResolvers>;
