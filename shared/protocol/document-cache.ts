import { LRUCache } from 'lru-cache';

const TEXTS = 2_000;
/** Of all texts together, in UTF-16 units: parsed, an operation takes a hundred times as much memory as its text. */
const CHARACTERS = 1_000_000;

/**
 * What was worked out of texts of operations, for those that were used last. What takes more memory than its text lets one
 * think is set with a `size`, in characters.
 */
export function documentCache<Worked extends object | string>(): LRUCache<string, Worked> {
  return new LRUCache({ max: TEXTS, maxSize: CHARACTERS, sizeCalculation: (_, text) => text.length + 1 });
}
