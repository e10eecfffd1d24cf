import type { Logger } from 'pino';
import { z } from 'zod';
import { TokenRefused } from '../../request/token-refused';
import { Polled, type ReadObserver } from './polled';
import { ContentFault, parseJson } from './read-fault';

/** A read takes at most five seconds, so that a revocation takes effect within 15 seconds. */
const EVERY_MILLISECONDS = 10_000;
/** How long the last list stays in force while it cannot be read; after that every token is refused. */
const TRUST_MILLISECONDS = 300_000;

/**
 * Revokes all tokens of a subject, its tokens issued before a time, or a single token by its `jti`. Either list may be
 * missing.
 *
 * @example `{"sub": ["officer-7", {"id": "officer-8", "issuedBefore": "2026-11-29T08:00:00Z"}], "jti": ["4f1c…"]}`
 */
const listShape = z.strictObject({
  sub: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({ id: z.string().min(1), issuedBefore: z.iso.datetime({ offset: true }) }),
      ]),
    )
    .default([]),
  jti: z.array(z.string().min(1)).default([]),
});

/** The claims by which a token can be revoked. */
export interface RevocableToken {
  readonly sub: string;
  readonly jti: string | undefined;
  /** Seconds since 1970. */
  readonly issuedAt: number;
}

export type IsRevoked = (token: RevocableToken) => boolean;

/** @throws ContentFault for a list with anything unknown in it: it could be meant to revoke a token. */
export function parseRevocations(text: string): IsRevoked {
  const { data } = listShape.safeParse(parseJson(text));
  if (data === undefined) throw new ContentFault('MALFORMED');
  const tokens = new Set(data.jti);
  /** By subject: tokens issued before this time are revoked, in milliseconds since 1970. */
  const before = new Map<string, number>();
  for (const entry of data.sub) {
    const [id, time] = typeof entry === 'string' ? [entry, Infinity] : [entry.id, Date.parse(entry.issuedBefore)];
    before.set(id, Math.max(time, before.get(id) ?? time));
  }
  return ({ sub, jti, issuedAt }) =>
    (jti !== undefined && tokens.has(jti)) || issuedAt * 1_000 < (before.get(sub) ?? Number.NEGATIVE_INFINITY);
}

export interface RevocationListOptions {
  readonly read: () => Promise<string>;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
  /** Monotonic, milliseconds. */
  readonly now?: (() => number) | undefined;
}

export interface RevocationList {
  /** @throws if the list cannot be read. */
  start(): Promise<void>;
  /** @throws TokenRefused if the list has not been readable for too long. */
  readonly isRevoked: IsRevoked;
  close(): void;
}

export function revocationList({ read, onRead, log, now }: RevocationListOptions): RevocationList {
  const polled = new Polled({
    source: 'REVOCATION_LIST',
    read: async () => parseRevocations(await read()),
    everyMilliseconds: EVERY_MILLISECONDS,
    retryMilliseconds: EVERY_MILLISECONDS,
    trustMilliseconds: TRUST_MILLISECONDS,
    onRead,
    log,
    now,
  });
  return {
    async start() {
      await polled.start();
      if (polled.current === undefined) throw new Error('REVOCATION_LIST cannot be read.');
    },
    isRevoked(token) {
      const { current } = polled;
      if (current === undefined) throw new TokenRefused('REVOCATIONS_UNAVAILABLE');
      return current(token);
    },
    close: () => polled.close(),
  };
}

/** For a gateway without a list of revocations. */
export const NO_REVOCATIONS: RevocationList = {
  start: async () => undefined,
  isRevoked: () => false,
  close: () => undefined,
};
