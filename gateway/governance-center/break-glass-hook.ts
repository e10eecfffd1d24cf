import type { onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import { withhold } from '../ledger/audit-hooks';
import { accountingDeadline } from './accounting-deadline';
import type { UseBreakGlass } from './break-glass-uses';

/**
 * Data classes whose answer only tells that a child exists: officers of every agency may find a child in an emergency,
 * to report it, and need not account for that.
 */
const FINDING: ReadonlySet<string> = new Set(['governance-center.index', 'governance-center.lookup']);

/** Break-glass: accounts for every child in an emergency answer, or withholds the answer. */
export function breakGlassHook(use: UseBreakGlass): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const { access, context, stated } = request;
    if (access?.purpose !== 'EMERGENCY' || context === null) return payload;
    try {
      const asking = { id: request.id, deadline: accountingDeadline(request.deadline) };
      request.emergencyUses = await use(access, context.accesses.answered(FINDING), stated?.reason ?? '', asking);
      return payload;
    } catch (error) {
      return withhold(request, reply, error as GraphQLError);
    }
  };
}
