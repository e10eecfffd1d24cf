/** Control and format characters and halves of characters: they hide what a text says, or end up elsewhere as commands. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** Whether a text holds a character that cannot be seen; a line break and a tab are such, too. */
export function hidesCharacters(text: string): boolean {
  return HIDDEN.test(text);
}

/**
 * Whether a text holds eleven digits in a row, whatever stands between them and however they are written: as ID numbers
 * (GB 11643) and telephone numbers have. In dates and times, words keep digits apart (3月5日12时30分).
 */
export function holdsNumberOfAPerson(text: string): boolean {
  return /\p{Nd}{11}/u.test(text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, ''));
}
