import type { GraphQLError } from 'graphql';
import { failure } from '../../shared/protocol/errors';

/** Entries of one list in the input, in variables and in the text alike. */
export const INPUT_LIST_LIMIT = 200;

/** Values of all variables together: members of objects and entries of lists, at every depth. */
const INPUT_VALUE_LIMIT = 2_000;

/** What is wrong with the variables of an operation by their size alone. They come out of JSON. */
export function variablesFault(variables: Readonly<Record<string, unknown>>): GraphQLError | undefined {
  // By hand and not by recursion: they may be nested as deeply as a body allows.
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
