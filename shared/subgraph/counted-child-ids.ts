import type { Logger } from 'pino';
import type { Agency } from '../domain/agencies';
import type { ChildIds } from '../domain/child-id';

/** What is told of pseudonyms that are derived: how many, and never whose. */
export interface DerivationObserver {
  onChildIdDerived(agency: Agency): void;
  /** Once for every minute in which there were more than usual. */
  onChildIdsInBulk(agency: Agency): void;
}

export interface CountedChildIdsOptions {
  readonly agency: Agency;
  /** More of them in one minute of the clock raise an alarm, once in that minute. */
  readonly perMinute: number;
  readonly observer: DerivationObserver | undefined;
  readonly log: Logger;
  /** Milliseconds, as `Date.now` has them. */
  readonly now?: () => number;
}

const MINUTE_MILLISECONDS = 60_000;

/**
 * Pseudonyms that are counted as they are derived for requests. Whoever derives them in bulk may be working out who is who. It
 * goes on: a limit here would hit those who work, and limits of callers are the gateway's.
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
