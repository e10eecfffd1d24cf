import { availableParallelism } from 'node:os';

export interface LargeOperationLimits {
  /** How many may be under way. */
  readonly atOnce: number;
  /** After so long, the next one may begin, whatever has become of this one; milliseconds. */
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
 * Lets operations that cost more begin a few at a time, in the order in which they came, so that a burst of lists does not
 * stand as a whole before one record.
 */
export class LargeOperations {
  private begun = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly limits: LargeOperationLimits;

  constructor(limits = DEFAULT_LIMITS) {
    this.limits = limits;
  }

  /** Waits for the operation's turn. @returns what ends it, once there is an answer to record. */
  async begin(cost: number): Promise<() => void> {
    if (cost <= SMALL_COST) return () => undefined;
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
