import { looksLikeFormula } from '../formula';

/** Excel takes a file for UTF-8 where it begins so. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** More digits than a spreadsheet keeps of a number: it would show 9.9E+17 for an ID number, and save that. */
const LONG_NUMBER = /^\d{12,}/;

/**
 * A line of CSV (RFC 4180) that a spreadsheet shows and does not compute: an apostrophe stands before cells that it would
 * take for a formula, or round. An import takes the apostrophe off again.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

// Private:

function csvCell(text: string): string {
  const safe = looksLikeFormula(text) || LONG_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
