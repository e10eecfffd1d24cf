import { type DocumentNode, GraphQLError, getOperationAST, parse } from 'graphql';
import { documentCache } from '../../shared/protocol/document-cache';
import { failure } from '../../shared/protocol/errors';
import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';
import type { CostModel } from './cost-model';
import { documentFault } from './document-fault';
import { variablesFault } from './input-limits';
import { type OperationCost, operationCost } from './operation-cost';
import { TOKEN_LIMIT } from './text-limits';

/** What is sent to be run, before anybody has looked at it. */
export interface OperationSent {
  readonly query: string;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

export interface OperationLimits {
  /** Whether the text was looked at before and is remembered: looking at a new one is most of the work that it makes. */
  knows(operation: OperationSent): boolean;
  /**
   * @returns what the operation costs; 0 where it cannot be told, which is left to the engine to refuse.
   * @throws OPERATION_TOO_DEEP, OPERATION_TOO_WIDE, OPERATION_NAME_REFUSED, OPERATION_TOO_COSTLY, INPUT_TOO_LARGE, or
   *   BAD_USER_INPUT for a list longer than may be asked for.
   */
  costOf(operation: OperationSent): number;
}

interface Looked {
  readonly fault: GraphQLError | undefined;
  readonly cost: OperationCost | undefined;
}

/**
 * Limits that look at the text and its variables alone, compiled once per text, before validation: a rule of the validator
 * would run beside the library's own, some of which take seconds on fragments within fragments (CVE-2025-32030,
 * CVE-2025-32031).
 *
 * @param costLimit the most that one operation may cost.
 */
export function operationLimits(costs: CostModel, costLimit: number, use: CacheUse = uncounted()): OperationLimits {
  const known = documentCache<Looked>();
  return {
    knows: (operation) => known.has(keyOf(operation)),
    costOf(operation) {
      const key = keyOf(operation);
      let looked = known.get(key);
      if (looked !== undefined) use.hits += 1;
      else {
        use.misses += 1;
        looked = lookAt(costs, operation.query, nameOf(operation));
        known.set(key, looked);
      }
      const variables = isObject(operation.variables) ? operation.variables : NO_VARIABLES;
      const fault = looked.fault ?? variablesFault(variables);
      if (fault !== undefined) throw fault;
      if (looked.cost === undefined) return 0;
      const cost = looked.cost(variables);
      if (cost > costLimit) throw failure('OPERATION_TOO_COSTLY', undefined, { cost, limit: costLimit });
      return cost;
    },
  };
}

/** Of a text with several operations, each has a cost of its own. */
const keyOf = (operation: OperationSent): string => {
  const name = nameOf(operation);
  return name === undefined ? operation.query : `${name}\0${operation.query}`;
};
const nameOf = ({ operationName }: OperationSent): string | undefined =>
  typeof operationName === 'string' ? operationName : undefined;
const NO_VARIABLES = {};
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function lookAt(costs: CostModel, query: string, operationName: string | undefined): Looked {
  const document = parsed(query);
  if (document instanceof GraphQLError) return { fault: document, cost: undefined };
  const fault = document && documentFault(document);
  const operation = document && getOperationAST(document, operationName);
  if (document === undefined || fault !== undefined || operation == null) return { fault, cost: undefined };
  return { fault, cost: operationCost(costs, document, operation) };
}

/** @returns undefined for what the engine will find not to be GraphQL. */
function parsed(query: string): DocumentNode | GraphQLError | undefined {
  try {
    return parse(query, { maxTokens: TOKEN_LIMIT, noLocation: true });
  } catch (error) {
    // The parser calls itself for each level, until there is no more stack.
    return error instanceof RangeError ? failure('OPERATION_TOO_DEEP') : undefined;
  }
}
