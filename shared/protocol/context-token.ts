import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { sign, verify } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Grant, grant } from '../access/grant';
import type { Agency } from '../domain/agencies';
import { type Caller, callerClaims } from '../domain/caller';
import { PURPOSES, type Purpose, REFERENCE_KINDS, type Reference } from '../domain/purpose';
import { type CacheUse, uncounted } from '../telemetry/cache-use';

/**
 * The signed context of a request: who asks, and for which purpose. An agency accepts nothing else: neither a client's
 * token nor another agency's context opens anything there.
 *
 * @example { caller: { sub: 'town-case-worker', agency: 'governance-center', roles: ['case-worker'], region:
 *   '990101001' }, purpose: 'RISK_ASSESSMENT', reference: null, grant: null, reasonGiven: false }
 */
export interface AccessContext {
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly reference: Reference | null;
  /** What the reference covers; null without one. */
  readonly grant: Grant | null;
  /** Whether the caller gave a written reason, as break-glass requires. */
  readonly reasonGiven: boolean;
}

const ISSUER = 'unified-child-record/gateway';
const ALGORITHM = 'ES256';
const LIFETIME_SECONDS = 60;
/** Tolerated difference between the clocks of gateway and agency. */
const CLOCK_SKEW_SECONDS = 5;
/** A cached token is reused only while at least this much of its lifetime is left. */
const REUSE_MARGIN_MILLISECONDS = 20_000;
const CACHE_ENTRIES = 10_000;

const contextClaims = z.object({
  iat: z.number(),
  exp: z.number(),
  /** Thumbprint of the certificate that the token is bound to (RFC 8705 section 3.1); missing without mutual TLS. */
  cnf: z.object({ 'x5t#S256': z.string() }).optional(),
  caller: callerClaims,
  purpose: z.enum(PURPOSES),
  reference: z.object({ kind: z.enum(REFERENCE_KINDS), id: z.string() }).nullable(),
  grant: grant.nullable(),
  reasonGiven: z.boolean(),
});

/** @param audience the receiving agency. */
export type ContextSigner = (context: AccessContext, audience: string) => string;

/**
 * Signs contexts with ES256, each for one agency and at most 60 seconds; equal contexts share a token while it is valid.
 *
 * @param certificate returns the thumbprint of the gateway's current certificate, to which contexts are bound.
 */
export function contextSigner(
  privateKeyPem: string,
  use: CacheUse = uncounted(),
  certificate: () => string | null = () => null,
): ContextSigner {
  const key = createPrivateKey(privateKeyPem);
  /** Tokens by agency, keyed by their claims. */
  const cache = new LRUCache<string, Map<string, SignedToken>>({ max: CACHE_ENTRIES });
  /** The same per context object: one request signs equal claims for several agencies. */
  const ofRequest = new WeakMap<AccessContext, Map<string, SignedToken>>();
  return (context, audience) => {
    const { caller, purpose, reference, grant, reasonGiven } = context;
    const claims = { caller, purpose, reference, grant, reasonGiven };
    let tokens = ofRequest.get(context);
    if (tokens === undefined) {
      const text = JSON.stringify(claims);
      tokens = cache.get(text) ?? new Map();
      cache.set(text, tokens);
      ofRequest.set(context, tokens);
    }
    let signed = tokens.get(audience);
    const boundTo = certificate();
    if (signed !== undefined && signed.boundTo === boundTo && signed.reusableUntil > Date.now()) use.hits += 1;
    else {
      use.misses += 1;
      const content = boundTo === null ? claims : { ...claims, cnf: { 'x5t#S256': boundTo } };
      signed = {
        boundTo,
        token: sign(content, key, { algorithm: ALGORITHM, issuer: ISSUER, audience, expiresIn: LIFETIME_SECONDS }),
        reusableUntil: Date.now() + LIFETIME_SECONDS * 1_000 - REUSE_MARGIN_MILLISECONDS,
      };
      tokens.set(audience, signed);
    }
    return signed.token;
  };
}

interface SignedToken {
  readonly boundTo: string | null;
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly reusableUntil: number;
}

/**
 * Verifies a signed context. @param certificate thumbprint of the client certificate: null on an unencrypted
 * connection, empty without a trusted certificate.
 */
export type ContextVerifier = (token: string, certificate?: string | null) => AccessContext | null;

/**
 * Verifies the gateway's ES256 contexts for `audience`; returns null for any other token, without a reason. A context
 * is valid for 60 seconds after it was signed, and for 60 seconds after it was first seen.
 *
 * @param publicKeysPem one key, or two during a key rotation.
 */
export function contextVerifier(publicKeysPem: string, audience: Agency): ContextVerifier {
  const keys = publicKeysIn(publicKeysPem).map((pem) => createPublicKey(pem));
  const cache = new LRUCache<string, VerifiedContext>({ max: CACHE_ENTRIES });
  return (token, certificate = null) => {
    let known = cache.get(token);
    if (known === undefined) {
      const claims = claimsOf(token, keys, audience);
      if (claims === null) return null;
      const { iat, exp, cnf, caller, purpose, reference, grant, reasonGiven } = claims;
      known = {
        context: Object.freeze({ caller: Object.freeze(caller), purpose, reference, grant, reasonGiven }),
        boundTo: cnf?.['x5t#S256'] ?? null,
        expiresAt: Math.min(exp * 1_000, iat * 1_000 + LIFETIME_MILLISECONDS, Date.now() + LIFETIME_MILLISECONDS),
      };
      cache.set(token, known);
    }
    return known.boundTo === certificate && known.expiresAt > Date.now() ? known.context : null;
  };
}

const LIFETIME_MILLISECONDS = LIFETIME_SECONDS * 1_000;

interface VerifiedContext {
  readonly context: AccessContext;
  readonly boundTo: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

function claimsOf(token: string, keys: readonly KeyObject[], audience: Agency): z.infer<typeof contextClaims> | null {
  for (const key of keys) {
    try {
      const verified = verify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience,
        maxAge: LIFETIME_SECONDS,
      });
      const claims = contextClaims.parse(verified);
      return claims.iat * 1_000 <= Date.now() + CLOCK_SKEW_SECONDS * 1_000 ? claims : null;
    } catch {
      // It may have been signed with the other key.
    }
  }
  return null;
}

/** Thumbprint of the certificate that a verified context is bound to; null for none. */
export function certificateOf(token: string): string | null {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly cnf?: { readonly 'x5t#S256': string };
  };
  return payload.cnf?.['x5t#S256'] ?? null;
}

/** Splits a text into its PEM keys. */
export const publicKeysIn = (text: string): readonly string[] =>
  text.match(/-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g) ?? [text];

/**
 * Checks a PEM key that signs or verifies contexts. @returns its fault, to be appended to a name; undefined for a
 * usable key.
 */
export function contextKeyFault(pem: string, kind: 'private' | 'public'): string | undefined {
  try {
    const key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined;
  } catch {
    // Without the cause, which could quote the key.
  }
  return `must be a ${kind} key on the elliptic curve P-256, in PEM.`;
}
