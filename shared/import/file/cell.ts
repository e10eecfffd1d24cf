import { trimUnseen } from '../../domain/visible-text';

/** A number as a workbook stores it, and as a person sees it. */
export interface StoredNumber {
  readonly value: number;
  /** The text in the cell: `20`, `3班`, `1,234.50`, `2026年5月17日`; of a whole number without a format, all its digits. */
  readonly shown: string;
  /** The number as far as the text shows it, `1234.5`; undefined where the text shows none, as a percentage or a date. */
  readonly number: string | undefined;
  /** Where the cell shows a day or month: `2026-05-17`, `2026-05`, or with the time that it shows `2026-05-17T09:30`. */
  readonly date: string | undefined;
}

/** What stands for a cell whose value is not there to be read, or is there and not shown, as by the format `;;;`. */
export type Unreadable = 'formula' | 'error' | 'hidden';

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
  return 'unreadable' in cell ? '' : (cell.date ?? cell.shown);
}

/** Templates and lists of refused rows hold lines for people, which begin so. */
export const COMMENT = '#';

/** How a spreadsheet shows that it could not compute a cell. */
export const ERROR_VALUE = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/;

/** Whether a row is a line for people. An error of the spreadsheet begins in the same way and is none. */
export function isComment({ cells }: TableRow): boolean {
  const first = trimUnseen(textOf(cells[0]));
  return first.startsWith(COMMENT) && !ERROR_VALUE.test(first);
}

/** Whether nothing can be seen in a row. */
export function isEmpty({ cells }: TableRow): boolean {
  return cells.every((cell) => (typeof cell === 'string' ? trimUnseen(cell) === '' : false));
}
