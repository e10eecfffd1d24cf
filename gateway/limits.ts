import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import type { ValidationRule } from 'graphql';
import { failure } from '../shared/errors';

/** Largest request body in bytes. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** Most tokens of one operation; the parser stops there. */
export const TOKEN_LIMIT = 10_000;

/** Deepest selection: a docket's cases' children's nested sections take 9. */
const DEPTH_LIMIT = 16;

/** Refuses operations that nest deeper than any use of the record needs. */
export const depthLimit: ValidationRule = (context) =>
  maxDepthRule({
    n: DEPTH_LIMIT,
    flattenFragments: true,
    propagateOnRejection: false,
    onReject: [() => context.reportError(failure('OPERATION_TOO_DEEP', undefined, { limit: DEPTH_LIMIT }))],
  })(context) as unknown as ReturnType<ValidationRule>;
