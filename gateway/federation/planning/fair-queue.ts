import { failure } from '../../../shared/protocol/errors';

export interface QueueLimits {
  /** Pieces of work of one caller that wait. */
  readonly perCaller: number;
  /** Of all callers together. */
  readonly inAll: number;
}

/**
 * One piece of work at a time; callers who have some waiting take turns, so that a caller waits for one piece of each of the
 * others at most, however many another has sent.
 */
export class FairQueue {
  /** In the order of their turns; who has nothing waiting is not there. */
  private readonly callers = new Map<string, (() => Promise<void>)[]>();
  private waiting = 0;
  private running = false;
  private readonly limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  /** @throws RATE_LIMITED where the caller has too much waiting, PLANNING_BUSY where all together have. */
  run<Result>(caller: string, work: () => Promise<Result>): Promise<Result> {
    const own = this.callers.get(caller) ?? [];
    const { perCaller, inAll } = this.limits;
    if (own.length >= perCaller) {
      const told = { reason: 'NEW_TEXTS_WAITING', limit: perCaller, retryAfter: RETRY_SECONDS };
      return Promise.reject(failure('RATE_LIMITED', undefined, told));
    }
    if (this.waiting >= inAll) {
      return Promise.reject(failure('PLANNING_BUSY', undefined, { retryAfter: RETRY_SECONDS }));
    }
    return new Promise((resolve, reject) => {
      own.push(() => work().then(resolve, reject));
      this.callers.set(caller, own);
      this.waiting += 1;
      if (!this.running) void this.takeTurns();
    });
  }

  private async takeTurns(): Promise<void> {
    this.running = true;
    for (const [caller, own] of this.callers) {
      this.callers.delete(caller);
      const next = own.shift();
      // Behind all others; the iteration comes to who is added while it goes on.
      if (own.length > 0) this.callers.set(caller, own);
      this.waiting -= 1;
      await next?.();
    }
    this.running = false;
  }
}

const RETRY_SECONDS = 1;
