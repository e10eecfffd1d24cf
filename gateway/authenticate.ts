import type { KeyObject } from 'node:crypto';
import { type Algorithm, decode, type JwtPayload, verify } from 'jsonwebtoken';
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

  return async (authorization) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const keyId = keyIdOf(token);
    const publicKey = keyId === undefined ? undefined : await publicKeyOf(keyId);
    if (publicKey === undefined) throw failure('UNAUTHENTICATED');
    const caller = callerFromClaims(verified(token, publicKey, issuer, audience));
    if (caller === null) throw failure('UNAUTHENTICATED');
    return caller;
  };
}

/** @returns undefined for what is no token, or one that names no key. */
function keyIdOf(token: string): string | undefined {
  try {
    return decode(token, { complete: true })?.header.kid;
  } catch {
    return undefined;
  }
}

function verified(token: string, publicKey: KeyObject, issuer: string, audience: string): JwtPayload | null {
  try {
    const claims = verify(token, publicKey, { algorithms: ALGORITHMS, issuer, audience });
    // The library checks an expiry where there is one; a token without would live for ever.
    return typeof claims === 'object' && typeof claims.exp === 'number' ? claims : null;
  } catch {
    return null;
  }
}
