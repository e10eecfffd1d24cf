import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Data } from './own';

/** A fetch of a plan, for one subgraph. */
export interface Fetch<Context> {
  readonly request: {
    readonly query: string;
    readonly operationName: string | undefined;
    readonly variables: Readonly<Record<string, unknown>> & { readonly representations?: readonly Data[] };
  };
  readonly context: Context;
  /** The path in the client's operation, with `@` for each list. */
  readonly pathInIncomingRequest: readonly string[];
}

export interface FetchResult {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** Executes the fetches for one subgraph. */
export interface FetchSource<Context> {
  process(fetch: Fetch<Context>): Promise<FetchResult>;
}

/** The state of one execution of a plan. */
export interface Run<Context> {
  readonly context: Context;
  /** The client's variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The variables with their defaults, for `@skip` and `@include`. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** All answers of subgraphs so far, in the plan's keys and not in the order of the operation. */
  readonly data: Data;
  readonly errors: GraphQLError[];
}

/**
 * A step of a plan for objects of the answer so far.
 *
 * @returns a promise, or undefined if it is done. It does not throw: errors are in `errors`.
 */
export type Step<Context> = (run: Run<Context>, objects: readonly Data[]) => Promise<void> | undefined;
