import { hash, type KeyObject } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { Agent } from 'undici';
import { fileSource } from '../../shared/config/file-source';
import type { Caller } from '../../shared/domain/caller';
import { TokenRefused } from '../request/token-refused';
import { keySet } from './authentication/key-set';
import type { ReadObserver } from './authentication/polled';
import { NO_REVOCATIONS, revocationList } from './authentication/revocation-list';
import { ALGORITHMS } from './authentication/usable-keys';
import { type TokenRules, type VerifiedToken, verifyToken } from './authentication/verify-token';

export interface IdentityProvider {
  /** Where it publishes its keys (RFC 7517). */
  readonly jwksUri: string;
  readonly issuer: string;
  readonly audience: string;
}

export interface TokenSettings {
  /** Certificates, in PEM, to trust besides the well-known ones when reading keys and revocations. */
  readonly ca: string | undefined;
  /** Longest time from `iat` to `exp` of a token, in seconds. */
  readonly lifetimeSeconds: number;
  /** Path or URL of the list of revoked subjects and tokens; undefined for none. */
  readonly revocationList: string | URL | undefined;
}

export const DEFAULT_TOKEN_SETTINGS: TokenSettings = {
  ca: undefined,
  lifetimeSeconds: 3_600,
  revocationList: undefined,
};

/**
 * Finds the caller of a request by its Authorization header. Work that outlasts a request calls it again with the same
 * header at least every ten seconds, to learn that the token has expired or was revoked; a verified token is read from
 * memory.
 *
 * @throws TokenRefused. The log gets the exact reason, the client learns only whether to send another token.
 */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

export interface Authenticator {
  readonly authenticate: Authenticate;
  /**
   * Reads keys and revocations, and from now on again at intervals. Starts even if the keys cannot be read yet: tokens
   * are refused until they can.
   *
   * @throws if the list of revocations cannot be read: without it every request would be refused.
   */
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface AuthenticatorOptions {
  readonly identityProvider: IdentityProvider;
  readonly settings?: TokenSettings;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
}

/** Verifies bearer tokens (RFC 6750). A verified token is remembered until it expires or its key is withdrawn. */
export function authenticator(options: AuthenticatorOptions): Authenticator {
  const { identityProvider, settings = DEFAULT_TOKEN_SETTINGS, onRead, log } = options;
  const { ca, lifetimeSeconds, revocationList: listed } = settings;
  const { jwksUri, issuer, audience } = identityProvider;
  const rules: TokenRules = { issuer, audience, lifetimeSeconds };
  const agent = new Agent(ca === undefined ? {} : { connect: { ca: [...rootCertificates, ca] } });
  const { read } = fileSource('JWKS_URI', new URL(jwksUri), agent);
  const keys = keySet({ read, onRead, log });
  const revocations =
    listed === undefined
      ? NO_REVOCATIONS
      : revocationList({ read: fileSource('REVOCATION_LIST', listed, agent).read, onRead, log });
  const known = new LRUCache<string, KnownToken>({ max: REMEMBERED_TOKENS });

  const verified = async (token: string): Promise<VerifiedToken> => {
    // Keyed by digest: tokens cannot be stolen from the cache.
    const digest = hash('sha256', token, 'base64');
    const remembered = known.get(digest);
    const header = remembered?.header ?? headerOf(token);
    const { kid, alg = '' } = header;
    if (!ALGORITHMS.has(alg)) throw new TokenRefused('WRONG_ALGORITHM');
    const key = typeof kid === 'string' ? await keys.find(kid, alg) : undefined;
    if (key === undefined) throw new TokenRefused('UNKNOWN_KEY');
    if (remembered?.key === key && remembered.token.expiresAt * 1_000 > Date.now()) return remembered.token;
    const found = await verifyToken(token, header, key, rules);
    known.set(digest, { header, key, token: found });
    return found;
  };
  return {
    async start() {
      await Promise.all([keys.start(), revocations.start()]);
    },
    async authenticate(authorization) {
      const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) throw new TokenRefused('MISSING');
      const { caller, jti, issuedAt } = await verified(token);
      if (revocations.isRevoked({ sub: caller.sub, jti, issuedAt })) throw new TokenRefused('REVOKED');
      return caller;
    },
    async close() {
      keys.close();
      revocations.close();
      await agent.destroy();
    },
  };
}

const REMEMBERED_TOKENS = 10_000;

/** A token that was verified. */
interface KnownToken {
  readonly header: ProtectedHeaderParameters;
  /** The key that verified it. */
  readonly key: KeyObject;
  readonly token: VerifiedToken;
}

function headerOf(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch {
    throw new TokenRefused('MALFORMED');
  }
}
