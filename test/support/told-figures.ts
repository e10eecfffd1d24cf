import * as fc from 'fast-check';
import { cellOf } from '../../subgraphs/governance-center/statistics/cells';
import { type Range, rangeOfWhole, toldOf } from '../../subgraphs/governance-center/statistics/disclosure';

/** A world: true counts by place. */
export type World = ReadonlyMap<string, number>;

/** A reported count: a number, or null if suppressed. */
export type Told = number | null;

const CODE_LENGTHS = [2, 4, 6, 9];

/** Every region that has a report. */
export function regionsOf(places: Iterable<string>): readonly string[] {
  const codes = [...places].flatMap((place) => CODE_LENGTHS.map((length) => place.slice(0, length)));
  return [...new Set(codes)];
}

export const within = (world: World, region: string): World =>
  new Map([...world].filter(([place]) => place.startsWith(region)));

export const trueCount = (world: World, region: string): number =>
  [...within(world, region).values()].reduce((sum, count) => sum + count, 0);

const rangeIn = (world: World, region: string): Range => toldOf(region, within(world, region));

export const toldIn = (world: World, region: string): Told => cellOf(rangeIn(world, region)).count;

/** All reports of a world, concatenated. */
export const reports = (world: World, regions: readonly string[]): readonly Told[] =>
  regions.map((region) => toldIn(world, region));

/** A region, or the part of a larger region that belongs to none of its regions. */
interface Node {
  readonly name: string;
  readonly world: World;
  readonly parts: readonly Node[];
}

function nodeOf(name: string, world: World, [length, ...finer]: readonly number[]): Node {
  if (length === undefined) return { name, world, parts: [] };
  const codes = [...new Set([...world.keys()].map((place) => place.slice(0, length)))];
  const part = (code: string): Node =>
    code.length < length
      ? { name: `${code} itself`, world: new Map([[code, world.get(code) ?? 0]]), parts: [] }
      : nodeOf(code, within(world, code), finer);
  return { name, world, parts: codes.map(part) };
}

/**
 * All counts that each region can have, by code, for a reader of all reports of a region and its parts who adds,
 * subtracts and knows the procedure; counts that larger regions register themselves are `9901 itself`, assumed known in
 * steps of five although no report has them. Exact, because regions are a tree: first upwards, the counts that agree
 * with the reports within a region; then downwards, those of them that agree with the rest. It tries counts instead of
 * reading ranges.
 */
export function workedOut(world: World, inside = '99'): ReadonlyMap<string, ReadonlySet<number>> {
  const possible = new Map<string, ReadonlySet<number>>();
  const finer = CODE_LENGTHS.filter((length) => length > inside.length);
  const root = nodeOf(inside, within(world, inside), finer);
  upwards(root);
  downwards(root);
  return possible;

  function upwards({ name, world: own, parts }: Node): ReadonlySet<number> {
    const count = [...own.values()].reduce((sum, each) => sum + each, 0);
    const sums = parts.length === 0 ? numbersTo(count + 50) : sumsOf(parts.map(upwards));
    const ranges = parts.map((part) => rangeOfNode(part));
    const tell = (tried: number): Told =>
      cellOf(parts.length === 0 ? toldOf('990101001', new Map([['990101001', tried]])) : rangeOfWhole(tried, ranges))
        .count;
    const told = parts.length === 0 ? tell(count) : toldIn(own, name);
    const found = new Set([...sums].filter((tried) => tell(tried) === told));
    possible.set(name, found);
    return found;
  }

  function downwards({ name, parts }: Node): void {
    const before = parts.map((part) => of(part.name));
    for (const [index, part] of parts.entries()) {
      const others = sumsOf(before.filter((_, other) => other !== index));
      const left = [...of(part.name)].filter((count) => [...others].some((sum) => of(name).has(count + sum)));
      possible.set(part.name, new Set(left));
    }
    for (const part of parts) downwards(part);
  }

  function of(name: string): ReadonlySet<number> {
    return possible.get(name) ?? new Set();
  }
}

const rangeOfNode = ({ name, world }: Node): Range => {
  const [code = ''] = name.split(' ');
  return toldOf(code, world);
};

const numbersTo = (most: number): ReadonlySet<number> => new Set(Array.from({ length: most + 1 }, (_, count) => count));

function sumsOf(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  let sums: ReadonlySet<number> = new Set([0]);
  for (const set of sets) sums = new Set([...sums].flatMap((sum) => [...set].map((count) => sum + count)));
  return sums;
}

/**
 * Places of one province with cities, counties and towns, and occasionally a county or city that registers things
 * itself.
 */
export function placesArbitrary(most: { cities: number; counties: number; towns: number }): fc.Arbitrary<string[]> {
  const number = (index: number, digits: number) => String(index + 1).padStart(digits, '0');
  const county = fc.record({ towns: fc.integer({ min: 1, max: most.towns }), own: rarely() });
  const city = fc.record({ counties: fc.array(county, { minLength: 1, maxLength: most.counties }), own: rarely() });
  return fc.array(city, { minLength: 1, maxLength: most.cities }).map((cities) =>
    cities.flatMap(({ counties, own }, cityIndex) => {
      const cityCode = `99${number(cityIndex, 2)}`;
      const inCounties = counties.flatMap(({ towns, own: ownOfCounty }, countyIndex) => {
        const countyCode = `${cityCode}${number(countyIndex, 2)}`;
        const codes = Array.from({ length: towns }, (_, town) => `${countyCode}${number(town, 3)}`);
        return ownOfCounty ? [countyCode, ...codes] : codes;
      });
      return own ? [cityCode, ...inCounties] : inCounties;
    }),
  );
}

const rarely = (): fc.Arbitrary<boolean> => fc.integer({ min: 0, max: 4 }).map((drawn) => drawn === 0);

/** Small counts and occasionally large ones, often at the ends of steps of five, where sums reveal most. */
export const countArbitrary: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.constantFrom(0, 4, 4, 4, 5, 9),
  fc.integer({ min: 0, max: 40 }),
);

export const worldArbitrary = (places: fc.Arbitrary<string[]>): fc.Arbitrary<World> =>
  places.chain((codes) =>
    fc
      .array(countArbitrary, { minLength: codes.length, maxLength: codes.length })
      .map((counts) => new Map(codes.map((code, index) => [code, counts[index] ?? 0]))),
  );
