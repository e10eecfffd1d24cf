import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { codeOf } from '../../shared/protocol/http-errors';
import { TokenRefused } from '../request/token-refused';
import { peerAddress } from './peer-address';

/** Request ids are never taken from the client, whose headers could contain anything. */
export const newRequestId = (): string => randomUUID();

/**
 * Logs one line per request: where from, who, for which purpose, and how it ended. Names routes instead of URLs, codes
 * instead of messages, and neither operation nor variables, which may contain values of a record. Leaves out requests
 * marked `unlogged`, of which a flood may come.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.addHook('onRequest', async (request, reply) => {
    request.peer = peerAddress(request.ip);
    reply.header('x-request-id', request.id);
  });
  app.addHook('onError', async (request, _reply, error) => {
    request.errorCodes = [codeOf(error)];
    if (error instanceof TokenRefused) request.tokenRefused = error;
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.unlogged || !log.isLevelEnabled('info')) return;
    log.info(
      {
        requestId: request.id,
        peer: request.peer,
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        ...whoAndWhy(request),
        ...(request.errorCodes.length > 0 && { codes: request.errorCodes }),
        ...(request.tokenRefused && whyRefused(request.tokenRefused)),
      },
      'request',
    );
  });
}

function whoAndWhy({ caller, stated }: FastifyRequest): Record<string, unknown> {
  return {
    ...(caller && { caller: caller.sub, agency: caller.agency }),
    ...(stated && { purpose: stated.purpose }),
  };
}

function whyRefused({ reason, claims }: TokenRefused): Record<string, unknown> {
  return { token: reason, ...(claims.length > 0 && { claims }) };
}
