import { type DocumentNode, GraphQLError, getOperationAST, parse } from 'graphql';
import { byText } from '../../shared/by-text';
import { failure } from '../../shared/errors';
import { type CacheUse, uncounted } from '../../shared/telemetry/cache-use';
import type { CostModel } from './cost-model';
import { documentFault } from './document-fault';
import { type OperationCost, operationCost } from './operation-cost';
import { TOKEN_LIMIT } from './text-limits';

/** What is sent to be run, before anybody has looked at it. */
export interface OperationSent {
  readonly query: string;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/**
 * @returns what the operation costs; 0 where it cannot be told, which is left to the engine to refuse.
 * @throws OPERATION_TOO_DEEP, OPERATION_TOO_WIDE, OPERATION_NAME_REFUSED, OPERATION_TOO_COSTLY, or BAD_USER_INPUT for a list
 *   longer than may be asked for.
 */
export type OperationLimits = (operation: OperationSent) => number;

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
  const known = byText<Looked>();
  return ({ query, operationName, variables }) => {
    const name = typeof operationName === 'string' ? operationName : undefined;
    const key = name === undefined ? query : `${name}\0${query}`;
    let looked = known.get(key);
    if (looked !== undefined) use.hits += 1;
    else {
      use.misses += 1;
      looked = lookAt(costs, query, name);
      known.set(key, looked);
    }
    if (looked.fault !== undefined) throw looked.fault;
    if (looked.cost === undefined) return 0;
    const cost = looked.cost(isObject(variables) ? variables : NO_VARIABLES);
    if (cost > costLimit) throw failure('OPERATION_TOO_COSTLY', undefined, { cost, limit: costLimit });
    return cost;
  };
}

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
