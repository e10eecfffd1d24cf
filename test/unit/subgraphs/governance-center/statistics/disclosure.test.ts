import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { cellOf, shareOf } from '../../../../../subgraphs/governance-center/statistics/cells';
import { type Range, toldOf } from '../../../../../subgraphs/governance-center/statistics/disclosure';
import { SEED } from '../../../../support/choices';
import {
  countArbitrary,
  placesArbitrary,
  regionsOf,
  reports,
  type Told,
  toldIn,
  trueCount,
  type World,
  within,
  workedOut,
  worldArbitrary,
} from '../../../../support/told-figures';

const options = { seed: SEED };
const smallTrees = placesArbitrary({ cities: 2, counties: 2, towns: 5 }).filter(({ length }) => length <= 5);
const largeTrees = placesArbitrary({ cities: 3, counties: 4, towns: 9 });
const numbersBetween = (least: number, most: number) =>
  Array.from({ length: most - least + 1 }, (_, index) => least + index);
const sorted = (numbers: Iterable<number>) => [...numbers].sort((a, b) => a - b);

/** Every world in which each place has its least count or up to `more` above it. */
function* allWorlds([place, ...others]: readonly string[], least: World, more: number): Generator<Map<string, number>> {
  if (place === undefined) {
    yield new Map();
    return;
  }
  for (const rest of allWorlds(others, least, more)) {
    for (let extra = 0; extra <= more; extra += 1) yield new Map([[place, (least.get(place) ?? 0) + extra], ...rest]);
  }
}

/** True counts of regions, and of places without a report, in all worlds that share a property. */
class Alike {
  private readonly seen = new Map<string, Map<string, Set<number>>>();

  add(whatIsSeen: unknown, world: World, regions: readonly string[]): void {
    const key = JSON.stringify(whatIsSeen);
    const counts = this.seen.get(key) ?? new Map<string, Set<number>>();
    this.seen.set(key, counts);
    const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? new Set()).add(count));
    for (const region of regions) add(region, trueCount(world, region));
    for (const [place, count] of world) if (place.length < 9) add(`${place} itself`, count);
  }

  *[Symbol.iterator](): Generator<{ seen: string; region: string; counts: readonly number[] }> {
    for (const [seen, all] of this.seen) {
      for (const [region, counts] of all) yield { seen, region, counts: sorted(counts) };
    }
  }
}

const stepOf = (count: number): number => Math.floor(count / 5) * 5;
const steps = (world: World): World => new Map([...world].map(([place, count]) => [place, stepOf(count)]));

beforeAll(() => console.log(`Figures are attacked in generated trees of regions; SEED=${SEED}`));

test('a town’s counts from none to four look the same, and higher ones are in steps of five', () => {
  const told = (count: number) => cellOf(toldOf('990101001', new Map([['990101001', count]])));
  for (const count of [0, 1, 2, 3, 4]) expect(told(count)).toEqual({ count: null, suppressed: true });
  for (const count of [5, 6, 7, 8, 9]) expect(told(count)).toEqual({ count: 5, suppressed: false });
  expect([99, 100, 104, 105].map((count) => told(count).count)).toEqual([95, 100, 100, 105]);
});

test('two towns with four children each: their county, too, is suppressed, or both would be known', () => {
  const county = new Map([
    ['990101001', 4],
    ['990101002', 4],
  ]);
  expect(toldIn(county, '990101')).toBeNull();
});

test('in all worlds of small trees: all reports together leave five consecutive counts for every region, none to four for a suppressed one', () => {
  fc.assert(
    fc.property(
      smallTrees.chain((places) => worldArbitrary(fc.constant(places))),
      (world) => {
        const places = [...world.keys()];
        const regions = regionsOf(places);
        const alike = new Alike();
        for (const each of allWorlds(places, steps(world), 4)) alike.add(reports(each, regions), each, regions);
        for (const { seen, region, counts } of alike) {
          const [least = 0] = counts;
          expect({ seen, region, counts }).toEqual({
            seen,
            region,
            counts: numbersBetween(least, least + counts.length - 1),
          });
          expect({ seen, region, open: counts.length >= 5 }).toEqual({ seen, region, open: true });
          if (region.endsWith('itself')) continue;
          const told = (JSON.parse(seen) as (number | null)[])[regions.indexOf(region)];
          expect({ seen, region, least }).toEqual({ seen, region, least: told ?? 0 });
        }
      },
    ),
    { ...options, numRuns: 60 },
  );
});

test('in large trees: adding, subtracting and knowing the procedure narrows no region to fewer than five counts', () => {
  fc.assert(
    fc.property(worldArbitrary(largeTrees), (world) => {
      for (const [region, counts] of workedOut(world)) {
        expect({ region, open: counts.size >= 5 }).toEqual({ region, open: true });
      }
    }),
    { ...options, numRuns: 150 },
  );
});

test('reports of larger and other regions reveal nothing about a region beyond its own report', () => {
  fc.assert(
    fc.property(worldArbitrary(largeTrees), (world) => {
      const fromAll = workedOut(world);
      for (const region of regionsOf(world.keys())) {
        const fromWithin = sorted(workedOut(world, region).get(region) ?? []);
        expect({ region, counts: sorted(fromAll.get(region) ?? []) }).toEqual({ region, counts: fromWithin });
      }
      for (const [place, count] of world) {
        const counts = sorted(fromAll.get(place.length < 9 ? `${place} itself` : place) ?? []);
        expect({ place, counts }).toEqual({ place, counts: numbersBetween(stepOf(count), stepOf(count) + 4) });
      }
    }),
    { ...options, numRuns: 150 },
  );
});

const oneChildMore = worldArbitrary(largeTrees).chain((world) =>
  fc.constantFrom(...world.keys()).map((place) => {
    const after: World = new Map([...world, [place, (world.get(place) ?? 0) + 1]]);
    return { before: world, after, place };
  }),
);

test('two quarters that differ by one child: no difference is narrowed to fewer than nine numbers', () => {
  fc.assert(
    fc.property(oneChildMore, ({ before, after }) => {
      const [earlier, later] = [workedOut(before), workedOut(after)];
      for (const [region, counts] of earlier) {
        const differences = new Set(
          [...counts].flatMap((from) => [...(later.get(region) ?? [])].map((to) => to - from)),
        );
        expect({ region, open: differences.size >= 9, one: differences.has(1) }).toEqual({
          region,
          open: true,
          one: true,
        });
      }
    }),
    { ...options, numRuns: 100 },
  );
});

test('one more child changes no other region’s report, and its town’s only at a multiple of five', () => {
  fc.assert(
    fc.property(oneChildMore, ({ before, after, place }) => {
      for (const region of regionsOf(before.keys())) {
        if (place.startsWith(region)) continue;
        expect({ region, told: toldIn(after, region) }).toEqual({ region, told: toldIn(before, region) });
      }
      if (place.length === 9) {
        const changes = toldIn(before, place) !== toldIn(after, place);
        expect({ place, changes }).toEqual({ place, changes: (after.get(place) ?? 0) % 5 === 0 });
      }
    }),
    options,
  );
});

test('knowing also that exactly one child was added, and no town’s report changed, leaves four counts for every town', () => {
  const trees = smallTrees.filter((places) => places.every(({ length }) => length === 9));
  const townsAlone = (told: readonly Told[], regions: readonly string[]) =>
    told.filter((_, index) => regions[index]?.length === 9);
  fc.assert(
    fc.property(
      trees.chain((places) => worldArbitrary(fc.constant(places))),
      (world) => {
        const towns = [...world.keys()];
        const regions = regionsOf(towns);
        const alike = new Alike();
        for (const before of allWorlds(towns, steps(world), 4)) {
          const earlier = reports(before, regions);
          for (const town of towns) {
            const later = reports(new Map([...before, [town, (before.get(town) ?? 0) + 1]]), regions);
            const townsUnchanged = isDeepStrictEqual(townsAlone(earlier, regions), townsAlone(later, regions));
            if (townsUnchanged) alike.add([earlier, later], before, towns);
          }
        }
        for (const { seen, region, counts } of alike) {
          // At the top of its step, the child would show in a lone town.
          expect({ seen, region, open: counts.length >= 4 }).toEqual({ seen, region, open: true });
        }
      },
    ),
    { ...options, numRuns: 25 },
  );
});

/** The largest difference between a count and its report: it doubles from towns to counties to cities to provinces. */
const MOST_LEFT_OUT: Readonly<Record<number, number>> = { 9: 4, 6: 8, 4: 16, 2: 32 };

test('a reported count is never above the real one, and little below it: large counts are reported everywhere', () => {
  fc.assert(
    fc.property(worldArbitrary(largeTrees), (world) => {
      for (const region of regionsOf(world.keys())) {
        const leftOut = trueCount(world, region) - (toldIn(world, region) ?? 0);
        const most = MOST_LEFT_OUT[region.length] ?? 0;
        expect({ region, leftOut, fits: leftOut >= 0 && leftOut <= most }).toEqual({ region, leftOut, fits: true });
      }
    }),
    options,
  );
});

test('a county of several towns is reported as exactly as a town, except in a few worlds in a hundred', () => {
  const towns = ['990101001', '990101002', '990101003', '990101004', '990101005'];
  const worlds = [...allWorlds(towns, new Map(), 4)];
  const close = worlds.filter((world) => trueCount(world, '990101') - (toldIn(world, '990101') ?? 0) <= 4);
  expect(close.length / worlds.length).toBeGreaterThan(0.95);
});

test('the order of places does not matter', () => {
  fc.assert(
    fc.property(worldArbitrary(largeTrees), (world) => {
      const turned: World = new Map([...world].reverse());
      const regions = regionsOf(world.keys());
      expect(reports(turned, regions)).toEqual(reports(world, regions));
    }),
    options,
  );
});

test('a region without places is reported as none to four', () => {
  expect(toldOf('990101', new Map())).toEqual({ least: 0, most: 4 });
});

describe('the share', () => {
  const counts = fc.tuple(worldArbitrary(largeTrees), fc.infiniteStream(fc.oneof(countArbitrary, fc.nat(200))));
  const rangeOf = (world: World, region: string): Range => toldOf(region, within(world, region));

  test('is suppressed, or within 5 points of the share itself', () => {
    const seen = { told: 0, suppressed: 0 };
    fc.assert(
      fc.property(counts, ([late, stream]) => {
        const onTime: World = new Map([...late.keys()].map((place) => [place, stream.next().value]));
        for (const region of regionsOf(late.keys())) {
          const share = shareOf(rangeOf(late, region), rangeOf(onTime, region));
          seen[share.suppressed ? 'suppressed' : 'told'] += 1;
          if (share.percent === null) continue;
          const some = trueCount(late, region);
          const distance = Math.abs(share.percent - (100 * some) / (some + trueCount(onTime, region)));
          expect({ region, step: share.percent % 5, close: distance <= 5 }).toEqual({ region, step: 0, close: true });
        }
      }),
      options,
    );
    expect(Math.min(seen.told, seen.suppressed)).toBeGreaterThan(50);
  });

  test('is reported for at least 80 steps in a town, and not for few', () => {
    const of = (late: number, onTime: number) => {
      const range = (count: number) => toldOf('990101001', new Map([['990101001', count]]));
      return shareOf(range(late), range(onTime));
    };
    expect(of(0, 0)).toEqual({ percent: null, suppressed: true });
    expect(of(1, 20)).toEqual({ percent: null, suppressed: true });
    expect(of(20, 1)).toEqual({ percent: null, suppressed: true });
    expect(of(40, 45)).toEqual({ percent: 45, suppressed: false });
    expect(of(2, 300)).toEqual({ percent: 0, suppressed: false });
    expect(of(300, 2)).toEqual({ percent: 100, suppressed: false });
  });

  test('is the same for all counts with the same report', () => {
    const range = (least: number): Range => ({ least, most: least + 4 });
    for (const [late, onTime] of [
      ...allWorlds(
        ['late', 'onTime'],
        new Map([
          ['late', 0],
          ['onTime', 95],
        ]),
        4,
      ),
    ].map((world) => [world.get('late') ?? 0, world.get('onTime') ?? 0] as const)) {
      const of = (count: number) => toldOf('990101001', new Map([['990101001', count]]));
      expect(shareOf(of(late), of(onTime))).toEqual(shareOf(range(0), range(95)));
    }
  });
});
