import type { Range } from './disclosure';

/** One count of a report. */
export interface Cell {
  /** At least so many: a multiple of five, at most as large as the count itself. Null where it is suppressed. */
  readonly count: number | null;
  readonly suppressed: boolean;
}

/** One share of a report. */
export interface Share {
  /** A multiple of five, within 5 percentage points of the share itself. Null where it is suppressed. */
  readonly percent: number | null;
  readonly suppressed: boolean;
}

const PERCENT_STEP = 5;

export function cellOf({ least }: Range): Cell {
  return least === 0 ? { count: null, suppressed: true } : { count: least, suppressed: false };
}

/**
 * The share of the first in both together, worked out from what is told of them and nothing else, so that it tells no more.
 * Suppressed where that leaves it open by more than 5 percentage points, as it does for small counts.
 */
export function shareOf(some: Range, others: Range): Share {
  const lowest = (100 * some.least) / Math.max(some.least + others.most, 1);
  const highest = (100 * some.most) / Math.max(some.most + others.least, 1);
  if (highest - lowest > PERCENT_STEP) return { percent: null, suppressed: true };
  const middle = (lowest + highest) / 2;
  return { percent: PERCENT_STEP * Math.round(middle / PERCENT_STEP), suppressed: false };
}
