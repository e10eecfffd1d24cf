import type { onSendHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { SentOperation } from '../request/prepared-document';
import type { CallerLimiter } from './caller-limiter';
import { variablesFault } from './input-limits';
import { LargeOperations } from './large-operations';

export interface OperationLimitOptions {
  /** The most that one operation may cost. */
  readonly costLimit: number;
  readonly callers: Pick<CallerLimiter, 'operation'>;
}

export interface OperationLimits {
  /** @throws as `costWithin`; RATE_LIMITED for a caller whose operations have cost as much as one may spend. */
  readonly preHandler: preHandlerAsyncHookHandler;
  readonly onSend: onSendHookHandler;
}

/** Refuses what is too large or costs too much, counts what operations cost, and lets large ones begin in turn. */
export function limitOperations({ costLimit, callers }: OperationLimitOptions): OperationLimits {
  const largeOperations = new LargeOperations();
  return {
    async preHandler(request) {
      const { caller, operation } = request;
      if (caller === null || operation === null) return;
      const cost = costWithin(costLimit, operation);
      await callers.operation(caller.sub, cost);
      request.endOperation = await largeOperations.begin(cost);
    },
    onSend({ endOperation }, _reply, payload, done) {
      endOperation?.();
      done(null, payload);
    },
  };
}

/**
 * What an operation costs, once its text and its variables are known to be within the limits. They come before validation,
 * some of whose rules take seconds on fragments within fragments (CVE-2025-32030, CVE-2025-32031).
 *
 * @param limit the most that one operation may cost.
 * @returns 0 for an operation that is not there, which Apollo Server refuses.
 * @throws OPERATION_TOO_DEEP, OPERATION_TOO_WIDE, OPERATION_NAME_REFUSED, INPUT_TOO_LARGE, OPERATION_TOO_COSTLY, or
 *   BAD_USER_INPUT for a list longer than may be asked for.
 */
export function costWithin(limit: number, { prepared, operation, variables }: SentOperation): number {
  const fault = prepared.fault ?? variablesFault(variables);
  if (fault !== undefined) throw fault;
  if (operation === null) return 0;
  const cost = operation.cost(variables);
  if (cost > limit) throw failure('OPERATION_TOO_COSTLY', undefined, { cost, limit });
  return cost;
}
