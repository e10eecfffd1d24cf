import type { onSendHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import { failure } from '../../shared/protocol/errors';
import type { SentOperation } from '../request/prepared-document';
import type { CallerLimiter } from './caller-limiter';
import { variablesFault } from './input-limits';
import { LargeOperations } from './large-operations';

export interface OperationLimitOptions {
  /** Highest cost of one operation. */
  readonly costLimit: number;
  readonly callers: Pick<CallerLimiter, 'operation'>;
}

export interface OperationLimits {
  /** @throws like `costWithin`; RATE_LIMITED for a caller whose budget for cost is spent. */
  readonly preHandler: preHandlerAsyncHookHandler;
  readonly onSend: onSendHookHandler;
}

/**
 * Refuses operations that are too large or too costly, charges callers for their cost, and lets large ones begin in
 * turn.
 */
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
 * Computes the cost of an operation after checking the limits of its text and variables. These checks come before
 * validation, some of whose rules take seconds on nested fragments (CVE-2025-32030, CVE-2025-32031).
 *
 * @param limit highest cost of one operation.
 * @returns 0 if the operation does not exist; Apollo Server refuses the request.
 * @throws OPERATION_TOO_DEEP, OPERATION_TOO_WIDE, OPERATION_NAME_REFUSED, INPUT_TOO_LARGE, OPERATION_TOO_COSTLY, or
 *   BAD_USER_INPUT for a page size above the limit.
 */
export function costWithin(limit: number, { prepared, operation, variables }: SentOperation): number {
  const fault = prepared.fault ?? variablesFault(variables);
  if (fault !== undefined) throw fault;
  if (operation === null) return 0;
  const cost = operation.cost(variables);
  if (cost > limit) throw failure('OPERATION_TOO_COSTLY', undefined, { cost, limit });
  return cost;
}
