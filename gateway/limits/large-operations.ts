import { availableParallelism } from 'node:os';

export interface LargeOperationLimits {
  /** How many may run at once. */
  readonly atOnce: number;
  /** After this time, in milliseconds, the next one may begin even if this one has not ended. */
  readonly longest: number;
}

const DEFAULT_LIMITS: LargeOperationLimits = {
  // Leaves one processor for everything else.
  atOnce: Math.max(1, availableParallelism() - 1),
  // An operation that waits for an agency uses no processor meanwhile, and must not hold up others.
  longest: 250,
};

/** A child's record costs 17, a page of 20 items with their total 32: docs/reference/limits.md. */
const SMALL_COST = 20;

/**
 * Lets operations above `SMALL_COST` begin a few at a time, in order of arrival: a small operation then waits for part
 * of one large one, and never for a burst of them.
 */
export class LargeOperations {
  private begun = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly limits: LargeOperationLimits;

  constructor(limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /**
   * Waits for the operation's turn. @returns a function that ends the turn, to call when there is an answer to record;
   * null for a small operation.
   */
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
