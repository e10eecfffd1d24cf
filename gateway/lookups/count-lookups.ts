import type { FastifyRequest, onSendAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import type { Clock } from '../../shared/domain/clock';
import { todayInChina } from '../../shared/domain/dates';
import { failure } from '../../shared/protocol/errors';
import type { CallerLimiter, CountedLookups } from '../limits/caller-limiter';
import type { NumberDigest } from '../request/request-lookups';
import { RequestLookups } from '../request/request-lookups';

/** Limits lookups by ID number. */
export interface CountLookups {
  /** Refuses several lookups in one request, and lookups above the caller's limit, before any agency answers one. */
  readonly preHandler: preHandlerAsyncHookHandler;
  /** Stops counting the lookup as missed if it found somebody. */
  readonly onSend: onSendAsyncHookHandler;
}

export interface CountLookupsOptions {
  readonly callers: CallerLimiter;
  readonly digest: NumberDigest;
  /** Decides about lookups beyond the day's limits. @throws LOOKUP_LIMIT, LOOKUPS_UNCONFIRMED */
  readonly confirm: (request: FastifyRequest, counted: CountedLookups) => Promise<void>;
  readonly clock: Clock;
}

export function countLookups({ callers, digest, confirm, clock }: CountLookupsOptions): CountLookups {
  /** The days on which the lookups under way were counted. */
  const underWay = new Map<FastifyRequest, string>();
  return {
    async preHandler(request) {
      const { caller, operation: sent } = request;
      const lookups = sent?.operation?.lookups(sent.variables) ?? [];
      if (caller === null || lookups.length === 0) return;
      if (lookups.length > 1 || lookups.some(({ numbers }) => numbers.length > 1)) {
        throw failure('ONE_LOOKUP_PER_REQUEST');
      }
      const day = todayInChina(clock().getTime());
      await callers.lookup(caller.sub, day, (counted) => confirm(request, counted));
      underWay.set(request, day);
      request.lookups = new RequestLookups(lookups, digest);
    },
    async onSend(request, _reply, payload) {
      const { caller, lookups } = request;
      // `onSend` runs twice for an answer that a later hook replaces.
      const day = underWay.get(request);
      underWay.delete(request);
      if (day !== undefined && caller !== null && lookups?.missed === false) await callers.notMissed(caller.sub, day);
      return payload;
    },
  };
}
