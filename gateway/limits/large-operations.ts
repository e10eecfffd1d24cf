import { availableParallelism } from 'node:os';

export interface LargeOperationLimits {
  /** How many may be under way. */
  readonly atOnce: number;
  /** After this time the next one may begin, whether or not this one has ended; milliseconds. */
  readonly longest: number;
}

const DEFAULT_LIMITS: LargeOperationLimits = {
  // A processor is left for everything else.
  atOnce: Math.max(1, availableParallelism() - 1),
  // One that waits for an agency does no work meanwhile, and must not keep others from theirs.
  longest: 250,
};

/** A record costs 17, a page of 20 things with their total 32: docs/reference/limits.md. */
const SMALL_COST = 20;

/**
 * Lets operations that cost more begin a few at a time, in the order in which they arrive: a record waits for part of one
 * list, and never for a burst of them.
 */
export class LargeOperations {
  private begun = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly limits: LargeOperationLimits;

  constructor(limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** Waits for the operation's turn. @returns ends the turn, once there is an answer to record; null for a small one. */
  async begin(cost: number): Promise<(() => void) | null> {
    if (cost <= SMALL_COST) return null;
    if (this.begun < this.limits.atOnce) this.begun += 1;
    else await new Promise<void>((turn) => this.waiting.push(turn));
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      clearTimeout(late);
      const next = this.waiting.shift();
      if (next === undefined) this.begun -= 1;
      else next();
    };
    const late = setTimeout(end, this.limits.longest);
    late.unref();
    return end;
  }
}
