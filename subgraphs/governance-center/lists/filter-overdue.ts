import type { Knex } from 'knex';

/** A condition on the rows of a list. */
type Condition = (rows: Knex.QueryBuilder) => unknown;

/** Conditions by which a list's rows are due or finished. A finished row is never overdue. */
export interface Deadline {
  /** `(rows) => rows.whereNotNull('closed_at')` */
  readonly over: Condition;
  /** The opposite of `over`. */
  readonly open: Condition;
  /** The column with the due time. */
  readonly due: string;
  /** Whether open rows may have no due time. */
  readonly mayLackDue?: boolean;
}

/**
 * Keeps only overdue rows, or only the others; all rows if `overdue` is not given. Finished and open rows have separate
 * conditions, so PostgreSQL can use an index on the open ones.
 *
 * @returns for rows that are not overdue, the query's two parts, which `page` counts separately.
 */
export function filterOverdue(
  query: Knex.QueryBuilder,
  overdue: boolean | null | undefined,
  { over, open, due, mayLackDue = false }: Deadline,
  now: Date,
): readonly Knex.QueryBuilder[] | undefined {
  if (overdue === true) query.where(open).where(due, '<', now);
  if (overdue !== false) return undefined;
  const inTime: Condition = (rows) =>
    mayLackDue ? rows.whereNull(due).orWhere(due, '>=', now) : rows.where(due, '>=', now);
  const parts = [query.clone().where(over), query.clone().where(open).where(inTime)];
  query.where((rows) => rows.where(over).orWhere(inTime));
  return parts;
}
