import type { ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import { accessFinders, accessQueries, accessTypes } from './access-log/resolvers';
import { assessmentMutationFinders, assessmentMutations } from './assessments/mutations';
import { assessmentTypes } from './assessments/resolvers';
import { amendmentMutationFinders, amendmentMutations } from './cases/amendment-mutations';
import { handOverMutationFinders, handOverMutations } from './cases/hand-over-mutations';
import { caseMutationFinders, caseMutations } from './cases/mutations';
import { caseFinders, caseOfChild, caseQueries, caseTypes } from './cases/resolvers';
import { taskAmendmentMutationFinders, taskAmendmentMutations } from './cases/task-amendment-mutations';
import { taskMutationFinders, taskMutations } from './cases/task-mutations';
import { childFields, childFinders, childQueries } from './children/resolvers';
import { clueMutationFinders, clueMutations } from './clues/mutations';
import { clueFinders, clueQueries, clueTypes } from './clues/resolvers';
import type { Context } from './context';
import { deadlineMutationFinders, deadlineMutations } from './due-items/mutations';
import { dueItemFinders, dueItemQueries, dueItemTypes } from './due-items/resolvers';
import { dutyMutationFinders, dutyMutations } from './duties/mutations';
import { dutyFinders, dutyQueries, dutyTypes } from './duties/resolvers';
import { emergencyMutationFinders, emergencyMutations } from './emergency/mutations';
import { emergencyFinders, emergencyQueries, emergencyTypes } from './emergency/resolvers';
import { docketMutationFinders, docketMutations } from './meetings/docket-mutations';
import { meetingMutationFinders, meetingMutations } from './meetings/mutations';
import { meetingFinders, meetingQueries, meetingTypes } from './meetings/resolvers';
import { misconductSupportMutationFinders, misconductSupportMutations } from './misconduct-support/mutations';
import {
  misconductSupportFinders,
  misconductSupportOfChild,
  misconductSupportTypes,
} from './misconduct-support/resolvers';
import { openingMutationFinders, openingMutations } from './openings/mutations';
import { openingFinders, openingQueries, openingTypes } from './openings/resolvers';
import { participationMutationFinders, participationMutations } from './participation/mutations';
import { participationFinders, participationQueries, participationTypes } from './participation/resolvers';
import { protectionMutationFinders, protectionMutations } from './protection/mutations';
import { protectionFinders, protectionOfChild, protectionTypes } from './protection/resolvers';
import type { Resolvers } from './resolvers.types';
import { riskMutationFinders, riskMutations } from './risk/mutations';
import { riskFinders, riskOfChild, riskTypes } from './risk/resolvers';
import { statisticsFinders, statisticsQueries } from './statistics/resolvers';
import { villageNoticeMutationFinders, villageNoticeMutations } from './village-notices/mutations';
import { villageNoticeFinders, villageNoticesOfChild, villageNoticeTypes } from './village-notices/resolvers';
import { worklistMutationFinders, worklistMutations } from './worklists/mutations';
import { worklistFinders, worklistQueries, worklistTypes } from './worklists/resolvers';

export const records: ResourceFinders<Context> = {
  ...childFinders,
  ...riskFinders,
  ...protectionFinders,
  ...misconductSupportFinders,
  ...villageNoticeFinders,
  ...caseFinders,
  ...meetingFinders,
  ...clueFinders,
  ...participationFinders,
  ...dutyFinders,
  ...openingFinders,
  ...dueItemFinders,
  ...emergencyFinders,
  ...statisticsFinders,
  ...accessFinders,
  ...worklistFinders,
  ...clueMutationFinders,
  ...riskMutationFinders,
  ...caseMutationFinders,
  ...amendmentMutationFinders,
  ...handOverMutationFinders,
  ...taskMutationFinders,
  ...taskAmendmentMutationFinders,
  ...meetingMutationFinders,
  ...docketMutationFinders,
  ...protectionMutationFinders,
  ...misconductSupportMutationFinders,
  ...villageNoticeMutationFinders,
  ...deadlineMutationFinders,
  ...emergencyMutationFinders,
  ...participationMutationFinders,
  ...worklistMutationFinders,
  ...dutyMutationFinders,
  ...assessmentMutationFinders,
  ...openingMutationFinders,
};

export const resolvers: Resolvers = {
  Query: {
    ...childQueries,
    ...caseQueries,
    ...meetingQueries,
    ...clueQueries,
    ...participationQueries,
    ...dutyQueries,
    ...openingQueries,
    ...dueItemQueries,
    ...emergencyQueries,
    ...statisticsQueries,
    ...accessQueries,
    ...worklistQueries,
  },
  Mutation: {
    ...clueMutations,
    ...riskMutations,
    ...caseMutations,
    ...amendmentMutations,
    ...handOverMutations,
    ...taskMutations,
    ...taskAmendmentMutations,
    ...meetingMutations,
    ...docketMutations,
    ...protectionMutations,
    ...misconductSupportMutations,
    ...villageNoticeMutations,
    ...deadlineMutations,
    ...emergencyMutations,
    ...participationMutations,
    ...worklistMutations,
    ...dutyMutations,
    ...assessmentMutations,
    ...openingMutations,
  },
  Child: {
    ...childFields,
    ...riskOfChild,
    ...protectionOfChild,
    ...misconductSupportOfChild,
    ...villageNoticesOfChild,
    ...caseOfChild,
  },
  ...riskTypes,
  ...protectionTypes,
  ...misconductSupportTypes,
  ...villageNoticeTypes,
  ...caseTypes,
  ...meetingTypes,
  ...clueTypes,
  ...participationTypes,
  ...dutyTypes,
  ...assessmentTypes,
  ...openingTypes,
  ...dueItemTypes,
  ...emergencyTypes,
  ...accessTypes,
  ...worklistTypes,
};
