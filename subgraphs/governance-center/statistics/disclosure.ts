import { groupBy } from './group-by';

/** What is told of a count: that it is one of these, `least` and `most` included. Never fewer than five numbers. */
export interface Range {
  /** A multiple of five. 0 where the count is suppressed. */
  readonly least: number;
  readonly most: number;
}

/** A count smaller than this, and not zero, stands for children whom somebody may recognise. */
const STEP = 5;

/** Lengths of region codes down to the town, the smallest region that figures are given for (GB/T 2260, GB/T 10114). */
const CODE_LENGTHS = [2, 4, 6, 9];

/**
 * What is told of a region's count. It follows from the counts within the region alone, so that a town is told the same
 * whoever asks for it or for what contains it, in whatever order.
 *
 * Whoever knows what is told of every region, and this procedure, can work out of no region more than what is told of that
 * region itself: every number of its range stays possible. docs/decisions/0013-figures-that-give-nobody-away.md says why.
 *
 * @param counts by place: every town of the region, those with nothing included, and the code of a larger region where
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

/** Of a count without known parts: steps of five. The lowest is not told apart from nothing at all. */
function rangeOfPart(count: number): Range {
  const least = stepBelow(count);
  return { least, most: least + STEP - 1 };
}

/**
 * Of a sum whose parts are told, too: the same steps, but joined at both ends of what the parts add up to, so far that no
 * range told of the whole excludes any number of any part's range.
 *
 * With `w` the width of a part's range: the whole can be as small as `lowest + w` when the part is at its top and all others
 * at their bottom, and must be allowed to be, else the part could not be at its top. In the same way `highest - w`.
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
