import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { caseMutations, caseRecords } from '../cases/mutations';
import { taskMutations, taskRecords } from '../cases/task-mutations';
import { clueMutations, clueRecords } from '../clues/mutations';
import type { Context } from '../context';
import { deadlineMutations, deadlineRecords } from '../due-items/mutations';
import { emergencyMutations, emergencyRecords } from '../emergency/mutations';
import { meetingMutations, meetingRecords } from '../meetings/mutations';
import { participationMutations, participationRecords } from '../participation/mutations';
import { protectionMutations, protectionRecords } from '../protection/mutations';
import type { Resolvers } from '../resolvers.types';
import { riskMutations, riskRecords } from '../risk/mutations';

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
