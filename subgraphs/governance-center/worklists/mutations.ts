import { randomUUID } from 'node:crypto';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { resourceOfReference } from '../participation/attributes';
import { confirmedBy } from '../participation/confirmation';
import { lockPart, partOf } from '../participation/part';
import type { MutationResolvers } from '../resolvers.types';
import type { RequestParticipationInput } from '../schema.types';

/** 申请参与: officers ask for their own parts, which a responsible person of their agency confirms or does not. */

export const worklistMutationFinders: ResourceFinders<Context> = {
  'Mutation.requestParticipation': ({ input }: { readonly input: RequestParticipationInput }, context) =>
    resourceOfReference(input, context),
};

export const worklistMutations = {
  requestParticipation: mutation(
    async ({ transaction, input, caller, agency, now, context }: Work<RequestParticipationInput>) => {
      const part = partOf(input, agency, caller.sub);
      const present = await lockPart(transaction, part);
      if (present !== undefined || (await confirmedBy(input, context)) !== null) throw failure('ALREADY_SETTLED');
      const request_id = randomUUID();
      await table(transaction, 'participation_request').insert({ request_id, ...part, requested_at: now });
      return { request_id };
    },
    ({ request_id }, { load }) => load.participationRequest.load(request_id),
  ),
} satisfies Partial<MutationResolvers>;
