import type { Knex } from 'knex';

export interface RowOfChild {
  readonly child_id: string;
}

/**
 * The one statement for a kind of thing that agencies keep by child: all rows of an exposed view for the children that a
 * request asks about.
 *
 * @param order columns, newest first where prefixed with `-`.
 */
export function rowsOfChildren<Row extends RowOfChild>(db: Knex, view: string, order: readonly string[] = []) {
  const columns = order.map((name) =>
    name.startsWith('-') ? { column: name.slice(1), order: 'desc' as const } : { column: name, order: 'asc' as const },
  );
  return (childIds: readonly string[]): Promise<Row[]> =>
    db
      .withSchema('exposed')
      .from(view)
      .whereRaw('child_id = any(?)', [[...childIds]])
      .orderBy(columns) as never;
}

export const childOf = ({ child_id }: RowOfChild): string => child_id;
