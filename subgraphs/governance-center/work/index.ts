import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import type { Resolvers } from '../resolvers.types';
import { caseMutations, caseRecords } from './cases';
import { clueMutations, clueRecords } from './clues';
import { deadlineMutations, deadlineRecords } from './deadlines';
import { emergencyMutations, emergencyRecords } from './emergency';
import { meetingMutations, meetingRecords } from './meetings';
import { participationMutations, participationRecords } from './participation';
import { protectionMutations, protectionRecords } from './protection';
import { riskMutations, riskRecords } from './risk';
import { taskMutations, taskRecords } from './tasks';

/** All that can be done, and what each of it is decided by. */
export const mutations: Resolvers['Mutation'] = {
  ...clueMutations,
  ...riskMutations,
  ...caseMutations,
  ...taskMutations,
  ...meetingMutations,
  ...protectionMutations,
  ...deadlineMutations,
  ...emergencyMutations,
  ...participationMutations,
};

export const mutationRecords: ResourceFinders<Context> = {
  ...clueRecords,
  ...riskRecords,
  ...caseRecords,
  ...taskRecords,
  ...meetingRecords,
  ...protectionRecords,
  ...deadlineRecords,
  ...emergencyRecords,
  ...participationRecords,
};
