import { comparable } from '../../domain/visible-text';
import { type TableRow, textOf } from '../file/cell';
import type { Column } from '../mapping/column';
import type { Kind } from '../mapping/mapping';
import { ImportRefused } from '../refused';
import { REPORT_HEADERS } from '../report/report-headers';

/** A column of the kind with its place in the file. */
export interface PlacedColumn {
  readonly column: Column;
  readonly index: number;
}

/** The first row of a file, understood. */
export interface Header {
  /** As in the file. */
  readonly names: readonly string[];
  /** The kind's columns that the file has, the ID number's first: others are checked against it. */
  readonly columns: readonly PlacedColumn[];
  /** Places of columns that a list of refused rows has put in front. */
  readonly ofReport: ReadonlySet<number>;
  /** Whether every row must have all cells: in a text file one that has less has lost something, in a workbook it ends early. */
  readonly wholeRows: boolean;
}

export interface HeaderOptions {
  /** Headers that the officer wants to be left out. */
  readonly ignored: readonly string[];
  readonly wholeRows: boolean;
}

/** Whether some cell of a row names a column of the kind. */
export function namesColumns(row: TableRow, { columns }: Kind): boolean {
  const known = new Set(columns.flatMap(({ header, aliases }) => [header, ...aliases]).map(normalised));
  return row.cells.some((cell) => known.has(normalised(textOf(cell))));
}

/** @throws {ImportRefused} where required columns are missing, a column is there twice, or one is not known: all of it at once. */
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
      faults.push(`the column ${column.header} is there twice: ${places.map((place) => names[place]).join(' and ')}`);
    }
    if (index === undefined && column.required) faults.push(`the column ${column.header} is missing`);
    if (index !== undefined) columns.push({ column, index });
  }
  // Then it is a row of the register, whose values nobody may read in a message.
  if (columns.length === 0) {
    const known = kind.columns.map(({ header }) => header).join(', ');
    throw new ImportRefused(`Line ${row.line} is no header: none of its cells names a column. Columns are ${known}.`);
  }
  const unknown = names.filter((_, index) => !taken.has(index));
  if (unknown.length > 0) {
    faults.push(
      `not known: ${unknown.map((name) => (name === '' ? '(a column without a header)' : name)).join(', ')} ` +
        '(leave them out by --ignore HEADER)',
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

/** Stars mark what is required in many forms, and spaces and line breaks come with the layout. */
function normalised(header: string): string {
  return comparable(header).replace(/^'/, '').replace(/[\s*]/g, '');
}
