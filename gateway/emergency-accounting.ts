import type { onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { UseEmergency } from './access/emergency-uses';
import { withhold } from './ledger/withheld-unless-recorded';

/** That there is such a child opens nothing of it: officers of every agency may find one in an emergency, to report it. */
const FINDING: ReadonlySet<string> = new Set(['governance-center.index', 'governance-center.lookup']);

/** Break-glass: whom an answer shows is accounted for, child by child, or it is withheld. */
export function withheldUnlessAccountedFor(use: UseEmergency): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const { access, context, stated } = request;
    if (access?.purpose !== 'EMERGENCY' || context === null) return payload;
    try {
      request.emergencyUses = await use(access, context.looks.answered(FINDING), stated?.reason ?? '', request.id);
      return payload;
    } catch (error) {
      return withhold(request, reply, error as GraphQLError);
    }
  };
}
