import type { Knex } from 'knex';
import { CHILD_ID } from '../../domain/child-id';
import { UUID } from '../../domain/uuid';
import { failure } from '../../protocol/errors';
import { LARGEST_PAGE } from '../../protocol/largest-page';
import { decodeCursor, encodeCursor, foreignCursor, isInstant } from './cursor';
import type { Totals } from './totals';

/** The arguments of a list field, as in Relay connections. */
export interface PageArguments {
  readonly first: number | null;
  readonly after?: string | null;
}

export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** Counted only if requested. */
  readonly totalCount: () => Promise<number>;
}

/** The page of a caller who may see no row. */
export const EMPTY_PAGE: Page<never> = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, endCursor: null },
  totalCount: async () => 0,
};

export interface PageOrder {
  /** A boolean column: rows for which it is false come first. */
  readonly settled?: string;
  /** The column to sort by, a child's id or a time; rows of equal value are ordered by `id`. */
  readonly column: string;
  readonly type: 'text' | 'timestamptz';
  readonly direction: 'asc' | 'desc';
  /** The unique column. */
  readonly id: string;
}

/**
 * Returns one page of a query that is already filtered to the rows the caller may know of, so that totals, cursors and
 * page sizes say nothing about the others. Keyset paging: a cursor contains the sort value and id of its row.
 *
 * @param parts queries that together select each of the rows once, for the total. Rows of the past are counted
 *   separately from open ones: that query does not depend on the time of the request, so that its total can be kept.
 * @throws BAD_USER_INPUT for a page size outside 1 to 200, or a cursor of another list.
 */
export async function page<Row extends object>(
  rows: Knex.QueryBuilder,
  { first, after }: PageArguments,
  order: PageOrder,
  totals: Totals,
  parts: readonly Knex.QueryBuilder[] = [rows],
): Promise<Page<Row>> {
  checkPageSize(first);
  const { direction } = order;
  const columns = sortColumns(order);
  const query = rows
    .clone()
    .select('*')
    .select(rows.client.raw('??::text as cursor_value', [order.column]))
    .orderBy(columns.map(({ column }) => ({ column, order: direction })))
    .limit(first + 1);
  if (after !== null && after !== undefined) {
    const values = parseCursor(after, order);
    // After a settled row come only settled rows. The explicit condition helps the planner, which underestimates the
    // rows beyond `true`.
    const beyondOpen = order.settled !== undefined && values[0] === 'true';
    if (beyondOpen) query.where(order.settled, true);
    const compared = beyondOpen ? columns.slice(1) : columns;
    // Each value is compared in its own type, so that an index can find the rows beyond.
    const names = compared.map(() => '??').join(', ');
    const casts = compared.map(({ type }) => `?::${type}`).join(', ');
    query.whereRaw(`(${names}) ${direction === 'asc' ? '>' : '<'} (${casts})`, [
      ...compared.map(({ column }) => column),
      ...values.slice(-compared.length),
    ]);
  }
  const found: (Row & { cursor_value: string })[] = await query;
  const edges = found.slice(0, first).map((node) => ({
    cursor: encodeCursor([
      ...(order.settled === undefined ? [] : [String(node[order.settled as keyof Row])]),
      node.cursor_value,
      node[order.id as keyof Row],
    ]),
    node,
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: () => totalOf(parts, totals),
  };
}

async function totalOf(parts: readonly Knex.QueryBuilder[], totals: Totals): Promise<number> {
  const counts = await Promise.all(parts.map((part) => totals.of(part)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @throws BAD_USER_INPUT for a page size outside 1 to 200. */
export function checkPageSize(first: number | null): asserts first is number {
  if (first === null || first < 1 || first > LARGEST_PAGE) {
    throw failure('BAD_USER_INPUT', `"first" must be between 1 and ${LARGEST_PAGE}.`, { argument: 'first' });
  }
}

/** The columns that a page is sorted by, with the types in which cursors are compared. */
function sortColumns({ settled, column, type, id }: PageOrder) {
  return [
    ...(settled === undefined ? [] : [{ column: settled, type: 'boolean' }]),
    { column, type },
    ...(column === id ? [] : [{ column: id, type: 'uuid' }]),
  ];
}

/**
 * Parses a cursor: whether its row is settled if the list sorts by that, the sort value as PostgreSQL writes it, and
 * the id.
 */
function parseCursor(cursor: string, order: PageOrder): readonly string[] {
  const leading = order.settled === undefined ? 0 : 1;
  const parts = decodeCursor(cursor, leading + 2) ?? [];
  const settled = parts.slice(0, leading);
  const [value = '', id = ''] = parts.slice(leading);
  const own = order.type === 'text' ? value === id && CHILD_ID.test(id) : UUID.test(id) && isInstant(value);
  if (!own || settled.some((part) => part !== 'true' && part !== 'false')) throw foreignCursor();
  return order.column === order.id ? [id] : [...settled, value, id];
}
