import { randomUUID } from 'node:crypto';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildIn } from '../children/attributes';
import { ofChild } from '../children/lock-child';
import type { Context } from '../context';
import { later, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type { SettleDeadlineInput, TrackDeadlineInput } from '../schema.types';

/** 跟踪事项: deadlines of other agencies that the centre has been told of. */

export const deadlineMutationFinders: ResourceFinders<Context> = {
  'Mutation.trackDeadline': ofChild,
  'Mutation.settleDeadline': async ({ input }: { readonly input: SettleDeadlineInput }, context) => {
    const deadline = await byUuid(context.load.trackedDeadline, input.deadline);
    return resourceOfChildIn(deadline, context);
  },
};

export const deadlineMutations = {
  trackDeadline: mutation(async ({ transaction, input, now }: Work<TrackDeadlineInput>) => {
    // The deadline is the end of the day.
    later(`${input.dueOn}T23:59:59+08:00`, now, 'dueOn');
    const deadline_id = randomUUID();
    await table(transaction, 'tracked_deadline').insert({
      deadline_id,
      kind: input.kind,
      child_id: input.child,
      agency: input.agency,
      due_on: input.dueOn,
    });
    return { deadline_id };
  }, answerDeadline),

  settleDeadline: mutation(async ({ transaction, input, now }: Work<SettleDeadlineInput>) => {
    const deadline_id = uuid(input.deadline, 'deadline');
    const deadlines = table(transaction, 'tracked_deadline').where({ deadline_id });
    const deadline = await deadlines.clone().forUpdate().first();
    if (deadline.settled_at !== null) throw failure('ALREADY_SETTLED');
    await deadlines.update({ settled_at: now });
    return { deadline_id };
  }, answerDeadline),
} satisfies Partial<MutationResolvers>;

function answerDeadline({ deadline_id }: { readonly deadline_id: string }, { load }: Context) {
  return load.dueItem.load(deadline_id);
}
