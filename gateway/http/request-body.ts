import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';

/**
 * Accepts bodies only as JSON in UTF-8 (RFC 8259, section 8.1): in any other encoding, agencies would receive
 * replacement characters.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) parse(request, body.toString('utf8'), done);
    else done(failure('BAD_REQUEST'));
  });
}

/**
 * Refuses a compressed body before it is read, with UNSUPPORTED_MEDIA_TYPE (RFC 9110, section 15.5.16): decompressed,
 * it could have any size.
 */
export const refuseCompressed: onRequestHookHandler = ({ headers }, reply, done) => {
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity') return done();
  reply.header('accept-encoding', 'identity');
  done(failure('UNSUPPORTED_MEDIA_TYPE'));
};
