import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import { z } from 'zod';
import { type Caller, callerClaims } from '../../../shared/domain/caller';
import { type TokenRefusalReason, TokenRefused } from '../../request/token-refused';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Longest time from `iat` to `exp`, in seconds. */
  readonly lifetimeSeconds: number;
}

export interface VerifiedToken {
  readonly caller: Caller;
  readonly jti: string | undefined;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Tolerated difference between the identity provider's clock and this machine's. */
const CLOCK_SKEW_SECONDS = 5;

/** Types of an access token: the issuer may also sign JWTs for other uses (RFC 8725 section 3.11). */
const TYPE = /^(?:application\/)?(?:jwt|at\+jwt)$/i;

/**
 * Verifies a token's signature, critical headers, type, issuer, audience and times, and reads the caller from its
 * claims.
 *
 * @param key the identity provider's key, known to be fit for `header.alg`.
 * @throws TokenRefused
 */
export async function verifyToken(
  token: string,
  { alg = '', typ = '' }: ProtectedHeaderParameters,
  key: KeyObject,
  { issuer, audience, lifetimeSeconds }: TokenRules,
): Promise<VerifiedToken> {
  const { payload } = await jwtVerify(token, key, {
    algorithms: [alg],
    issuer,
    audience,
    requiredClaims: ['exp'],
    maxTokenAge: lifetimeSeconds,
    clockTolerance: CLOCK_SKEW_SECONDS,
  }).catch((error: unknown) => {
    throw refusalOf(error);
  });
  if (!TYPE.test(typ)) throw new TokenRefused('WRONG_TYPE');
  // `jwtVerify` has checked that both are numbers.
  const { iat: issuedAt = 0, exp: expiresAt = Number.POSITIVE_INFINITY } = payload;
  if (expiresAt - issuedAt > lifetimeSeconds) throw new TokenRefused('LIFETIME_TOO_LONG');
  return { ...readClaims(payload), issuedAt, expiresAt };
}

const tokenClaims = callerClaims.extend({ jti: z.string().optional() });

function readClaims(payload: JWTPayload): Pick<VerifiedToken, 'caller' | 'jti'> {
  const { data, error } = tokenClaims.safeParse(payload);
  if (data !== undefined) {
    const { jti, ...caller } = data;
    return { jti, caller: Object.freeze({ ...caller, roles: Object.freeze([...caller.roles]) }) };
  }
  const claims = [...new Set(error.issues.map(({ path }) => String(path[0])))];
  const unknownRole = error.issues.every(({ path, code }) => path[0] === 'roles' && code === 'invalid_value');
  throw unknownRole ? new TokenRefused('UNKNOWN_ROLE') : new TokenRefused('UNREADABLE_CLAIMS', claims);
}

const REASON_BY_CLAIM: Readonly<Record<string, TokenRefusalReason>> = {
  iss: 'WRONG_ISSUER',
  aud: 'WRONG_AUDIENCE',
  nbf: 'NOT_YET_VALID',
  iat: 'NOT_YET_VALID',
};

function refusalOf(error: unknown): TokenRefused {
  if (error instanceof errors.JWTExpired) {
    return new TokenRefused(error.claim === 'exp' ? 'EXPIRED' : 'LIFETIME_TOO_LONG');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    const wrong = reason === 'check_failed' ? REASON_BY_CLAIM[claim] : undefined;
    return wrong === undefined ? new TokenRefused('UNREADABLE_CLAIMS', [claim]) : new TokenRefused(wrong);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) return new TokenRefused('BAD_SIGNATURE');
  if (error instanceof errors.JOSENotSupported) return new TokenRefused('CRITICAL_HEADER');
  return new TokenRefused('MALFORMED');
}
