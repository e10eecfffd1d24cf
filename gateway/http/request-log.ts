import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Caller } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import { codeOf } from '../../shared/protocol/http-errors';
import type { ActiveGraph } from '../graph/active-graph';
import type { Deadline } from '../request/deadline';
import type { RequestContext } from '../request/request-context';
import type { RequestLookups } from '../request/request-lookups';
import { TokenRefused } from './authentication/token-refused';
import { peerAddress } from './peer-address';
import type { StatedPurpose } from './purpose';

declare module 'fastify' {
  interface FastifyRequest {
    /** The IP address that it came from, as far as named proxies tell; null where they tell something else. */
    peer: string | null;
    /** Of a request to /graphql, once all of it is there. */
    deadline: Deadline;
    caller: Caller | null;
    stated: StatedPurpose | null;
    /** All of it, once the reference is verified. */
    access: AccessContext | null;
    /** Who has confirmed that the caller takes part in what the reference names; null where there is none. */
    approvedBy: string | null;
    /** Break-glass: the uses that it is accounted for by. */
    emergencyUses: readonly string[];
    /** What it is answered by, from when all of it is there to its end. */
    graph: ActiveGraph | null;
    /** Lets the next large operation begin, where this is one. */
    endOperation: (() => void) | null;
    /** What it looks up by ID number; null where nothing is. */
    lookups: RequestLookups | null;
    /** What the engine knows of the operation, once it runs. */
    context: RequestContext | null;
    /** Codes of the errors in the answer, each once. */
    errorCodes: readonly string[];
    /** Why its token was refused; null where it was not. */
    tokenRefused: TokenRefused | null;
    /** One of many that were turned away alike: they are counted, and have one line together. */
    unlogged: boolean;
  }
}

/** A request id is made here and never taken from the client, whose headers could hold anything. */
export const newRequestId = (): string => randomUUID();

/**
 * One line per request, but for floods of requests that are turned away: from where, who, why, how it ended. Routes instead of URLs, codes instead of messages, and neither operation
 * nor variables: those may hold values of a record.
 */
export function logRequests(app: FastifyInstance, log: Logger): void {
  app.decorateRequest('peer', null);
  app.decorateRequest('deadline');
  app.decorateRequest('caller', null);
  app.decorateRequest('stated', null);
  app.decorateRequest('access', null);
  app.decorateRequest('approvedBy', null);
  app.decorateRequest('emergencyUses');
  app.decorateRequest('graph', null);
  app.decorateRequest('endOperation', null);
  app.decorateRequest('lookups', null);
  app.decorateRequest('context', null);
  app.decorateRequest('errorCodes');
  app.decorateRequest('tokenRefused', null);
  app.decorateRequest('unlogged', false);
  app.addHook('onRequest', async (request, reply) => {
    request.peer = peerAddress(request.ip);
    request.errorCodes = [];
    request.emergencyUses = [];
    reply.header('x-request-id', request.id);
  });
  app.addHook('onError', async (request, _reply, error) => {
    request.errorCodes = [codeOf(error)];
    if (error instanceof TokenRefused) request.tokenRefused = error;
  });
  app.addHook('onResponse', async (request, reply) => {
    if (request.unlogged) return;
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
