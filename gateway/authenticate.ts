import { hash, type KeyObject } from 'node:crypto';
import { type Algorithm, decode, type JwtPayload, verify } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { type Caller, callerFromClaims } from '../shared/caller';
import { failure } from '../shared/errors';
import { keySet } from './key-set';

/** Asymmetric ones only: a symmetric algorithm would let anyone sign with the public key (RFC 8725 section 2.1). */
const ALGORITHMS: Algorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];

export interface AuthenticatorOptions {
  /** Where the identity provider publishes its keys (RFC 7517). */
  readonly jwksUri: string;
  readonly issuer: string;
  readonly audience: string;
}

/** @throws UNAUTHENTICATED without saying why, or IDENTITY_PROVIDER_UNAVAILABLE where the keys cannot be had. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Verifies bearer tokens: signature, issuer, audience, not-before, and an expiry that must be there. */
export function authenticator({ jwksUri, issuer, audience }: AuthenticatorOptions): Authenticate {
  const publicKeyOf = keySet(jwksUri);
  const known = new LRUCache<string, KnownToken>({ max: REMEMBERED_TOKENS });

  return async (authorization) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1] ?? '';
    // Not by the token itself: what is remembered opens nothing.
    const digest = hash('sha256', token, 'base64');
    const remembered = known.get(digest);
    const keyId = remembered?.keyId ?? keyIdOf(token);
    const publicKey = keyId === undefined ? undefined : await publicKeyOf(keyId);
    if (keyId === undefined || publicKey === undefined) throw failure('UNAUTHENTICATED');
    if (remembered?.publicKey === publicKey && remembered.expiresAt > Date.now()) return remembered.caller;

    const claims = verified(token, publicKey, issuer, audience);
    const caller = callerFromClaims(claims);
    if (claims === null || caller === null) throw failure('UNAUTHENTICATED');
    known.set(digest, { keyId, publicKey, caller, expiresAt: claims.exp * 1_000 });
    return caller;
  };
}

const REMEMBERED_TOKENS = 10_000;

/** A token that was verified, good for as long as it lives and the identity provider publishes the key that it was verified with. */
interface KnownToken {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly caller: Caller;
  /** As `Date.now()` has it. */
  readonly expiresAt: number;
}

type Claims = JwtPayload & { readonly exp: number };

/** @returns undefined for what is no token, or one that names no key. */
function keyIdOf(token: string): string | undefined {
  try {
    return decode(token, { complete: true })?.header.kid;
  } catch {
    return undefined;
  }
}

function verified(token: string, publicKey: KeyObject, issuer: string, audience: string): Claims | null {
  try {
    const claims = verify(token, publicKey, { algorithms: ALGORITHMS, issuer, audience });
    // The library checks an expiry where there is one; a token without would live for ever.
    return typeof claims === 'object' && typeof claims.exp === 'number' ? { ...claims, exp: claims.exp } : null;
  } catch {
    return null;
  }
}
