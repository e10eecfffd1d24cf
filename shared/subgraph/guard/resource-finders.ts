import type { ResourceAttributes } from '../../access/compile';
import type { Coordinate } from '../../access/labels';
import type { Columns } from '../../access/to-sql';

export type MaybePromise<Value> = Value | Promise<Value>;

/** Finds an object's record, by the object itself or by a root field's arguments; null if there is none. */
export type Finder<Context> = (
  // biome-ignore lint/suspicious/noExplicitAny: sources and arguments have as many shapes as the schema has types.
  sourceOrArguments: any,
  context: Context,
) => MaybePromise<ResourceAttributes | null>;

/** A root field that lists objects, whose resolver filters rows in SQL by `visibleRows`. */
export interface FilteredInSql {
  /** The columns with the attributes that rules read. */
  readonly columns: Columns;
  /**
   * Fields that the list's filters read, each with a function that tells whether these arguments use it: a filter must
   * not find rows by hidden values. A caller who may read the field of no record gets a visible refusal.
   */
  readonly filters: Readonly<Record<Coordinate, (args: ListArguments) => boolean>>;
}

// biome-ignore lint/suspicious/noExplicitAny: every list has arguments of its own.
type ListArguments = Readonly<Record<string, any>>;

export function filteredInSql(columns: Columns, filters: FilteredInSql['filters'] = {}): FilteredInSql {
  return { columns, filters };
}

/** The fields that a request's filter reads. */
export function filtersInUse({ filters }: FilteredInSql, args: ListArguments): readonly Coordinate[] {
  return Object.keys(filters).filter((coordinate) => filters[coordinate]?.(args));
}

/** A root field whose decision depends only on its arguments and the caller, such as a region that the caller names. */
export interface DecidedByArguments<Context> {
  readonly byArguments: Finder<Context>;
}

/**
 * Nothing hidden is looked up, so a refusal is visible. With any other finder, a hidden record is answered exactly like
 * a missing one.
 */
export function decidedByArguments<Context>(byArguments: Finder<Context>): DecidedByArguments<Context> {
  return { byArguments };
}

/** Undefined if a root field has no finder, which prevents the start. */
export type RootFinder<Context> = Finder<Context> | DecidedByArguments<Context> | FilteredInSql | undefined;

export const isFilteredInSql = <Context>(find: RootFinder<Context>): find is FilteredInSql =>
  typeof find === 'object' && 'columns' in find;

/**
 * Finders of records: for a type (`Child`), by its object; for a root field (`Query.child`), by its arguments. Objects
 * of other types belong to their parent's record.
 */
export type ResourceFinders<Context> = Readonly<
  Record<string, Finder<Context> | DecidedByArguments<Context> | FilteredInSql>
>;
