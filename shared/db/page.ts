import type { Knex } from 'knex';
import { CHILD_ID } from '../child-id';
import { isDate } from '../dates';
import { failure } from '../errors';

/** The arguments of a list field, as Relay's connections have them. */
export interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
}

export interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  /** Counted only where it is asked for. */
  readonly totalCount: () => Promise<number>;
}

const LARGEST_PAGE = 200;

/** The page of somebody who may know of no row. */
export const EMPTY_PAGE: Page<never> = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, endCursor: null },
  totalCount: async () => 0,
};

export interface PageOrder {
  /** The column to sort by, a child's id or a time; rows of equal value are ordered by `id`. */
  readonly column: string;
  readonly type: 'text' | 'timestamptz';
  readonly direction: 'asc' | 'desc';
  /** The unique column. */
  readonly id: string;
}

/**
 * One page of a query whose rows are already filtered to what the caller may know of, so that totals, cursors and page
 * sizes say nothing about the others. Keyset paging: the cursor is the sort value and id of its row.
 *
 * @throws BAD_USER_INPUT for a page size outside 1 to 200, or a cursor that is not one of ours.
 */
export async function page<Row extends object>(
  rows: Knex.QueryBuilder,
  { first, after }: PageArguments,
  order: PageOrder,
): Promise<Page<Row>> {
  checkPageSize(first);
  const query = rows
    .clone()
    .select('*')
    .select(rows.client.raw('??::text as cursor_value', [order.column]))
    .orderBy([
      { column: order.column, order: order.direction },
      { column: order.id, order: order.direction },
    ])
    .limit(first + 1);
  if (after !== null && after !== undefined) {
    const beyond = order.direction === 'asc' ? '>' : '<';
    query.whereRaw(`(??, ??::text) ${beyond} (?::${order.type}, ?)`, [
      order.column,
      order.id,
      ...parseCursor(after, order),
    ]);
  }
  const found: (Row & { cursor_value: string })[] = await query;
  const edges = found.slice(0, first).map((node) => ({
    cursor: Buffer.from(JSON.stringify([node.cursor_value, node[order.id as keyof Row]])).toString('base64url'),
    node,
  }));
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null },
    totalCount: async () => Number((await rows.clone().count({ total: '*' }))[0]?.total ?? 0),
  };
}

/** @throws BAD_USER_INPUT for a page size outside 1 to 200. */
export function checkPageSize(first: number): void {
  if (first < 1 || first > LARGEST_PAGE) {
    throw failure('BAD_USER_INPUT', `"first" must be between 1 and ${LARGEST_PAGE}.`, { argument: 'first' });
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a cursor of a list holds: the sort value as PostgreSQL writes it, and the id. */
function parseCursor(cursor: string, order: PageOrder): [string, string] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && parsed.length === 2 && parsed.every((part) => typeof part === 'string')) {
      const [value, id] = parsed as [string, string];
      const own =
        order.type === 'text'
          ? value === id && CHILD_ID.test(id)
          : UUID.test(id) && isDate(value.slice(0, 10)) && !Number.isNaN(Date.parse(value));
      if (own) return [value, id];
    }
  } catch {
    // Falls through to the same refusal.
  }
  throw failure('BAD_USER_INPUT', 'The cursor is not one that this list has given.', { argument: 'after' });
}
