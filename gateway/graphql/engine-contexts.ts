import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/domain/clock';
import type { ContextSigner } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { AccessLedger } from '../ledger/access-ledger';
import { beginningOf } from '../ledger/entry-of-request';
import type { EngineContext } from '../request/engine-context';
import { RequestContext } from '../request/request-context';

export interface EngineContextOptions {
  readonly signContext: ContextSigner;
  /** Undefined until there is one. */
  readonly ledger: () => AccessLedger | undefined;
  /** The version of the rules that decide about a request. */
  readonly rules: (request: FastifyRequest) => string;
  readonly clock: Clock;
}

/** @returns what a request carries through the engine, the same however often it is asked for. */
export function engineContexts({
  signContext,
  ledger,
  rules,
  clock,
}: EngineContextOptions): (request: FastifyRequest) => EngineContext {
  const contexts = new WeakMap<FastifyRequest, EngineContext>();
  return (request) => {
    const known = contexts.get(request);
    if (known !== undefined) return known;
    const open = ledger();
    if (request.access === null || open === undefined) throw failure('UNAUTHENTICATED');
    request.context = new RequestContext(request.id, request.access, signContext, request.deadline);
    request.context.lookups = request.lookups;
    const context: EngineContext = {
      request: request.context,
      reportCodes: (codes) => {
        request.errorCodes = codes;
      },
      recordBeginning: (children) =>
        open.record({ ...beginningOf(request, { rules: rules(request), time: clock() }), children }),
    };
    contexts.set(request, context);
    return context;
  };
}
