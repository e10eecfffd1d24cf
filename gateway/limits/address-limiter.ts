import { LRUCache } from 'lru-cache';
import { failure } from '../../shared/protocol/errors';
import { networkOf, ONE_PLACE } from '../request/address-class';

/** Counts, for each address, requests that were refused before their caller was known. */
export interface AddressLimiter {
  /** Called before the token is read. @throws RATE_LIMITED if this address had too many requests refused. */
  check(address: string | null): void;
  refused(address: string | null): void;
}

const WINDOW_MILLISECONDS = 60_000;

/** How many addresses are remembered; the least recently used are dropped, to bound memory. */
const ADDRESSES = 10_000;

/** @param limit refused requests that one address may have in a minute. */
export function addressLimiter(limit: number): AddressLimiter {
  const windows = new LRUCache<string, { count: number; readonly until: number }>({ max: ADDRESSES });
  const current = (place: string) => {
    const window = windows.get(place);
    return window !== undefined && window.until > performance.now() ? window : undefined;
  };
  return {
    check(address) {
      if (windows.size === 0) return;
      const window = current(placeOf(address));
      if (window === undefined || window.count < limit) return;
      const retryAfter = Math.ceil((window.until - performance.now()) / 1_000);
      throw failure('RATE_LIMITED', undefined, { reason: 'ADDRESS', limit, retryAfter: Math.max(1, retryAfter) });
    },
    refused(address) {
      const place = placeOf(address);
      const window = current(place);
      if (window === undefined) windows.set(place, { count: 1, until: performance.now() + WINDOW_MILLISECONDS });
      else window.count += 1;
    },
  };
}

const placeOf = (address: string | null): string => (address === null ? '' : networkOf(address, ONE_PLACE));
