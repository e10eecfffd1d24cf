import type { preHandlerAsyncHookHandler } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { ConfirmedGrant, ResolveGrant } from './grants';

/**
 * Verifies what a request refers to, and sets the request's access context.
 *
 * @returns a stage that throws ACCESS_REFERENCE_REFUSED or ACCESS_REFERENCE_UNVERIFIED.
 */
export function verifyReference(resolveGrant: ResolveGrant): preHandlerAsyncHookHandler {
  const shared = sharedContexts();
  return async (request) => {
    const { caller, stated } = request;
    if (caller === null || stated === null) throw failure('UNAUTHENTICATED');
    const { purpose, reference, reasonGiven } = stated;
    const asked = { caller, purpose, reference, reasonGiven };
    const confirmed = reference === null ? null : await resolveGrant({ ...asked, grant: null }, request);
    request.approvedBy = confirmed?.confirmedBy ?? null;
    request.access = shared(confirmed ?? caller, { ...asked, grant: confirmed?.grant ?? null });
  };
}

/**
 * Returns the same object for equal contexts, so that caches of decisions and signed contexts can use it as a key. A
 * confirmed grant is that of one caller, purpose and reference; without a reference, a caller's object is that of one
 * token.
 */
function sharedContexts() {
  const known = new WeakMap<Caller | ConfirmedGrant, Map<string, AccessContext>>();
  return (per: Caller | ConfirmedGrant, context: AccessContext): AccessContext => {
    let contexts = known.get(per);
    if (contexts === undefined) {
      contexts = new Map();
      known.set(per, contexts);
    }
    const key = context.reasonGiven ? `${context.purpose} with a reason` : context.purpose;
    let same = contexts.get(key);
    if (same === undefined) {
      same = Object.freeze(context);
      contexts.set(key, same);
    }
    return same;
  };
}
