import type { preHandlerHookHandler } from 'fastify';
import { AgencyFault } from './agency-fault';

/** The time limit of one request. All of its calls to agencies share the time that is left, and one timer. */
export class Deadline {
  /** The whole time limit, from when the deadline was made. */
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

  /** The milliseconds that are left; 0 or less once the deadline has passed. */
  get left(): number {
    return this.passed ? 0 : this.end - performance.now();
  }

  /** Calls once the deadline has passed. @returns a function that cancels the call. */
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

  /** @throws AgencyFault TIMED_OUT if the work is not done in time; the work itself is not cancelled. */
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
    // Timers count whole milliseconds, and may fire up to one early: `left` must then be 0 all the same.
    this.passed = true;
    for (const call of this.waiting) call();
  }
}

/** Starts the deadline once the whole request has arrived, so a slow client takes no time from the agencies. */
export function startDeadline(milliseconds: number): preHandlerHookHandler {
  return (request, _reply, done) => {
    request.deadline = new Deadline(milliseconds);
    done();
  };
}
