import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { Deadline } from './deadline';
import type { SentOperation } from './prepared-document';
import type { RequestContext } from './request-context';
import type { RequestLookups } from './request-lookups';
import type { StatedPurpose } from './stated-purpose';
import type { TokenRefused } from './token-refused';

/** The state of a request, in the order in which its stages fill it in: see `stages` in gateway.ts. */
declare module 'fastify' {
  interface FastifyRequest {
    /** The IP address of the client, as far as named proxies tell; null where they tell something else. */
    peer: string | null;
    caller: Caller | null;
    /** Why its token was refused; null for an accepted one. */
    tokenRefused: TokenRefused | null;
    stated: StatedPurpose | null;
    /** Until when agencies may answer; set once the whole request has arrived. */
    deadline: Deadline;
    /** The operation that it sends; null where the body has none, which Apollo Server refuses. */
    operation: SentOperation | null;
    /** Ends its turn among large operations; null for a small one. */
    endOperation: (() => void) | null;
    /** What it looks up by ID number; null for nothing. */
    lookups: RequestLookups | null;
    /** Who confirmed that the caller takes part in the case or meeting; null without a reference. */
    approvedBy: string | null;
    /** Caller, purpose and reference, once the reference is verified. */
    access: AccessContext | null;
    /** Carries the operation, from when it begins to run. */
    context: RequestContext | null;
    /** Break-glass: ids of the uses that account for it. */
    emergencyUses: readonly string[];
    /** Codes of the errors in the answer, each once. */
    errorCodes: readonly string[];
    /** One of many requests that were refused alike: they are counted, and share one line of the log. */
    unlogged: boolean;
  }
}

/** Declares the state of requests to Fastify, so that all of them have the same hidden class. */
export function decorateRequests(app: FastifyInstance): void {
  app.decorateRequest('peer', null);
  app.decorateRequest('caller', null);
  app.decorateRequest('tokenRefused', null);
  app.decorateRequest('stated', null);
  app.decorateRequest('deadline');
  app.decorateRequest('graph', null);
  app.decorateRequest('operation', null);
  app.decorateRequest('endOperation', null);
  app.decorateRequest('lookups', null);
  app.decorateRequest('approvedBy', null);
  app.decorateRequest('access', null);
  app.decorateRequest('context', null);
  app.decorateRequest('emergencyUses');
  app.decorateRequest('errorCodes');
  app.decorateRequest('unlogged', false);
  app.addHook('onRequest', (request, _reply, done) => {
    request.errorCodes = NONE;
    request.emergencyUses = NONE;
    done();
  });
}

const NONE: readonly string[] = [];
