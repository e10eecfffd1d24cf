/** Invisible characters: spaces of every kind, control characters, and format characters (zero-width, direction marks). */
const EDGES = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;

/** Format characters, and variation selectors (Unicode, 23.4). */
const UNSEEN = /[\p{Cf}\p{Variation_Selector}]/gu;

/** Trims invisible characters from both ends; leaves those in between. */
export function trimUnseen(text: string): string {
  return text.replace(EDGES, '');
}

/**
 * Normalises texts that look alike, for comparison: full-width digits become digits, compatibility ideographs the
 * ideographs that they stand for (Unicode Annex 15, NFKC), and invisible characters are dropped.
 *
 * @returns a text to compare by; names are stored as given.
 */
export function comparable(text: string): string {
  return trimUnseen(text.replace(UNSEEN, '').normalize('NFKC'));
}
