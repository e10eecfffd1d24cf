import type { preHandlerAsyncHookHandler } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { Purpose } from '../../shared/domain/purpose';
import type { AccessContext } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { ResolveGrant } from './grants';

/**
 * Verifies what a request refers to, and sets the request's access context.
 *
 * @returns a stage that throws ACCESS_REFERENCE_REFUSED or ACCESS_REFERENCE_UNVERIFIED.
 */
export function verifyReference(resolveGrant: ResolveGrant): preHandlerAsyncHookHandler {
  const withoutReference = contextsWithoutReference();
  return async (request) => {
    const { caller, stated } = request;
    if (caller === null || stated === null) throw failure('UNAUTHENTICATED');
    const { purpose, reference, reasonGiven } = stated;
    if (reference === null) {
      request.access = withoutReference(caller, purpose, reasonGiven);
      return;
    }
    const asked = { caller, purpose, reference, reasonGiven };
    const confirmed = await resolveGrant({ ...asked, grant: null }, request);
    request.approvedBy = confirmed?.confirmedBy ?? null;
    request.access = Object.freeze({ ...asked, grant: confirmed?.grant ?? null });
  };
}

/**
 * Returns the same object for the same token, purpose and reason, so that caches of decisions and signed contexts can
 * use it as a key.
 */
function contextsWithoutReference() {
  const ofCaller = new WeakMap<Caller, Map<string, AccessContext>>();
  return (caller: Caller, purpose: Purpose, reasonGiven: boolean): AccessContext => {
    let known = ofCaller.get(caller);
    if (known === undefined) {
      known = new Map();
      ofCaller.set(caller, known);
    }
    const key = reasonGiven ? `${purpose} with a reason` : purpose;
    let access = known.get(key);
    if (access === undefined) {
      access = Object.freeze({ caller, purpose, reference: null, reasonGiven, grant: null });
      known.set(key, access);
    }
    return access;
  };
}
