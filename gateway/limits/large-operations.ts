import { availableParallelism } from 'node:os';

export interface LargeOperationLimits {
  /** How many may be under way. */
  readonly atOnce: number;
  /** After this time the next one may begin, whether or not this one has ended; milliseconds. */
  readonly longest: number;
  /** Time from the end of one to the beginning of the next while small operations are under way; milliseconds. */
  readonly pause: number;
}

const DEFAULT_LIMITS: LargeOperationLimits = {
  // A processor is left for everything else.
  atOnce: Math.max(1, availableParallelism() - 1),
  // One that waits for an agency does no work meanwhile, and must not keep others from theirs.
  longest: 250,
  // A third of what a list of twenty takes: docs/operations/performance.md.
  pause: 3,
};

/** A record costs 17, a page of 20 things with their total 32: docs/reference/limits.md. */
const SMALL_COST = 20;

/**
 * Lets operations that cost more begin a few at a time, in the order in which they arrive, with a pause between them while
 * small operations are under way: a record waits for part of one list, and never for a burst of them.
 */
export class LargeOperations {
  private begun = 0;
  private small = 0;
  private readonly waiting: (() => void)[] = [];
  /** Hand on the place of one that has ended, before its pause is over. */
  private readonly pausing = new Set<() => void>();
  private readonly limits: LargeOperationLimits;

  constructor(limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  isLarge(cost: number): boolean {
    return cost > SMALL_COST;
  }

  /** Waits for the operation's turn. @returns ends the turn, once there is an answer to record. */
  async begin(cost: number): Promise<() => void> {
    if (!this.isLarge(cost)) {
      this.small += 1;
      return once(() => this.endSmall());
    }
    if (this.begun < this.limits.atOnce) this.begun += 1;
    else await new Promise<void>((turn) => this.waiting.push(turn));
    const end = once(() => {
      clearTimeout(late);
      this.endLarge();
    });
    const late = setTimeout(end, this.limits.longest);
    late.unref();
    return end;
  }

  private endSmall(): void {
    this.small -= 1;
    if (this.small === 0) for (const handOn of [...this.pausing]) handOn();
  }

  private endLarge(): void {
    const handOn = once(() => {
      clearTimeout(over);
      this.pausing.delete(handOn);
      const next = this.waiting.shift();
      if (next === undefined) this.begun -= 1;
      else next();
    });
    const pause = this.small > 0 && this.waiting.length > 0 ? this.limits.pause : 0;
    const over = pause > 0 ? setTimeout(handOn, pause) : undefined;
    if (over === undefined) handOn();
    else this.pausing.add(handOn);
  }
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
