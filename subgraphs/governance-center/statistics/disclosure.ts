import { groupBy } from './group-by';

/** What a report reveals of a count: that it lies in this range of at least five numbers, ends included. */
export interface Range {
  /** A multiple of five; 0 if the count is suppressed. */
  readonly least: number;
  readonly most: number;
}

/** A positive count below this stands for children whom a reader may recognise. */
const STEP = 5;

/** Lengths of region codes down to the town, the smallest region with figures (GB/T 2260, GB/T 10114). */
const CODE_LENGTHS = [2, 4, 6, 9];

/**
 * The reported range of a region's count. It depends only on the counts within the region, so a town's range is the
 * same in every report, whoever requests it and in whatever order.
 *
 * The ranges of all regions together, even with this procedure, narrow no region's range: every number in it stays
 * possible. See docs/decisions/0013-figures-that-give-nobody-away.md.
 *
 * @param counts by place: every town of the region, those without any included, and the code of a larger region if
 *   things can be registered there and at none of its towns.
 */
export function toldOf(region: string, counts: ReadonlyMap<string, number>): Range {
  const finer = CODE_LENGTHS.filter((length) => length > region.length);
  return toldOfPlaces([...counts], finer);
}

type PlaceCount = readonly [code: string, count: number];

function toldOfPlaces(places: readonly PlaceCount[], [length, ...finer]: readonly number[]): Range {
  const count = places.reduce((sum, [, each]) => sum + each, 0);
  if (length === undefined || places.length === 0) return rangeOfPart(count);
  const parts = groupBy(places, ([code]) => code.slice(0, length));
  return rangeOfWhole(
    count,
    [...parts.values()].map((part) => toldOfPlaces(part, finer)),
  );
}

/** The range of a count without reported parts: steps of five, the lowest of which includes zero. */
function rangeOfPart(count: number): Range {
  const least = stepBelow(count);
  return { least, most: least + STEP - 1 };
}

/**
 * The range of a sum whose parts are reported, too: the same steps, joined at both ends of the parts' sum so far that
 * no range of the whole excludes a number of any part's range.
 *
 * With `w` the width of a part's range: if the part is at its maximum and all others at their minimum, the whole is as
 * small as `lowest + w`. The lowest range of the whole must include that number, or the part could not be at its
 * maximum. The same holds for `highest - w` at the other end.
 */
export function rangeOfWhole(count: number, parts: readonly Range[]): Range {
  const lowest = parts.reduce((sum, { least }) => sum + least, 0);
  const highest = parts.reduce((sum, { most }) => sum + most, 0);
  const widest = parts.reduce((width, { least, most }) => Math.max(width, most - least), 0);
  const firstEnds = stepBelow(lowest + widest) + STEP - 1;
  const lastBegins = stepBelow(highest - widest);
  if (lastBegins <= firstEnds) return { least: lowest, most: highest };
  if (count <= firstEnds) return { least: lowest, most: firstEnds };
  if (count >= lastBegins) return { least: lastBegins, most: highest };
  return rangeOfPart(count);
}

const stepBelow = (count: number): number => count - (count % STEP);
