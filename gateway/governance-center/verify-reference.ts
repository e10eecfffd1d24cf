import type { preHandlerAsyncHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { ResolveGrant } from './grants';

/**
 * Verifies the case or meeting that a request refers to, and settles who asks and why.
 *
 * @returns a stage that throws ACCESS_REFERENCE_REFUSED or ACCESS_REFERENCE_UNVERIFIED.
 */
export function verifyReference(resolveGrant: ResolveGrant): preHandlerAsyncHookHandler {
  return async (request) => {
    const { caller, stated } = request;
    if (caller === null || stated === null) throw failure('UNAUTHENTICATED');
    const { purpose, reference, reasonGiven } = stated;
    const asked = { caller, purpose, reference, reasonGiven };
    const confirmed = reference === null ? null : await resolveGrant({ ...asked, grant: null }, request);
    request.approvedBy = confirmed?.confirmedBy ?? null;
    request.access = Object.freeze({ ...asked, grant: confirmed?.grant ?? null });
  };
}
