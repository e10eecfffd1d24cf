/** A number as a workbook stores it. */
export interface StoredNumber {
  readonly value: number;
  /** As it stands in the file: `9.9010120130517E+17`. */
  readonly written: string;
  /** Where the cell is formatted as a date or time: ISO, `2026-05-17` or `2026-05-17T09:30`. */
  readonly date: string | undefined;
}

/** What stands for a cell whose value is not there to be read. */
export type Unreadable = 'formula' | 'error';

/** One cell of a row: its text, what a workbook stores as a number, or why it cannot be read. */
export type Cell = string | StoredNumber | { readonly unreadable: Unreadable };

/** A row of a file with the number of the line, or of the sheet's row, where it begins. */
export interface TableRow {
  readonly line: number;
  /** The line where it ends: another one where a cell holds line breaks. */
  readonly lastLine: number;
  readonly cells: readonly Cell[];
}

/** What a person sees in the cell; empty where it cannot be read. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  return 'unreadable' in cell ? '' : (cell.date ?? cell.written);
}

/** Templates and lists of refused rows hold lines for people, which begin so. */
export const COMMENT = '#';

/** Whether a row holds nothing to import: it is empty, or a comment. */
export function isBlank({ cells }: TableRow): boolean {
  if (textOf(cells[0]).startsWith(COMMENT)) return true;
  return cells.every((cell) => (typeof cell === 'string' ? cell.trim() === '' : false));
}
