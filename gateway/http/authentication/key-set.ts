import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { TokenRefused } from '../../request/token-refused';
import { Polled, type ReadObserver } from './polled';
import { parseJson } from './read-fault';
import { type UsableKeys, usableKeys } from './usable-keys';

const EVERY_MILLISECONDS = 300_000;
/** Also the shortest interval between reads for unknown key ids, however many tokens name one. */
const RETRY_MILLISECONDS = 10_000;
/** How long the last set is trusted while the identity provider is down; a withdrawn key may live that long. */
const TRUST_MILLISECONDS = 600_000;

export interface KeySetOptions {
  /** Reads the text of the JWK set. @throws if it is unavailable. */
  readonly read: () => Promise<string>;
  readonly onRead?: ReadObserver | undefined;
  readonly log: Logger;
  /** Monotonic, milliseconds. */
  readonly now?: (() => number) | undefined;
}

/**
 * The identity provider's keys, read as a whole and in the background: neither a slow provider nor tokens with made-up
 * key ids delay tokens whose key is known.
 */
export interface KeySet {
  /** Starts reading at intervals; resolves after the first attempt, successful or not. */
  start(): Promise<void>;
  /**
   * @returns undefined if no key with that id is fit for the algorithm. Reads the set again for an unknown id.
   * @throws TokenRefused if there are no keys that can be trusted.
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
      // An unchanged set keeps its key objects: a token that was verified with one is not verified again.
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

/** Logs faults of a set that has changed. */
function report({ keys, ignored }: UsableKeys, log: Logger): void {
  const facts = { usable: new Set(keys.values()).size, ignored };
  if (keys.size === 0) log.error(facts, 'token-keys-withdrawn');
  else if (ignored.length > 0) log.warn(facts, 'token-keys-ignored');
}
