import type { Logger } from 'pino';
import type { Agency } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';

/** Observes the derivation of pseudonyms: how many, never whose. */
export interface DerivationObserver {
  onChildIdDerived(agency: Agency): void;
  /** Called once for every minute with an unusual number. */
  onChildIdsInBulk(agency: Agency): void;
}

export interface CountedChildIdsOptions {
  readonly agency: Agency;
  /** Pseudonyms per minute above which an alarm is raised, once in that minute. */
  readonly perMinute: number;
  readonly observer: DerivationObserver | undefined;
  readonly log: Logger;
  /** Milliseconds, like `Date.now`. */
  readonly now?: () => number;
}

const MINUTE_MILLISECONDS = 60_000;

/**
 * Counts pseudonyms that are derived for requests, because deriving them in bulk may serve to identify people. Does not
 * limit them, which would hit ordinary work; the gateway limits callers.
 */
export function countedChildIds(ids: ChildIds, options: CountedChildIdsOptions): ChildIds {
  const { agency, perMinute, observer, log, now = Date.now } = options;
  let minute = 0;
  let count = 0;
  return {
    fingerprint: ids.fingerprint,
    derive(idNumber) {
      const current = Math.floor(now() / MINUTE_MILLISECONDS);
      if (current !== minute) count = 0;
      minute = current;
      count += 1;
      observer?.onChildIdDerived(agency);
      if (count === perMinute + 1) {
        observer?.onChildIdsInBulk(agency);
        log.warn({ event: 'child-ids-in-bulk', perMinute }, 'more pseudonyms are derived than usual');
      }
      return ids.derive(idNumber);
    },
  };
}
