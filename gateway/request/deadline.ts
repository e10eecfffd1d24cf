import type { preHandlerHookHandler } from 'fastify';
import { AgencyFault } from './agency-fault';

/** Until when one request is to be answered. All that it asks of agencies shares what is left; one timer serves all of it. */
export class Deadline {
  /** From its beginning to its end. */
  readonly milliseconds: number;
  private readonly end: number;
  private readonly waiting = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;
  private passed = false;

  /** @param milliseconds from now. */
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
    this.end = performance.now() + milliseconds;
  }

  /** In milliseconds; 0 or less once it has passed. */
  get left(): number {
    return this.passed ? 0 : this.end - performance.now();
  }

  /** @returns what takes the call back, for whoever is done before. */
  whenPassed(call: () => void): () => void {
    this.waiting.add(call);
    this.timer ??= setTimeout(() => this.pass(), Math.max(this.left, 0));
    return () => {
      this.waiting.delete(call);
      if (this.waiting.size > 0) return;
      clearTimeout(this.timer);
      this.timer = undefined;
    };
  }

  /** @throws AgencyFault TIMED_OUT where the work is not done in time; it may go on all the same. */
  within<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const takeBack = this.whenPassed(() => reject(new AgencyFault('TIMED_OUT')));
      work.then(
        (result) => {
          takeBack();
          resolve(result);
        },
        (error) => {
          takeBack();
          reject(error);
        },
      );
    });
  }

  private pass(): void {
    this.timer = undefined;
    // Timers count whole milliseconds, and fire up to one before the end: who asks then must be told the same.
    this.passed = true;
    for (const call of this.waiting) call();
  }
}

/** Starts the clock, once the whole request has arrived: a client that sends slowly takes nothing from its agencies. */
export function startDeadline(milliseconds: number): preHandlerHookHandler {
  return (request, _reply, done) => {
    request.deadline = new Deadline(milliseconds);
    done();
  };
}
