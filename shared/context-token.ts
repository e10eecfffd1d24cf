import { createPrivateKey, createPublicKey } from 'node:crypto';
import { sign, verify } from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { type Grant, grant } from './access/grant';
import type { Agency } from './agencies';
import { type Caller, callerClaims } from './caller';
import { PURPOSES, type Purpose, type Reference } from './purpose';
import { type CacheUse, uncounted } from './telemetry/cache-use';

/**
 * What the gateway tells an agency about a request, signed: who asks, and why. An agency accepts nothing else, so that
 * neither a client's own token nor another agency's context opens anything there.
 */
export interface AccessContext {
  readonly caller: Caller;
  readonly purpose: Purpose;
  readonly reference: Reference | null;
  /** What the reference covers; null without one. */
  readonly grant: Grant | null;
  /** Whether the caller has written down why, as break-glass asks for. */
  readonly reasonGiven: boolean;
}

const ISSUER = 'unified-child-record/gateway';
const ALGORITHM = 'ES256';
const LIFETIME_SECONDS = 60;
/** A cached token is handed out again only while at least this much of its life is left. */
const REUSE_MARGIN_MILLISECONDS = 20_000;
const CACHE_ENTRIES = 10_000;

const contextClaims = z.object({
  iat: z.number(),
  exp: z.number(),
  caller: callerClaims,
  purpose: z.enum(PURPOSES),
  reference: z.object({ kind: z.enum(['case', 'meeting']), id: z.string() }).nullable(),
  grant: grant.nullable(),
  reasonGiven: z.boolean(),
});

/** @param audience the agency that it is for. */
export type ContextSigner = (context: AccessContext, audience: string) => string;

/** Signs contexts with ES256 for one agency each, for at most 60 seconds; equal contexts share a token while it lasts. */
export function contextSigner(privateKeyPem: string, use: CacheUse = uncounted()): ContextSigner {
  const key = createPrivateKey(privateKeyPem);
  /** Tokens by agency, by the text of what they say. */
  const cache = new LRUCache<string, Map<string, SignedToken>>({ max: CACHE_ENTRIES });
  /** One request signs the same for several agencies. */
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
    if (signed !== undefined && signed.reusableUntil > Date.now()) use.hits += 1;
    else {
      use.misses += 1;
      signed = {
        token: sign(claims, key, { algorithm: ALGORITHM, issuer: ISSUER, audience, expiresIn: LIFETIME_SECONDS }),
        reusableUntil: Date.now() + LIFETIME_SECONDS * 1_000 - REUSE_MARGIN_MILLISECONDS,
      };
      tokens.set(audience, signed);
    }
    return signed.token;
  };
}

interface SignedToken {
  readonly token: string;
  /** As `Date.now()` has it. */
  readonly reusableUntil: number;
}

export type ContextVerifier = (token: string) => AccessContext | null;

/** Accepts the gateway's ES256 contexts for `audience`; answers null for everything else, without saying why. */
export function contextVerifier(publicKeyPem: string, audience: Agency): ContextVerifier {
  const key = createPublicKey(publicKeyPem);
  const cache = new LRUCache<string, { context: AccessContext; expiresAt: number }>({ max: CACHE_ENTRIES });
  return (token) => {
    const known = cache.get(token);
    if (known !== undefined && known.expiresAt > Date.now()) return known.context;
    try {
      const claims = contextClaims.parse(
        verify(token, key, { algorithms: [ALGORITHM], issuer: ISSUER, audience, maxAge: LIFETIME_SECONDS }),
      );
      const context = Object.freeze({
        caller: Object.freeze(claims.caller),
        purpose: claims.purpose,
        reference: claims.reference,
        grant: claims.grant,
        reasonGiven: claims.reasonGiven,
      });
      cache.set(token, { context, expiresAt: Math.min(claims.exp, claims.iat + LIFETIME_SECONDS) * 1000 });
      return context;
    } catch {
      return null;
    }
  };
}

/** What is wrong with a key in PEM, to be read behind its name; undefined where it can sign or verify contexts. */
export function contextKeyFault(pem: string, kind: 'private' | 'public'): string | undefined {
  try {
    const key = kind === 'private' ? createPrivateKey(pem) : createPublicKey(pem);
    if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return undefined;
  } catch {
    // The same message: the cause could quote the key.
  }
  return `must be a ${kind} key on the elliptic curve P-256, in PEM.`;
}
