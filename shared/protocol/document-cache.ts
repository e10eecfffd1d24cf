import { LRUCache } from 'lru-cache';

const TEXTS = 2_000;
/** Total size of all texts in UTF-16 units: a parsed operation takes about a hundred times the memory of its text. */
const CHARACTERS = 1_000_000;

/**
 * Caches results per operation text, least recently used first out. Entries that take more memory than their text suggests
 * are set with a `size` in characters.
 */
export function documentCache<Worked extends object | string>(): LRUCache<string, Worked> {
  return new LRUCache({ max: TEXTS, maxSize: CHARACTERS, sizeCalculation: (_, text) => text.length + 1 });
}

/** Sets an entry with a new size: `set` alone keeps the old size if the value is the same. */
export function reweigh<Worked extends object>(
  cache: LRUCache<string, Worked>,
  key: string,
  value: Worked,
  size: number,
): void {
  cache.delete(key);
  cache.set(key, value, { size });
}
