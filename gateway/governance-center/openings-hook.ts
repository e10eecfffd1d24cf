import type { onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Purpose } from '../../shared/domain/purpose';
import type { RecordedOutcome } from '../../shared/protocol/ledger-entry';
import { withhold } from '../ledger/audit-hooks';
import { accountingDeadline } from './accounting-deadline';
import type { AccountForOpenings } from './openings';

/** Purposes for which the children that an officer opens are counted by day. */
const COUNTED: ReadonlySet<Purpose> = new Set<Purpose>(['VISIT', 'WELFARE_SERVICE', 'MANDATORY_REPORT']);

/** Data classes of a list of whom to visit or help: they open nobody yet. */
const LISTING: ReadonlySet<string> = new Set([
  'governance-center.index',
  'governance-center.due',
  'public-security.demographics',
]);

/** Answered in clear, or acted on; or possibly, where nothing may tell whether there was data. Counting tells neither. */
const OPENED: ReadonlySet<RecordedOutcome> = new Set<RecordedOutcome>(['clear', 'written', 'asked']);

/** Numbers per day: accounts for every child whom an answer opens, or withholds the answer. */
export function openingsHook(account: AccountForOpenings): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const { access, context } = request;
    if (access?.grant == null || context === null || !COUNTED.has(access.purpose)) return payload;
    try {
      const children = context.accesses.answered(LISTING, OPENED);
      const asking = { id: request.id, deadline: accountingDeadline(request.deadline) };
      // A mutation has already acted, so its answer is sent even beyond the number.
      await account(access, children, context.operation?.operation.operation !== 'mutation', asking);
      return payload;
    } catch (error) {
      return withhold(request, reply, error as GraphQLError);
    }
  };
}
