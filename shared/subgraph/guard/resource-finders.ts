import type { ResourceAttributes } from '../../access/compile';
import type { Coordinate } from '../../access/labels';
import type { Columns } from '../../access/to-sql';

export type MaybePromise<Value> = Value | Promise<Value>;

/** Gives the record that a thing belongs to, from the thing itself or from a root field's arguments; null for none. */
export type Finder<Context> = (
  // biome-ignore lint/suspicious/noExplicitAny: sources and arguments have as many shapes as the schema has types.
  sourceOrArguments: any,
  context: Context,
) => MaybePromise<ResourceAttributes | null>;

/** A root field that lists things, whose resolver filters its rows in SQL by `visibleRows`. */
export interface FilteredInSql {
  /** Where the rows hold what rules may look at. */
  readonly columns: Columns;
  /**
   * Fields that a filter asks about, each with when it does: it must not find what they would not show, and whoever may
   * read none of them is told.
   */
  readonly filters: Readonly<Record<Coordinate, (args: ListArguments) => boolean>>;
}

// biome-ignore lint/suspicious/noExplicitAny: every list has arguments of its own.
type ListArguments = Readonly<Record<string, any>>;

export function filteredInSql(columns: Columns, filters: FilteredInSql['filters'] = {}): FilteredInSql {
  return { columns, filters };
}

/** The fields that a request's filter asks about. */
export function filtersInUse({ filters }: FilteredInSql, args: ListArguments): readonly Coordinate[] {
  return Object.keys(filters).filter((coordinate) => filters[coordinate]?.(args));
}

/** A root field that is decided by its arguments and the caller alone, such as a region that the caller names. */
export interface DecidedByArguments<Context> {
  readonly byArguments: Finder<Context>;
}

/**
 * Nothing is looked up that could be hidden from the caller, so that a refusal says so. What every other finder finds and the
 * caller may not know of is answered exactly like what does not exist.
 */
export function decidedByArguments<Context>(byArguments: Finder<Context>): DecidedByArguments<Context> {
  return { byArguments };
}

/** Undefined where nobody said how to decide about a root field, which stops the start. */
export type RootFinder<Context> = Finder<Context> | DecidedByArguments<Context> | FilteredInSql | undefined;

export const isFilteredInSql = <Context>(find: RootFinder<Context>): find is FilteredInSql =>
  typeof find === 'object' && 'columns' in find;

/**
 * Where records come from: for a type (`Child`), from an object of it; for a root field (`Query.child`), from its
 * arguments. A type that is not listed belongs to the record that it was reached through.
 */
export type ResourceFinders<Context> = Readonly<
  Record<string, Finder<Context> | DecidedByArguments<Context> | FilteredInSql>
>;
