import type { ColumnValue, Row } from '../../db/copy-rows';
import { type TableRow, textOf } from '../file/cell';
import type { Header } from './header';
import { readCell } from './read-cell';
import type { Fault } from './reasons';

/** A valid row. */
export interface ReadRow {
  readonly line: number;
  readonly idNumber: string;
  /** Values by column of the kind's table. */
  readonly values: Row;
  /** Values by column of the roster. */
  readonly child: Row;
}

export type RowResult = { readonly row: ReadRow } | { readonly faults: readonly [Fault, ...Fault[]] };

/** Reads all cells of a row, and collects all faults. @param today ISO date in China. */
export function readRow(row: TableRow, header: Header, today: string): RowResult {
  const excess = row.cells.slice(header.names.length).some((cell) => textOf(cell).trim() !== '');
  if (excess || (header.wholeRows && row.cells.length < header.names.length))
    return { faults: [{ column: undefined, reason: 'ROW_LENGTH', detail: cellsOf(row, header) }] };

  const faults: Fault[] = [];
  const values: Record<string, ColumnValue> = {};
  const child: Record<string, ColumnValue> = {};
  let idNumber: string | undefined;
  for (const { column, index } of header.columns) {
    const result = readCell(column, row.cells[index], { today, idNumber });
    if ('reason' in result) {
      faults.push({ column: column.header, reason: result.reason, detail: result.detail });
      continue;
    }
    if (column.type === 'id-number') idNumber = String(result.value);
    if (column.to !== undefined) values[column.to] = result.value;
    if (column.child !== undefined) child[column.child] = result.value;
  }
  faults.push(...comparisons(header, values));
  const [first, ...others] = faults;
  if (first !== undefined) return { faults: [first, ...others] };
  if (idNumber === undefined) throw new Error('A row without faults has an ID number.');
  return { row: { line: row.line, idNumber, values, child } };
}

// Private:

/** `12 ≠ 9`: numbers of cells in row and header, and the lines of a multi-line row. */
function cellsOf({ line, lastLine, cells }: TableRow, { names }: Header): string {
  const lines = lastLine > line ? `, ${line}–${lastLine}` : '';
  return `${cells.length} ≠ ${names.length}${lines}`;
}

/** Compares values as they are: numbers, or texts of dates, months and instants of one offset, which sort by time. */
function* comparisons({ columns }: Header, values: Row): Generator<Fault> {
  for (const { column } of columns) {
    if (!('atMost' in column) || column.to === undefined || column.atMost === undefined) continue;
    const [value, most] = [values[column.to], values[column.atMost]];
    if (value === null || most === null || value === undefined || most === undefined || value <= most) continue;
    const other = columns.find(({ column: { to } }) => to === column.atMost)?.column.header;
    yield { column: column.header, reason: 'ABOVE_OTHER', detail: other };
  }
}
