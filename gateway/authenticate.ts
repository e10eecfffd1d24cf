import { hash, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../shared/caller';
import { TokenRefused } from './authentication/token-refused';
import { type TokenRules, verifyToken } from './authentication/verify-token';
import { keySet } from './key-set';

/** Asymmetric ones only: a symmetric algorithm would let anyone sign with the public key (RFC 8725 section 2.1). */
const ALGORITHMS: ReadonlySet<string | undefined> = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512'],
]);

const DEFAULT_LIFETIME_SECONDS = 3_600;

export interface AuthenticatorOptions extends Omit<TokenRules, 'lifetimeSeconds'> {
  /** Where the identity provider publishes its keys (RFC 7517). */
  readonly jwksUri: string;
  /** The longest time from `iat` to `exp` of a token, seconds; an hour where nothing is given. */
  readonly lifetimeSeconds?: number;
}

/** @throws TokenRefused, which says why to the log, and to the client only whether to send another token. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

/** Verifies bearer tokens (RFC 6750), each once: a verified one is remembered while it lives and its key is published. */
export function authenticator(options: AuthenticatorOptions): Authenticate {
  const { jwksUri, issuer, audience, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS } = options;
  const publicKeyOf = keySet(jwksUri);
  const known = new LRUCache<string, KnownToken>({ max: REMEMBERED_TOKENS });

  return async (authorization) => {
    const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new TokenRefused('MISSING');
    // Not by the token itself: what is remembered opens nothing.
    const digest = hash('sha256', token, 'base64');
    const remembered = known.get(digest);
    const header = remembered?.header ?? headerOf(token);
    const { kid, alg } = header;
    if (!ALGORITHMS.has(alg)) throw new TokenRefused('WRONG_ALGORITHM');
    const key = typeof kid === 'string' ? await publicKeyOf(kid) : undefined;
    if (key === undefined) throw new TokenRefused('UNKNOWN_KEY');
    if (remembered?.key === key && remembered.expiresAt > Date.now()) return remembered.caller;

    const { caller, expiresAt } = await verifyToken(token, header, key, { issuer, audience, lifetimeSeconds });
    known.set(digest, { header, key, caller, expiresAt: expiresAt * 1_000 });
    return caller;
  };
}

const REMEMBERED_TOKENS = 10_000;

/** A token that was verified. */
interface KnownToken {
  readonly header: ProtectedHeaderParameters;
  /** What it was verified with. */
  readonly key: KeyObject;
  readonly caller: Caller;
  /** As `Date.now()` has it. */
  readonly expiresAt: number;
}

function headerOf(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new TokenRefused('MALFORMED');
  }
}
