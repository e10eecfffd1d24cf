import { randomUUID } from 'node:crypto';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { LONGEST_OFFICER, notFound, text } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type { ParticipationInput } from '../schema.types';
import { resourceOfReference } from './attributes';
import { lockPart, partOf } from './part';

/** 参与确认: a responsible person of an agency confirms who takes part for it in a case or meeting (未成年人网络保护条例 art. 36). */

const ofReference = ({ input }: { readonly input: ParticipationInput }, context: Context) =>
  resourceOfReference(input, context);

export const participationMutationFinders: ResourceFinders<Context> = {
  'Mutation.confirmParticipation': ofReference,
  'Mutation.withdrawParticipation': ofReference,
};

export const participationMutations = {
  confirmParticipation: mutation(async (work: Work<ParticipationInput>) => {
    const { transaction, caller, now } = work;
    const part = partIn(work);
    if (part.officer === caller.sub) throw failure('SELF_CONFIRMATION', undefined, { argument: 'input.officer' });
    const present = await lockPart(transaction, part);
    if (present !== undefined) return present;
    const participation_id = randomUUID();
    await table(transaction, 'participation').insert({
      participation_id,
      ...part,
      confirmed_by: caller.sub,
      confirmed_at: now,
    });
    return { participation_id };
  }, answerParticipation),

  withdrawParticipation: mutation(async (work: Work<ParticipationInput>) => {
    const { transaction, caller, now } = work;
    const present = await lockPart(transaction, partIn(work));
    if (present === undefined) throw notFound('officer');
    await table(transaction, 'participation').where(present).update({ withdrawn_by: caller.sub, withdrawn_at: now });
    return present;
  }, answerParticipation),
} satisfies Partial<MutationResolvers>;

function answerParticipation({ participation_id }: { readonly participation_id: string }, { load }: Context) {
  return load.participation.load(participation_id);
}

/** An officer of the caller's own agency, in what they take part in. */
const partIn = ({ input, agency }: Work<ParticipationInput>) =>
  partOf(input, agency, text(input.officer, 'officer', LONGEST_OFFICER));
