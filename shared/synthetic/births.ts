import { addMonths, type Day } from './calendar';

/**
 * Distributes the birth dates of all minors of one day over `length` places. Each place is a date, and indices are
 * assigned to places so that any number of children has the district's distribution of ages.
 */
export interface BirthPlan {
  readonly length: number;
  readonly stride: number;
  /** Youngest first. */
  readonly bands: readonly Band[];
}

interface Band {
  readonly firstPlace: number;
  readonly places: number;
  /** The earliest birth date of the band. */
  readonly from: Day;
  readonly days: number;
}

export interface Birth {
  readonly day: Day;
  /** Distinguishes the children of one birth date, from 0, whatever the size of the district. */
  readonly slot: number;
}

/** Among 178,400 minors, 31,800 are under three, 34,300 of kindergarten age, and 112,300 from 6 to 17. */
const AGE_GROUPS = [
  { belowAge: 3, share: 31_800 / 178_400 },
  { belowAge: 6, share: 34_300 / 178_400 },
  { belowAge: 18, share: 112_300 / 178_400 },
] as const;

const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

export function birthPlan(today: Day): BirthPlan {
  const length = today - addMonths(today, -18 * 12);
  const bands: Band[] = [];
  let youngerThan = today + 1;
  let firstPlace = 0;
  for (const { belowAge, share } of AGE_GROUPS) {
    const from = addMonths(today, -belowAge * 12) + 1;
    const places = belowAge === 18 ? length - firstPlace : Math.round(share * length);
    bands.push({ firstPlace, places, from, days: youngerThan - from });
    firstPlace += places;
    youngerThan = from;
  }
  return { length, stride: coprimeNear(Math.round(length * GOLDEN_RATIO), length), bands };
}

/**
 * Consecutive indices walk through the places in golden-ratio steps, so that each run of indices is spread over all
 * ages. After `length` children every place has been used once, and the next round begins.
 *
 * @param start where the walk begins, from 0 to below 1, so that seeds differ.
 */
export function birthOf({ length, stride, bands }: BirthPlan, index: number, start: number): Birth {
  const place = ((index % length) * stride + Math.floor(start * length)) % length;
  const band = bands.findLast(({ firstPlace }) => place >= firstPlace) as Band;
  const offset = place - band.firstPlace;
  const day = dayAt(band, offset);
  // A band holds fewer than two places per day, so at most two neighbours share one.
  const second = offset > 0 && dayAt(band, offset - 1) === day ? 1 : 0;
  return { day, slot: Math.floor(index / length) * 2 + second };
}

// Private:

function dayAt({ from, days, places }: Band, offset: number): Day {
  return from + Math.floor((offset * days) / places);
}

function coprimeNear(start: number, length: number): number {
  let candidate = start;
  while (greatestCommonDivisor(candidate, length) !== 1) candidate += 1;
  return candidate;
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right);
}
