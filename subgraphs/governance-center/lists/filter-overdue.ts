import type { Knex } from 'knex';

/** A condition on the rows of a list. */
type Condition = (rows: Knex.QueryBuilder) => unknown;

/** How a list says that something is due and that it is over. What is over is never late. */
export interface Deadline {
  /** `(rows) => rows.whereNotNull('closed_at')` */
  readonly over: Condition;
  /** The rest. */
  readonly open: Condition;
  /** The column with the instant until which it is in time. */
  readonly due: string;
  /** Whether some of what is open is never due. */
  readonly mayLackDue?: boolean;
}

/**
 * Keeps what is late, or what is not; everything where nothing is asked. What is over and what is open are named apart, so
 * that an index on what is open can be used.
 *
 * @returns for what is not late, both parts, as `page` counts them apart.
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
