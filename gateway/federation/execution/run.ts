import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Data } from './own';

/** A fetch of a plan, on its way to the subgraph that it is for. */
export interface Fetch<Context> {
  readonly request: {
    readonly query: string;
    readonly operationName: string | undefined;
    readonly variables: Readonly<Record<string, unknown>> & { readonly representations?: readonly Data[] };
  };
  readonly context: Context;
  /** Where in the client's operation; `@` for each list. */
  readonly pathInIncomingRequest: readonly string[];
}

export interface FetchResult {
  readonly data?: Data | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** Where a subgraph's fetches go. */
export interface FetchSource<Context> {
  process(fetch: Fetch<Context>): Promise<FetchResult>;
}

/** What one execution of a plan carries along. */
export interface Run<Context> {
  readonly context: Context;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same with their defaults, for `@skip` and `@include`. */
  readonly coerced: Readonly<Record<string, unknown>>;
  /** All that subgraphs have answered so far, as plans have it: with keys, and not in the order of the operation. */
  readonly data: Data;
  readonly errors: GraphQLError[];
}

/**
 * A step of a plan, about objects of the answer so far.
 *
 * @returns when it is done, or nothing where that is at once. It does not throw: what went wrong is among the errors.
 */
export type Step<Context> = (run: Run<Context>, objects: readonly Data[]) => Promise<void> | undefined;
