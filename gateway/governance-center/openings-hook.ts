import type { onSendAsyncHookHandler } from 'fastify';
import type { GraphQLError } from 'graphql';
import type { Purpose } from '../../shared/domain/purpose';
import type { RecordedOutcome } from '../../shared/protocol/ledger-entry';
import { withhold } from '../ledger/audit-hooks';
import { accountingDeadline } from './accounting-deadline';
import type { AccountForOpenings } from './openings';

/** Purposes whose references cover many children, of whom an officer opens so many a day. */
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
      // What a mutation has done is answered, whatever the number.
      await account(access, children, context.operation?.operation.operation !== 'mutation', asking);
      return payload;
    } catch (error) {
      return withhold(request, reply, error as GraphQLError);
    }
  };
}
