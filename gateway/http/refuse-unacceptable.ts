import type { onRequestHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import { responseType } from '../../shared/protocol/response-type';

/**
 * Refuses a request whose `Accept` header allows no media type of GraphQL responses: NOT_ACCEPTABLE (RFC 9110, section
 * 12.5.1).
 */
export const refuseUnacceptable: onRequestHookHandler = ({ headers }, _reply, done) => {
  done(responseType(headers.accept) === undefined ? failure('NOT_ACCEPTABLE') : undefined);
};
