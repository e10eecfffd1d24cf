import type { FastifyRequest, onSendAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { CallerLimiter } from '../limits/caller-limiter';
import type { NumberDigest } from '../request/request-lookups';
import { RequestLookups } from '../request/request-lookups';

/** Limits lookups by ID number. */
export interface CountLookups {
  /** Refuses several lookups in one request, and lookups above the caller's limit, before any agency is asked. */
  readonly preHandler: preHandlerAsyncHookHandler;
  /** Stops counting the lookup as missed if it found somebody. */
  readonly onSend: onSendAsyncHookHandler;
}

export function countLookups(callers: CallerLimiter, digest: NumberDigest): CountLookups {
  const underWay = new Set<FastifyRequest>();
  return {
    async preHandler(request) {
      const { caller, operation: sent } = request;
      const lookups = sent?.operation?.lookups(sent.variables) ?? [];
      if (caller === null || lookups.length === 0) return;
      if (lookups.length > 1 || lookups.some(({ numbers }) => numbers.length > 1)) {
        throw failure('ONE_LOOKUP_PER_REQUEST');
      }
      await callers.lookup(caller.sub);
      underWay.add(request);
      request.lookups = new RequestLookups(lookups, digest);
    },
    async onSend(request, _reply, payload) {
      const { caller, lookups } = request;
      // `onSend` runs twice for an answer that a later hook replaces.
      if (underWay.delete(request) && caller !== null && lookups?.missed === false) await callers.notMissed(caller.sub);
      return payload;
    },
  };
}
