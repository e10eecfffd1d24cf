import type { FastifyRequest } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { CountedLookups } from '../limits/caller-limiter';
import type { ConfirmLookups } from './lookups';

/** Asks for the request's caller, before the reference is verified: what a caller may look up does not depend on it. */
export function confirmLookups(confirm: ConfirmLookups) {
  return async (request: FastifyRequest, counted: CountedLookups): Promise<void> => {
    const { caller, stated } = request;
    if (caller === null || stated === null) throw failure('UNAUTHENTICATED');
    const { purpose, reasonGiven } = stated;
    await confirm({ caller, purpose, reference: null, reasonGiven, grant: null }, counted, request);
  };
}
