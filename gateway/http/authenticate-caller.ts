import type { onRequestAsyncHookHandler } from 'fastify';
import type { CallerLimiter } from '../limits/caller-limiter';
import type { Authenticate } from './authenticate';

/**
 * Reads the bearer token, and counts the request for its caller.
 *
 * @returns a stage that throws UNAUTHENTICATED, IDENTITY_PROVIDER_UNAVAILABLE or RATE_LIMITED.
 */
export function authenticateCaller(
  authenticate: Authenticate,
  callers: Pick<CallerLimiter, 'request'>,
): onRequestAsyncHookHandler {
  return async (request) => {
    request.caller = await authenticate(request.headers.authorization);
    await callers.request(request.caller.sub);
  };
}
