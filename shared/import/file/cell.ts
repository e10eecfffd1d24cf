import { trimUnseen } from '../../domain/visible-text';

/** A number in a workbook: its stored value, and how its cell displays it. */
export interface StoredNumber {
  readonly value: number;
  /** The displayed text: `20`, `3班`, `1,234.50`, `2026年5月17日`; for a whole number without a format, all its digits. */
  readonly shown: string;
  /** The displayed number, `1234.5`; undefined if the text is not a number, as for a percentage or a date. */
  readonly number: string | undefined;
  /** The displayed day or month: `2026-05-17`, `2026-05`, or with a displayed time `2026-05-17T09:30`. */
  readonly date: string | undefined;
}

/** Placeholder for a cell whose value is missing, or is hidden by a format such as `;;;`. */
export type Unreadable = 'formula' | 'error' | 'hidden';

/** One cell of a row: its text, a workbook's number, or the reason why it cannot be read. */
export type Cell = string | StoredNumber | { readonly unreadable: Unreadable };

/** A row of a file, with the number of the line or sheet row where it begins. */
export interface TableRow {
  readonly line: number;
  /** The line where it ends: a later one if a cell contains line breaks. */
  readonly lastLine: number;
  readonly cells: readonly Cell[];
}

/** The displayed text; empty if the cell cannot be read. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string') return cell;
  return 'unreadable' in cell ? '' : (cell.date ?? cell.shown);
}

/** Beginning of comment lines in templates and lists of refused rows. */
export const COMMENT = '#';

/** Error values of spreadsheets. */
export const ERROR_VALUE = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/;

/** Whether a row is a comment. A spreadsheet's error begins the same way but is no comment. */
export function isComment({ cells }: TableRow): boolean {
  const first = trimUnseen(textOf(cells[0]));
  return first.startsWith(COMMENT) && !ERROR_VALUE.test(first);
}

/** Whether a row displays nothing. */
export function isEmpty({ cells }: TableRow): boolean {
  return cells.every((cell) => (typeof cell === 'string' ? trimUnseen(cell) === '' : false));
}
