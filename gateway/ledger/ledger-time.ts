import type { Clock } from '../../shared/domain/clock';
import { LedgerRefusal } from './ledger-refusal';

/**
 * How far a gateway's clock may be from the database's, in milliseconds. Machines whose clocks are kept by NTP differ by a
 * few; five seconds leave room for a process that stood still between two looks at a clock, and are less than any span that
 * rules, tokens and practices count in.
 */
export const LARGEST_DIFFERENCE = 5_000;

/**
 * The time of the chain: the database's clock, as of its last answer, carried on by the monotonic clock of the process. The
 * gateway's own clock is compared with it and decides nothing.
 */
export class LedgerTime {
  private readonly clock: Clock;
  /** Of the database's clock from `performance.now()`; undefined before it has been asked. */
  private offset: number | undefined;
  private ownDifference = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** By how much the gateway's clock was ahead of the database's when they were last compared, in milliseconds. */
  get difference(): number {
    return this.ownDifference;
  }

  /** @returns ISO 8601 in UTC; undefined where the database has to be asked. */
  now(): string | undefined {
    if (this.offset === undefined) return undefined;
    const now = performance.now() + this.offset;
    // A clock that was set meanwhile, or a process that stood still: the database knows.
    return Math.abs(this.clock().getTime() - now) > LARGEST_DIFFERENCE ? undefined : new Date(now).toISOString();
  }

  /**
   * Takes down what the database says.
   *
   * @param asked when it was asked, by `performance.now()`.
   */
  learn(database: Date, asked: number): void {
    const answered = performance.now();
    const [own, said] = [this.clock().getTime(), database.getTime()];
    // It was said at some time between question and answer.
    this.ownDifference = own < said ? own - said : Math.max(0, own - said - (answered - asked));
    this.offset = said - answered;
  }

  /** @throws LedgerRefusal where the gateway's clock was another one when they were last compared. */
  refuseDifference(): void {
    if (Math.abs(this.ownDifference) <= LARGEST_DIFFERENCE) return;
    const seconds = Math.round(this.ownDifference / 1_000);
    throw new LedgerRefusal(
      'CLOCK_DIFFERS',
      `The gateway's clock is ${Math.abs(seconds)} seconds ${seconds > 0 ? 'ahead of' : 'behind'} that of the ledger's database: both need to be set right.`,
    );
  }
}
