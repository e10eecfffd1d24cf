import type { onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import { withhold } from '../ledger/audit-hooks';
import { Deadline } from '../request/deadline';
import type { UseBreakGlass } from './break-glass-uses';

/**
 * The existence of a child reveals nothing about it: officers of every agency may find one in an emergency, to report it.
 */
const FINDING: ReadonlySet<string> = new Set(['governance-center.index', 'governance-center.lookup']);

/** In milliseconds, even if an agency has used up the request's own time. */
const ACCOUNTING_TIME = 1_000;

/** Break-glass: every child in an answer is accounted for, or the answer is withheld. */
export function breakGlassHook(use: UseBreakGlass): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const { access, context, stated } = request;
    if (access?.purpose !== 'EMERGENCY' || context === null) return payload;
    try {
      const deadline = new Deadline(Math.max(request.deadline.left, ACCOUNTING_TIME));
      const asking = { id: request.id, deadline };
      request.emergencyUses = await use(access, context.accesses.answered(FINDING), stated?.reason ?? '', asking);
      return payload;
    } catch (error) {
      return withhold(request, reply, error as GraphQLError);
    }
  };
}
