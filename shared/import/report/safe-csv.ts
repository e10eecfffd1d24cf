import { looksLikeFormula } from '../formula';

/** Byte order mark, by which Excel recognizes UTF-8. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** More digits than a spreadsheet displays: it would show 9.9E+17 for an ID number, and save that. */
const LONG_NUMBER = /^\d{12,}/;

/**
 * Writes a line of CSV (RFC 4180) that no spreadsheet evaluates: an apostrophe precedes cells that it would treat as a
 * formula, or round. An import removes the apostrophe.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

// Private:

function csvCell(text: string): string {
  const safe = looksLikeFormula(text) || LONG_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
