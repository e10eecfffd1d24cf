import { comparable } from '../../domain/visible-text';
import { type TableRow, textOf } from '../file/cell';
import type { Column } from '../mapping/column';
import type { Kind } from '../mapping/mapping';
import { ImportRefused } from '../refused';
import { REPORT_HEADERS } from '../report/report-headers';

/** A column of the kind, and its position in the file. */
export interface PlacedColumn {
  readonly column: Column;
  readonly index: number;
}

/** The parsed first row of a file. */
export interface Header {
  /** Headers as written in the file. */
  readonly names: readonly string[];
  /** The kind's columns in the file, the ID number's first because others are validated against it. */
  readonly columns: readonly PlacedColumn[];
  /** Positions of the extra columns of a list of refused rows. */
  readonly ofReport: ReadonlySet<number>;
  /**
   * Whether every row must have all cells: a shorter row of a text file is damaged, in a workbook it only ends early.
   */
  readonly wholeRows: boolean;
}

export interface HeaderOptions {
  /** Headers of columns that the officer leaves out. */
  readonly ignored: readonly string[];
  readonly wholeRows: boolean;
}

/** Whether any cell of a row is a column's header. */
export function namesColumns(row: TableRow, { columns }: Kind): boolean {
  const known = new Set(columns.flatMap(({ header, aliases }) => [header, ...aliases]).map(normalised));
  return row.cells.some((cell) => known.has(normalised(textOf(cell))));
}

/** @throws {ImportRefused} with all missing, duplicate and unknown columns. */
export function readHeader(row: TableRow, kind: Kind, { ignored, wholeRows }: HeaderOptions): Header {
  const names = row.cells.map((cell) => normalised(textOf(cell)));
  while (names.at(-1) === '') names.pop();
  const faults: string[] = [];
  const columns: PlacedColumn[] = [];
  const taken = new Set<number>();
  const ofReport = new Set<number>();
  for (const [index, name] of names.entries()) {
    if (REPORT_HEADERS.includes(name)) ofReport.add(index);
    if (REPORT_HEADERS.includes(name) || [...kind.ignored, ...ignored].some((some) => normalised(some) === name)) {
      taken.add(index);
    }
  }
  for (const column of kind.columns) {
    const called = new Set([column.header, ...column.aliases].map(normalised));
    const places = names.flatMap((name, index) => (called.has(name) && !taken.has(index) ? [index] : []));
    const [index] = places;
    for (const place of places) taken.add(place);
    if (places.length > 1) {
      faults.push(`the column ${column.header} occurs twice: ${places.map((place) => names[place]).join(' and ')}`);
    }
    if (index === undefined && column.required) faults.push(`the column ${column.header} is missing`);
    if (index !== undefined) columns.push({ column, index });
  }
  // It may be a row of the register, whose values must not appear in a message.
  if (columns.length === 0) {
    const known = kind.columns.map(({ header }) => header).join(', ');
    throw new ImportRefused(
      `Line ${row.line} is not a header: none of its cells names a column. The columns are ${known}.`,
    );
  }
  const unknown = names.filter((_, index) => !taken.has(index));
  if (unknown.length > 0) {
    faults.push(
      `unknown: ${unknown.map((name) => (name === '' ? '(a column without a header)' : name)).join(', ')} ` +
        '(leave them out with --ignore HEADER)',
    );
  }
  if (faults.length > 0) {
    throw new ImportRefused(
      `Line ${row.line}, the header: ${faults.join('; ')}. The file has ${names.filter((name) => name !== '').join(', ')}.`,
    );
  }
  columns.sort((a, b) => Number(b.column.type === 'id-number') - Number(a.column.type === 'id-number'));
  return { names, columns, ofReport, wholeRows };
}

// Private:

/** Many forms mark required columns with stars; spaces and line breaks come from the layout. */
function normalised(header: string): string {
  return comparable(header).replace(/^'/, '').replace(/[\s*]/g, '');
}
