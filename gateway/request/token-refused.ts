import { GraphQLError } from 'graphql';
import { type ErrorCode, failure } from '../../shared/protocol/errors';

/** What a client learns of a refusal: whether it should send a token, a new one, or another one. */
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
  /** No published key with this `kid` is fit for this `alg`; or there is none at all. */
  UNKNOWN_KEY: INVALID,
  BAD_SIGNATURE: INVALID,
  EXPIRED: UNAUTHENTICATED('EXPIRED'),
  /** `nbf` or `iat` lies in the future. */
  NOT_YET_VALID: INVALID,
  /** From `iat` to `exp` is longer than a token may live. */
  LIFETIME_TOO_LONG: INVALID,
  WRONG_ISSUER: INVALID,
  WRONG_AUDIENCE: INVALID,
  /** A claim is missing, or of another form than documented. */
  UNREADABLE_CLAIMS: INVALID,
  /** One of the roles is not on the list of roles. */
  UNKNOWN_ROLE: INVALID,
  /** The list of revocations names its subject or its `jti`. */
  REVOKED: INVALID,
  /** The identity provider's keys have not been read, or not recently enough to be trusted. */
  KEYS_UNAVAILABLE: UNAVAILABLE,
  /** The list of revocations has not been read recently enough to be relied on. */
  REVOCATIONS_UNAVAILABLE: UNAVAILABLE,
} as const satisfies Record<string, { readonly code: ErrorCode; readonly reason: ClientReason | undefined }>;

export type TokenRefusalReason = keyof typeof TOKEN_REFUSALS;

/** UNAUTHENTICATED or IDENTITY_PROVIDER_UNAVAILABLE. The exact reason is for the log, and not part of the answer. */
export class TokenRefused extends GraphQLError {
  readonly reason: TokenRefusalReason;
  /** Names of claims that cannot be read; never their values. */
  readonly claims: readonly string[];

  constructor(reason: TokenRefusalReason, claims: readonly string[] = []) {
    const { code, reason: forClient } = TOKEN_REFUSALS[reason];
    const { message, extensions } = failure(code, undefined, forClient && { reason: forClient });
    super(message, { extensions });
    this.reason = reason;
    this.claims = claims;
  }
}
