/**
 * Control characters, format characters and lone surrogates: they can disguise a text, or act as commands elsewhere.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/u;

/** Whether a text contains an invisible character; line breaks and tabs count as such. */
export function hidesCharacters(text: string): boolean {
  return HIDDEN.test(text);
}

/**
 * Whether a text contains eleven digits in a row, however they are written or separated, as ID numbers (GB 11643) and
 * telephone numbers have. In dates and times, words separate the digits (3月5日12时30分).
 */
export function holdsNumberOfAPerson(text: string): boolean {
  return /\p{Nd}{11}/u.test(text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, ''));
}
