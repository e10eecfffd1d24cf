/** Spaces of every kind, control characters, and format characters (zero-width, direction marks): nobody sees them. */
const EDGES = /^[\s\p{Cc}\p{Cf}]+|[\s\p{Cc}\p{Cf}]+$/gu;

/** Format characters, and the selectors that choose between two drawings of the same character (Unicode, 23.4). */
const UNSEEN = /[\p{Cf}\p{Variation_Selector}]/gu;

/** The text without what nobody sees before and after it; what stands in between is left as it was given. */
export function trimUnseen(text: string): string {
  return text.replace(EDGES, '');
}

/**
 * A text in the one spelling by which two that look the same are compared: full-width digits as digits, compatibility
 * ideographs as the ideographs that they stand for (Unicode Annex 15, NFKC), and nothing that cannot be seen.
 *
 * @returns a text to compare by; a name is stored as it was given.
 */
export function comparable(text: string): string {
  return trimUnseen(text.replace(UNSEEN, '').normalize('NFKC'));
}
