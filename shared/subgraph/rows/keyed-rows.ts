import type { Knex } from 'knex';

/**
 * Fetches rows of an exposed view by the values of `column`, with one statement for all keys of a request.
 *
 * @param order columns, descending if prefixed with `-`.
 */
export function rowsByKey<Row extends object>(db: Knex, view: string, column: string, order: readonly string[] = []) {
  const columns = order.map((name) =>
    name.startsWith('-') ? { column: name.slice(1), order: 'desc' as const } : { column: name, order: 'asc' as const },
  );
  return (keys: readonly string[]): Promise<Row[]> =>
    db
      .withSchema('exposed')
      .from(view)
      .whereRaw('?? = any(?)', [column, [...keys]])
      .orderBy(columns) as never;
}

export interface RowOfChild {
  readonly child_id: string;
}

/** The same for rows of children. */
export function rowsOfChildren<Row extends RowOfChild>(db: Knex, view: string, order?: readonly string[]) {
  return rowsByKey<Row>(db, view, 'child_id', order);
}

export const childOf = ({ child_id }: RowOfChild): string => child_id;
