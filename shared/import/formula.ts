/**
 * Characters by which a spreadsheet takes a cell for a formula (CWE-1236), the full-width ones that Chinese input methods
 * write included, and a tab or carriage return, behind which another cell begins.
 */
const TRIGGER = /^[=+\-@\t\r＝＋－＠]/;

export function looksLikeFormula(text: string): boolean {
  return TRIGGER.test(text);
}
