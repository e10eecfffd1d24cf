import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failure } from '../../shared/protocol/errors';

/**
 * Takes bodies as JSON in UTF-8 and nothing else (RFC 8259, section 8.1): what is no UTF-8 would otherwise reach agencies with
 * other characters in its place.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (isUtf8(body)) parse(request, body.toString('utf8'), done);
    else done(failure('BAD_REQUEST'));
  });
}

/** A compressed body is refused before it is read (RFC 9110, section 15.5.16): written out, it could have any size. */
export async function refuseCompressed({ headers }: FastifyRequest, reply: FastifyReply): Promise<void> {
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() === 'identity') return;
  reply.header('accept-encoding', 'identity');
  throw failure('UNSUPPORTED_MEDIA_TYPE');
}
