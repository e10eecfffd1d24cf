import { createPublicKey, type KeyObject } from 'node:crypto';
import jwksClient from 'jwks-rsa';
import { TokenRefused } from './authentication/token-refused';

/** However many tokens name unknown keys, the identity provider is asked at most this often; milliseconds. */
const SHORTEST_INTERVAL = 10_000;
/** A key that the identity provider has withdrawn is trusted for at most this long; milliseconds. */
const LONGEST_TRUST = 600_000;
const FETCH_TIMEOUT_MILLISECONDS = 5_000;

/** @returns the public key of that id, read once, or undefined where there is none. */
export type KeySet = (keyId: string) => Promise<KeyObject | undefined>;

/**
 * The identity provider's keys, fetched as a whole (RFC 7517 section 5) and kept, so that tokens with made-up key ids
 * neither reach the provider nor keep those with known ones waiting. Known keys go on serving while it is down.
 *
 * The returned function throws TokenRefused where the keys cannot be had.
 */
export function keySet(jwksUri: string): KeySet {
  const client = jwksClient({ jwksUri, cache: false, rateLimit: false, timeout: FETCH_TIMEOUT_MILLISECONDS });
  let keys: ReadonlyMap<string, KeyObject> | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  const refresh = async () => {
    askedAt = performance.now();
    const found = await client.getSigningKeys();
    keys = new Map(found.map((key) => [key.kid, createPublicKey(key.getPublicKey())]));
    fetchedAt = performance.now();
  };

  return async (keyId) => {
    const now = performance.now();
    const stale = now - fetchedAt > LONGEST_TRUST;
    if ((stale || !keys?.has(keyId)) && (underWay !== undefined || now - askedAt > SHORTEST_INTERVAL)) {
      underWay ??= refresh().finally(() => {
        underWay = undefined;
      });
      await underWay.catch(() => undefined);
    }
    if (keys === undefined) throw new TokenRefused('KEYS_UNAVAILABLE');
    return keys.get(keyId);
  };
}
