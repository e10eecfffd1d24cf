import type { GraphQLError } from 'graphql';
import { failure } from '../../shared/protocol/errors';

/** Entries of one list, in variables or in the text. */
export const INPUT_LIST_LIMIT = 200;

/** Values of all variables together: members of objects and entries of lists, at every depth. */
const INPUT_VALUE_LIMIT = 2_000;

/** Checks the size of an operation's variables, which were parsed from JSON. */
export function variablesFault(variables: Readonly<Record<string, unknown>>): GraphQLError | undefined {
  // Iterative, as recursion could overflow the stack: a body may nest them deeply.
  const waiting: object[] = [variables];
  let values = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (Array.isArray(next) && next.length > INPUT_LIST_LIMIT) return tooLarge(INPUT_LIST_LIMIT);
    for (const value of Object.values(next)) {
      values += 1;
      if (values > INPUT_VALUE_LIMIT) return tooLarge(INPUT_VALUE_LIMIT);
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return undefined;
}

const tooLarge = (limit: number): GraphQLError => failure('INPUT_TOO_LARGE', undefined, { limit });
