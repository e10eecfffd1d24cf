/**
 * Characters that make a spreadsheet treat a cell as a formula (CWE-1236), including the full-width ones of Chinese input
 * methods; also a tab or carriage return, after which another cell begins.
 */
const TRIGGER = /^[=+\-@\t\r＝＋－＠]/;

export function looksLikeFormula(text: string): boolean {
  return TRIGGER.test(text);
}
