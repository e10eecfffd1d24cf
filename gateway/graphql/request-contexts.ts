import type { FastifyRequest } from 'fastify';
import type { Clock } from '../../shared/domain/clock';
import type { ContextSigner } from '../../shared/protocol/context-token';
import { failure } from '../../shared/protocol/errors';
import type { AccessLedger } from '../ledger/access-ledger';
import { beginningOf } from '../ledger/entry-of-request';
import { RequestContext } from '../request/request-context';

export interface RequestContextsOptions {
  readonly signContext: ContextSigner;
  /** Undefined until the gateway is loaded. */
  readonly ledger: () => AccessLedger | undefined;
  /** The version of the rules that apply to a request. */
  readonly rules: (request: FastifyRequest) => string;
  readonly clock: Clock;
}

/** @returns a function that creates the context of a request. */
export function requestContexts({ signContext, ledger, rules, clock }: RequestContextsOptions) {
  return (request: FastifyRequest): RequestContext => {
    const open = ledger();
    const { id: requestId, access, deadline, operation, lookups } = request;
    if (access === null || open === undefined) throw failure('UNAUTHENTICATED');
    return new RequestContext({
      requestId,
      access,
      deadline,
      signContext,
      sent: operation?.operation ?? null,
      lookups,
      recordBeginning: (children) =>
        open.record({ ...beginningOf(request, { rules: rules(request), time: clock() }), children }),
    });
  };
}
