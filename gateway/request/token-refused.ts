import { GraphQLError } from 'graphql';
import { type ErrorCode, failure } from '../../shared/protocol/errors';

/** What a client learns of a refusal: whether to send a token, a new one, or another one. */
type ClientReason = 'MISSING' | 'EXPIRED' | 'INVALID';

const UNAUTHENTICATED = (reason: ClientReason) => ({ code: 'UNAUTHENTICATED', reason }) as const;
const INVALID = UNAUTHENTICATED('INVALID');
const UNAVAILABLE = { code: 'IDENTITY_PROVIDER_UNAVAILABLE', reason: undefined } as const;

/** Every reason for which a bearer token is refused, as log and metric name it, and the error that the client gets. */
export const TOKEN_REFUSALS = {
  /** No Authorization header, or not of the form `Bearer <token>`. */
  MISSING: UNAUTHENTICATED('MISSING'),
  /** Not a signed JWT (RFC 7519 section 7.2). */
  MALFORMED: INVALID,
  /** The header `typ` is neither JWT nor at+jwt (RFC 8725 section 3.11, RFC 9068 section 4). */
  WRONG_TYPE: INVALID,
  /** The header `alg` is none of the asymmetric algorithms of RFC 7518 section 3.1. */
  WRONG_ALGORITHM: INVALID,
  /** The header `crit` names an extension that is not understood here (RFC 7515 section 4.1.11). */
  CRITICAL_HEADER: INVALID,
  /** No published key has this `kid` and supports this `alg`, or there is no key at all. */
  UNKNOWN_KEY: INVALID,
  BAD_SIGNATURE: INVALID,
  EXPIRED: UNAUTHENTICATED('EXPIRED'),
  /** `nbf` or `iat` is in the future. */
  NOT_YET_VALID: INVALID,
  /** The time from `iat` to `exp` exceeds the longest lifetime. */
  LIFETIME_TOO_LONG: INVALID,
  WRONG_ISSUER: INVALID,
  WRONG_AUDIENCE: INVALID,
  /** A claim is missing, or not in the documented form. */
  UNREADABLE_CLAIMS: INVALID,
  /** One of the roles is not on the list of roles. */
  UNKNOWN_ROLE: INVALID,
  /** The list of revocations names its subject or its `jti`. */
  REVOKED: INVALID,
  /** The identity provider's keys were never read, or not recently enough to be trusted. */
  KEYS_UNAVAILABLE: UNAVAILABLE,
  /** The list of revocations was not read recently enough. */
  REVOCATIONS_UNAVAILABLE: UNAVAILABLE,
} as const satisfies Record<string, { readonly code: ErrorCode; readonly reason: ClientReason | undefined }>;

export type TokenRefusalReason = keyof typeof TOKEN_REFUSALS;

/** UNAUTHENTICATED or IDENTITY_PROVIDER_UNAVAILABLE. The exact reason is only for the log. */
export class TokenRefused extends GraphQLError {
  readonly reason: TokenRefusalReason;
  /** Names of invalid claims, never their values. */
  readonly claims: readonly string[];

  constructor(reason: TokenRefusalReason, claims: readonly string[] = []) {
    const { code, reason: forClient } = TOKEN_REFUSALS[reason];
    const { message, extensions } = failure(code, undefined, forClient && { reason: forClient });
    super(message, { extensions });
    this.reason = reason;
    this.claims = claims;
  }
}
