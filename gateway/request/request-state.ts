import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../shared/domain/caller';
import type { AccessContext } from '../../shared/protocol/context-token';
import type { Deadline } from './deadline';
import type { SentOperation } from './prepared-document';
import type { RequestContext } from './request-context';
import type { RequestLookups } from './request-lookups';
import type { StatedPurpose } from './stated-purpose';
import type { TokenRefused } from './token-refused';

/** The state of a request, in the order in which the stages set it: see `stages` in gateway.ts. */
declare module 'fastify' {
  interface FastifyRequest {
    /** The client's IP address from the connection or a named proxy; null if a proxy sent an invalid one. */
    peer: string | null;
    caller: Caller | null;
    /** Why its token was refused; null for an accepted one. */
    tokenRefused: TokenRefused | null;
    stated: StatedPurpose | null;
    /** The deadline of all agency calls; set once the whole request has arrived. */
    deadline: Deadline;
    /** The sent operation; null if the body has none, which Apollo Server refuses. */
    operation: SentOperation | null;
    /** Ends its turn among large operations; null for a small one. */
    endOperation: (() => void) | null;
    /** Its lookups by ID number; null without any. */
    lookups: RequestLookups | null;
    /** Who confirmed that the caller takes part in the case or meeting; null without a reference. */
    approvedBy: string | null;
    /** Caller, purpose and reference, once the reference is verified. */
    access: AccessContext | null;
    /** The operation's context, once it starts to run. */
    context: RequestContext | null;
    /** Emergency access: ids of the uses that account for it. */
    emergencyUses: readonly string[];
    /** Distinct codes of the answer's errors. */
    errorCodes: readonly string[];
    /** Whether it is one of many similar refusals, which are counted and share one log line. */
    unlogged: boolean;
  }
}

/** Declares the state of requests to Fastify, so all requests have the same hidden class. */
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
