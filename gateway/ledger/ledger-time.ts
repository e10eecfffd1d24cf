import type { Clock } from '../../shared/domain/clock';
import { LedgerRefusal } from './ledger-refusal';

/**
 * Tolerated difference between the clocks of gateway and database, in milliseconds. With NTP, clocks differ by a few; five
 * seconds tolerate a process that paused between two readings, and are shorter than any period in rules, tokens and
 * procedures.
 */
export const LARGEST_DIFFERENCE = 5_000;

/**
 * The chain's time: the database's clock at its last answer, advanced by the process's monotonic clock. The gateway's own
 * clock is only compared with it.
 */
export class LedgerTime {
  private readonly clock: Clock;
  /** Offset of the database's clock from `performance.now()`; undefined before the first answer. */
  private offset: number | undefined;
  private ownDifference = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Lead of the gateway's clock over the database's at their last comparison, in milliseconds. */
  get difference(): number {
    return this.ownDifference;
  }

  /** @returns ISO 8601 in UTC; undefined if the database must be asked. */
  now(): string | undefined {
    if (this.offset === undefined) return undefined;
    const now = performance.now() + this.offset;
    // A clock was set meanwhile, or the process paused: only the database knows the time.
    return Math.abs(this.clock().getTime() - now) > LARGEST_DIFFERENCE ? undefined : new Date(now).toISOString();
  }

  /** Learns the database's time. @param asked when the query was sent, by `performance.now()`. */
  learn(database: Date, asked: number): void {
    const answered = performance.now();
    const [own, said] = [this.clock().getTime(), database.getTime()];
    // The database read its clock at some moment between query and answer.
    this.ownDifference = own < said ? own - said : Math.max(0, own - said - (answered - asked));
    this.offset = said - answered;
  }

  /** @throws LedgerRefusal if the clocks differed too much at their last comparison. */
  refuseDifference(): void {
    if (Math.abs(this.ownDifference) <= LARGEST_DIFFERENCE) return;
    const seconds = Math.round(this.ownDifference / 1_000);
    throw new LedgerRefusal(
      'CLOCK_DIFFERS',
      `The gateway's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} that of the ledger's database: set both clocks right.`,
    );
  }
}
