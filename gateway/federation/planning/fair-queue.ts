import { failure } from '../../../shared/protocol/errors';

export interface QueueLimits {
  /** Waiting tasks of one caller. */
  readonly perCaller: number;
  /** Waiting tasks of all callers together. */
  readonly inAll: number;
}

/**
 * Runs one task at a time. Callers with waiting tasks take turns, so a caller waits for at most one task of each other
 * caller, however many another has sent.
 */
export class FairQueue {
  /** Waiting tasks by caller, in the order of turns; only callers with waiting tasks. */
  private readonly callers = new Map<string, (() => Promise<void>)[]>();
  private waiting = 0;
  private running = false;
  private readonly limits: QueueLimits;

  constructor(limits: QueueLimits) {
    this.limits = limits;
  }

  /** @throws RATE_LIMITED if the caller has too many waiting tasks, PLANNING_BUSY if all callers together have. */
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
      // At the end, where the iteration will reach it.
      if (own.length > 0) this.callers.set(caller, own);
      this.waiting -= 1;
      await next?.();
    }
    this.running = false;
  }
}

const RETRY_SECONDS = 1;
