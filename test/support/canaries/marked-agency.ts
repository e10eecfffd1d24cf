import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { AgencyDatabase } from '../../../shared/db/agency-database';
import { connect } from '../../../shared/db/connect';
import { type Agency, databaseName } from '../../../shared/domain/agencies';
import { confirmOthersInStories } from '../confirmed-parts';
import { filledDatabase } from '../databases';
import { FULL_CHILD, fullChildRows } from '../full-child';
import type { Column, Marks } from './marks';
import { type TableColumn, tableColumns } from './table-columns';

type Row = Readonly<Record<string, unknown>>;

/** Two rows of a table that differ in their marks, and the columns in which they do. */
export interface Twins {
  readonly table: string;
  readonly rows: readonly [Row, Row];
  /** Marked columns that are no keys. */
  readonly columns: readonly Column[];
}

/** A database of an agency's own, in which the full child is marked. */
export interface MarkedAgency {
  readonly agency: Agency;
  readonly database: AgencyDatabase;
  readonly owner: Knex;
  /** Every column of its base tables, and those that have marks. */
  readonly columns: ReadonlySet<Column>;
  readonly marked: ReadonlySet<Column>;
  readonly twins: readonly Twins[];
  /** Tables about children of which the full child has no row. */
  readonly unfilled: readonly string[];
  /** Exchanges the values of these columns between twins, and restores those of all others. */
  exchange(columns: ReadonlySet<Column>): Promise<void>;
  /** Sets whether the child's place is protected. */
  protectLocation(isProtected: boolean): Promise<void>;
}

const HISTORY = `
  select c.relname as table, t.tgname as trigger
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
  where not t.tgisinternal and p.prosrc like '%append-only%'`;

/**
 * Fills a database with the district and the full child, whose rows have a mark in every column that can have one. Each
 * table of which a child can have several rows gets a second one, its twin. Sealed tables get a row, too.
 *
 * @param keeps whether a column must keep its value.
 */
export async function markedAgency(
  agency: Agency,
  marks: Marks,
  keeps: (column: Column) => boolean,
): Promise<MarkedAgency> {
  const database = await filledDatabase(agency, `canaries_${databaseName(agency)}`);
  const owner = connect(database.ownerUrl ?? '', { poolSize: 1, statementTimeout: 0 });
  const tables = await tableColumns(owner);
  const marked = new Set<Column>();
  const twins: Twins[] = [];
  const unfilled: string[] = [];
  const of = (table: string, { name }: TableColumn): Column => `${agency}.${table}.${name}`;
  const isMarked = (table: string, column: TableColumn) =>
    column.type !== undefined && !column.computed && !column.bound && !keeps(of(table, column));

  /** The row with marks; unset columns stay unset, unless they are texts. */
  const withMarks = (table: string, row: Row, all = false): Row => {
    const filled: Record<string, unknown> = { ...row };
    for (const column of tables.get(table) ?? []) {
      const isSet = row[column.name] !== undefined && row[column.name] !== null;
      const isText = column.type?.startsWith('text') === true && !column.shared;
      if (!isMarked(table, column) || !(isSet || isText || all)) continue;
      filled[column.name] = marks.next(of(table, column), column.type ?? 'text');
      marked.add(of(table, column));
    }
    return filled;
  };
  const twinOf = (table: string, row: Row): Row => {
    const ids = (tables.get(table) ?? []).filter(({ isId, bound, name }) => isId && !bound && name in row);
    return withMarks(table, { ...row, ...Object.fromEntries(ids.map(({ name }) => [name, randomUUID()])) });
  };

  await owner.transaction(async (transaction) => {
    const insert = (table: string, row: Row): Promise<Row[]> =>
      transaction.withSchema('base').table(table).insert(row).onConflict().ignore().returning('*');
    const full = fullChildRows(agency);
    for (const [table, rows] of Object.entries(full)) {
      for (const [index, row] of (rows as Row[]).entries()) {
        const [first] = await insert(table, withMarks(table, row));
        const [second] = index === 0 ? await insert(table, twinOf(table, row)) : [];
        if (first === undefined || second === undefined) continue;
        // Days that a constraint compares would contradict it, if only one of them were exchanged.
        const columns = (tables.get(table) ?? []).filter(
          (column) => isMarked(table, column) && !column.unique && !(column.shared && column.type !== 'text'),
        );
        twins.push({ table, rows: [first, second], columns: columns.map((column) => of(table, column)) });
      }
    }
    for (const [table, columns] of tables) {
      if (full[table] !== undefined || !columns.some(({ name, bound }) => name === 'child_id' && bound)) continue;
      const ids = columns.filter(({ isId, bound, required }) => isId && required && !bound).map(({ name }) => name);
      const row = { child_id: FULL_CHILD.id, ...Object.fromEntries(ids.map((name) => [name, randomUUID()])) };
      const filled = withMarks(table, row, true);
      const isWhole = columns.every(({ required, name }) => !required || name in filled);
      if (isWhole) await insert(table, filled);
      else unfilled.push(`${agency}.${table}`);
    }
    if (agency === 'governance-center') await confirmOthersInStories(transaction);
  });

  // Only the owner of a copy of its own can exchange what history holds.
  const { rows: history } = await owner.raw(HISTORY);
  for (const { table, trigger } of history) await owner.raw('alter table base.?? disable trigger ??', [table, trigger]);

  const keyOf = (table: string, row: Row) =>
    Object.fromEntries((tables.get(table) ?? []).filter(({ unique }) => unique).map(({ name }) => [name, row[name]]));
  const exchanged = new Set<Column>();
  return {
    agency,
    database,
    owner,
    columns: new Set([...tables].flatMap(([table, columns]) => columns.map((column) => of(table, column)))),
    marked,
    twins,
    unfilled,
    async protectLocation(location_protected) {
      for (const [table, columns] of tables) {
        if (!columns.some(({ name }) => name === 'location_protected')) continue;
        await owner.withSchema('base').table(table).where({ child_id: FULL_CHILD.id }).update({ location_protected });
      }
    },
    async exchange(columns) {
      for (const { table, rows, columns: ofTable } of twins) {
        const some = ofTable.filter((column) => columns.has(column) !== exchanged.has(column));
        if (some.length === 0) continue;
        for (const [index, row] of rows.entries()) {
          const values = some.map((column): [string, unknown] => {
            const name = column.split('.')[2] ?? '';
            return [name, rows[columns.has(column) ? 1 - index : index]?.[name]];
          });
          await owner.withSchema('base').table(table).where(keyOf(table, row)).update(Object.fromEntries(values));
        }
        for (const column of some) if (!exchanged.delete(column)) exchanged.add(column);
      }
    },
  };
}
