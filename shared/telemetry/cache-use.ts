/** Hits and misses of a cache, counted by its owner. */
export interface CacheUse {
  hits: number;
  misses: number;
}

/** For a cache without metrics. */
export const uncounted = (): CacheUse => ({ hits: 0, misses: 0 });
