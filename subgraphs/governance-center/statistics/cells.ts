import type { Range } from './disclosure';

/** One count of a report. */
export interface Cell {
  /** A multiple of five, not above the count itself; null if suppressed. */
  readonly count: number | null;
  readonly suppressed: boolean;
}

/** One share of a report. */
export interface Share {
  /** A multiple of five, within 5 percentage points of the real share; null if suppressed. */
  readonly percent: number | null;
  readonly suppressed: boolean;
}

const PERCENT_STEP = 5;

export function cellOf({ least }: Range): Cell {
  return least === 0 ? { count: null, suppressed: true } : { count: least, suppressed: false };
}

/**
 * The share of the first count in the sum of both, computed only from the reported counts, so it reveals nothing more.
 * Suppressed if they leave it uncertain by more than 5 percentage points, as small counts do.
 */
export function shareOf(some: Range, others: Range): Share {
  const lowest = (100 * some.least) / Math.max(some.least + others.most, 1);
  const highest = (100 * some.most) / Math.max(some.most + others.least, 1);
  if (highest - lowest > PERCENT_STEP) return { percent: null, suppressed: true };
  const middle = (lowest + highest) / 2;
  return { percent: PERCENT_STEP * Math.round(middle / PERCENT_STEP), suppressed: false };
}
