import type { AccessRecord } from './decide';

export type MaybePromise<Value> = Value | Promise<Value>;

/** Gives the record that a thing belongs to, from the thing itself or from a root field's arguments; null for none. */
export type Finder<Context> = (
  // biome-ignore lint/suspicious/noExplicitAny: sources and arguments have as many shapes as the schema has types.
  sourceOrArguments: any,
  context: Context,
) => MaybePromise<AccessRecord | null>;

/** In place of a finder: a root field that lists things, whose resolver filters its rows in SQL by `visibleRows`. */
export const FILTERED_IN_SQL = 'FILTERED_IN_SQL';

/** Undefined where nobody said how to decide about a root field, which stops the start. */
export type RootFinder<Context> = Finder<Context> | typeof FILTERED_IN_SQL | undefined;

/**
 * Where records come from: for a type (`Child`), from an object of it; for a root field (`Query.child`), from its
 * arguments. A type that is not listed belongs to the record that it was reached through.
 */
export type RecordFinders<Context> = Readonly<Record<string, Finder<Context> | typeof FILTERED_IN_SQL>>;
