import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { TokenRefused } from '../../request/token-refused';
import { Polled, type ReadObserver } from './polled';
import { parseJson } from './read-fault';
import { type UsableKeys, usableKeys } from './usable-keys';

const EVERY_MILLISECONDS = 300_000;
/** After a failure; and however many tokens name unknown keys, the identity provider is asked at most this often. */
const RETRY_MILLISECONDS = 10_000;
/** A key that the identity provider has withdrawn is trusted for at most this long, also while the provider is down. */
const TRUST_MILLISECONDS = 600_000;

export interface KeySetOptions {
  /** The text of the JWK set. @throws where it cannot be had. */
  readonly read: () => Promise<string>;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
  /** Monotonic, milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * The identity provider's keys, read as a whole and in the background, so that neither a provider that is slow or down nor
 * tokens with made-up key ids keep those with known keys waiting.
 */
export interface KeySet {
  /** Reads them from now on; done once they were read, or could not be. */
  start(): Promise<void>;
  /**
   * @returns undefined where no key of that id is fit for that algorithm. An unknown one is looked for at the provider.
   * @throws TokenRefused where there are no keys that can be trusted.
   */
  find(keyId: string, algorithm: string): Promise<KeyObject | undefined>;
  close(): void;
}

export function keySet({ read, onRead, log, now }: KeySetOptions): KeySet {
  let known: { readonly text: string; readonly usable: UsableKeys } | undefined;
  const polled = new Polled<UsableKeys>({
    source: 'JWKS_URI',
    async read() {
      const text = await read();
      // The same keys stay the same objects: a token that was verified with one need not be verified again.
      if (known?.text !== text) {
        known = { text, usable: usableKeys(parseJson(text)) };
        report(known.usable, log);
      }
      return known.usable;
    },
    everyMilliseconds: EVERY_MILLISECONDS,
    retryMilliseconds: RETRY_MILLISECONDS,
    trustMilliseconds: TRUST_MILLISECONDS,
    onRead,
    log,
    now,
  });
  return {
    start: () => polled.start(),
    async find(keyId, algorithm) {
      const name = `${algorithm} ${keyId}`;
      const key = polled.current?.keys.get(name);
      if (key !== undefined) return key;
      await polled.refreshUnlessTried();
      if (polled.current === undefined) throw new TokenRefused('KEYS_UNAVAILABLE');
      return polled.current.keys.get(name);
    },
    close: () => polled.close(),
  };
}

/** Said whenever the set has changed. */
function report({ keys, ignored }: UsableKeys, log: Logger): void {
  const facts = { usable: new Set(keys.values()).size, ignored };
  if (keys.size === 0) log.error(facts, 'token-keys-withdrawn');
  else if (ignored.length > 0) log.warn(facts, 'token-keys-ignored');
}
