/** How often what was looked up in a cache was there; whoever keeps the cache adds to it. */
export interface CacheUse {
  hits: number;
  misses: number;
}

/** Where nobody reads it. */
export const uncounted = (): CacheUse => ({ hits: 0, misses: 0 });
