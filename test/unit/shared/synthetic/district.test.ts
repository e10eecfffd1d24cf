import fc from 'fast-check';
import { ageOn } from '../../../../shared/domain/dates';
import { parseIdNumber } from '../../../../shared/domain/id-number';
import { addMonths, dayOf, isoOf } from '../../../../shared/synthetic/calendar';
import type { SyntheticChild } from '../../../../shared/synthetic/child';
import { isInHardship } from '../../../../shared/synthetic/circumstances';
import { childAt, children, type District } from '../../../../shared/synthetic/district';
import { placeName, REGIONS } from '../../../../shared/synthetic/geography';
import { drawsFor } from '../../../../shared/synthetic/random';
import { notedFacts, riskOf } from '../../../../shared/synthetic/risk';
import { SCHOOLS } from '../../../../shared/synthetic/schools';
import { STORY_COUNT } from '../../../../shared/synthetic/stories';

const seed = Date.now() ^ 0x9901;
const DISTRICT: District = { seed: 'test', size: 20_000, today: '2026-11-22' };
const BELONGS_TO_NOBODY = '990101201111110096';
const STORY_ID_NUMBERS = [
  '99010120130517002X',
  '990101201209030019',
  '990101200902210056',
  '990101201608110067',
  '990102201401050032',
  '99010120120905001X',
  '990101201504160027',
  '990101201303090085',
  '990101201206110072',
];
const GRANDPARENTS = ['祖父', '祖母', '外祖父', '外祖母'];

const days = fc.integer({ min: dayOf('2019-09-01'), max: dayOf('2032-12-31') }).map(isoOf);
const districts = fc.record({
  seed: fc.string({ maxLength: 20 }),
  size: fc.integer({ min: STORY_COUNT, max: 1_000_000 }),
  today: days,
});

function drawn(district: District): SyntheticChild[] {
  return [...children(district)].filter(({ story }) => story === null);
}

function parentsIn({ members }: SyntheticChild['household']) {
  return members.filter(({ kinship }) => kinship === '父亲' || kinship === '母亲');
}

/** The indices of the children for whom `predicate` is true. */
function indicesOf(predicate: (child: SyntheticChild) => boolean): number[] {
  return [...children(DISTRICT)].filter(predicate).map(({ index }) => index);
}

/** The percentage of `all` for whom `predicate` is true. */
function percentage<Item>(all: readonly Item[], predicate: (item: Item) => unknown): number {
  return (100 * all.filter(predicate).length) / all.length;
}

/** Every date in a record. */
function datesIn(value: unknown): string[] {
  return JSON.stringify(value).match(/\d{4}-\d{2}-\d{2}/g) ?? [];
}

beforeAll(() => console.info(`seed ${seed}`));

describe('a synthetic district', () => {
  it('gives the same children for the same seed, size and day', () => {
    fc.assert(
      fc.property(districts, fc.nat(), (district, number) => {
        const index = number % district.size;
        expect(childAt(district, index)).toEqual(childAt({ ...district }, index));
      }),
      { seed },
    );
  });

  it('gives the same children by iteration and by index, independent of the size', () => {
    const small = { ...DISTRICT, size: 300 };
    let index = 0;
    for (const child of children(small)) {
      expect(child.index).toBe(index);
      if (index % 7 === 0) expect(childAt(DISTRICT, index)).toEqual(child);
      index += 1;
    }
    expect(index).toBe(300);
  });

  it('gives other children for another seed', () => {
    const other = { ...DISTRICT, seed: 'other' };
    expect(childAt(other, STORY_COUNT)).not.toEqual(childAt(DISTRICT, STORY_COUNT));
  });

  it.each([6, 7.5, 1_000_001, Number.NaN])('refuses the size %p', (size) => {
    expect(() => childAt({ ...DISTRICT, size }, 0)).toThrow(RangeError);
  });

  it.each(['2026-02-29', '2026-2-1', 'today', ''])('refuses the day %p', (today) => {
    expect(() => childAt({ ...DISTRICT, today }, 0)).toThrow('A day must exist and be written as YYYY-MM-DD.');
  });

  it.each([-1, 20_000, 0.5])('refuses the index %p', (index) => {
    expect(() => childAt(DISTRICT, index)).toThrow(RangeError);
  });

  it('gives every child its own ID number and student number, and nobody the reserved number', () => {
    const district = { ...DISTRICT, size: 178_400 };
    const idNumbers = new Set<string>();
    const studentNumbers = new Set<string>();
    let pupils = 0;
    const started = performance.now();
    for (const { person, schooling } of children(district)) {
      idNumbers.add(person.idNumber);
      if (!schooling?.studentNumber) continue;
      pupils += 1;
      studentNumbers.add(schooling.studentNumber);
    }
    console.info(`${district.size} children in ${Math.round(performance.now() - started)} ms`);
    expect(idNumbers.size).toBe(district.size);
    expect(studentNumbers.size).toBe(pupils);
    expect(idNumbers.has(BELONGS_TO_NOBODY)).toBe(false);
  });

  it('keeps ID numbers unique on any day, also on 29 February', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant('2028-02-29'), days), fc.string({ maxLength: 9 }), (today, name) => {
        const idNumbers = Array.from({ length: 500 }, (_, step) =>
          // Neighbouring indices, and indices a whole cycle of birth dates apart.
          [step, 6574 + step, 6575 + step].map((index) => childAt({ seed: name, size: 200_000, today }, index)),
        ).flat();
        const byIndex = new Map(idNumbers.map(({ index, person }) => [index, person.idNumber]));
        expect(new Set(byIndex.values()).size).toBe(byIndex.size);
      }),
      { seed, numRuns: 20 },
    );
  });
});

describe('each synthetic child', () => {
  it('has a valid ID number that agrees with birth date, sex and county, and is a minor', () => {
    fc.assert(
      fc.property(districts, fc.nat(), (district, number) => {
        fc.pre(district.size > STORY_COUNT);
        const index = STORY_COUNT + (number % (district.size - STORY_COUNT));
        const { person, region, household, placeKnown } = childAt(district, index);
        expect(parseIdNumber(person.idNumber, district.today)).toEqual({ ok: true, value: person.idNumber });
        expect(person.idNumber.slice(6, 14)).toBe(person.birthDate.replaceAll('-', ''));
        expect(person.idNumber.slice(0, 6)).toBe(region.slice(0, 6));
        expect(Number(person.idNumber.charAt(16)) % 2).toBe(person.sex % 2);
        expect(Number(person.idNumber.slice(14, 17))).toBeGreaterThanOrEqual(10);
        expect(person.birthDate <= district.today).toBe(true);
        expect(ageOn(district.today, person.birthDate)).toBeLessThan(18);
        expect(region).toHaveLength(placeKnown ? 12 : 6);
        expect([null, region]).toContain(household.residenceRegion);
        expect(household.address === null || household.address.startsWith(placeName(region))).toBe(true);
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('has all events between birth and today; only a safety order ends in the future, within six months', () => {
    const latestValidity = isoOf(addMonths(dayOf(DISTRICT.today), 6));
    for (const child of children(DISTRICT)) {
      const until = child.events.violence?.orderValidUntil ?? null;
      if (until !== null) {
        expect(until > DISTRICT.today).toBe(true);
        expect(until <= latestValidity).toBe(true);
      }
      for (const date of datesIn(child)) {
        if (date === until) continue;
        if (date > DISTRICT.today || date < child.person.birthDate)
          throw new Error(`Child ${child.index} has a date out of life.`);
      }
      const yearAgo = isoOf(addMonths(dayOf(DISTRICT.today), -12));
      for (const date of datesIn(child.events)) expect(date >= yearAgo).toBe(true);
    }
  });

  it('has the events of one matter in their order', () => {
    for (const { events, risk } of children(DISTRICT)) {
      const { violence, guardianshipOrderAt, guidance, ranAwayAt, foundAtRiskAt } = events;
      if (violence) {
        const { complaintAt, warnedAt, orderAppliedAt, orderValidUntil } = violence;
        expect(complaintAt ?? warnedAt ?? orderAppliedAt).not.toBeNull();
        if (orderAppliedAt === null) expect(orderValidUntil).toBeNull();
        if (warnedAt !== null) {
          expect(risk?.level).toBe('RED');
          expect((risk?.assessedAt ?? '') >= warnedAt).toBe(true);
        }
      }
      if (guardianshipOrderAt) {
        expect(guardianshipOrderAt >= (ranAwayAt ?? '') && guardianshipOrderAt >= (foundAtRiskAt ?? '')).toBe(true);
      }
      if (guidance) {
        expect(guidance.done).toBeLessThanOrEqual(guidance.planned);
        if (guidance.ordered) expect(guidance.startedAt >= (guardianshipOrderAt ?? '9')).toBe(true);
      }
    }
  });

  it('goes to a school of its stage within its county, and pupils alone have a student number', () => {
    const known = new Map(SCHOOLS.map((school) => [school.name, school]));
    const fits = ({ schooling, region, person }: SyntheticChild) => {
      if (!schooling) return true;
      const { stage, schoolType, studentNumber } = schooling;
      if (schooling.school === null || schoolType === null) return true;
      const school = known.get(schooling.school);
      if (school?.stage !== stage || school.schoolType !== schoolType || !region.startsWith(school.catchment))
        return false;
      if (studentNumber === null || stage === 'KINDERGARTEN') return studentNumber === null && stage === 'KINDERGARTEN';
      return studentNumber === `G${person.idNumber}` || /^[JL]\d{18}$/.test(studentNumber);
    };
    expect(indicesOf((child) => !fits(child))).toEqual([]);
  });

  it.each([
    ['2026-08-31', '五年级'],
    ['2026-09-01', '六年级'],
  ])('moves up a grade on 1 September: on %s a child born on 31 August 2015 is in %s', (today, grade) => {
    const grades = new Set<string>();
    for (const { person, schooling } of children({ ...DISTRICT, today })) {
      if (person.birthDate === '2015-08-31' && schooling) grades.add(schooling.grade);
    }
    expect([...grades]).toEqual([grade]);
  });

  it('is left behind only under 16, with both parents elsewhere and grandparents at home', () => {
    const fits = ({ circumstances, household, person }: SyntheticChild) => {
      if (household.members.length === 0) return true;
      const parents = parentsIn(household);
      const away = parents.length === 2 && parents.every(({ livesTogether }) => !livesTogether);
      if (!away) return !circumstances.leftBehind;
      const young = ageOn(DISTRICT.today, person.birthDate) < 16;
      const cared = household.members.some(
        ({ kinship, livesTogether }) => GRANDPARENTS.includes(kinship) && livesTogether,
      );
      return circumstances.leftBehind === (young && circumstances.unsupported === null) && cared;
    };
    expect(indicesOf((child) => !fits(child))).toEqual([]);
  });

  it('has parents that match its circumstances', () => {
    const fits = ({ circumstances, household }: SyntheticChild) => {
      const { orphan, singleParent, unsupported, temporaryGuardianship } = circumstances;
      if (household.members.length === 0) return true;
      const parents = parentsIn(household);
      return (
        parents.length === (orphan ? 0 : singleParent ? 1 : 2) &&
        !(unsupported && parents.some(({ livesTogether }) => livesTogether)) &&
        !(temporaryGuardianship && !orphan && !unsupported)
      );
    };
    expect(indicesOf((child) => !fits(child))).toEqual([]);
  });
});

describe('the proportions of a district', () => {
  const all = drawn(DISTRICT);
  const age = ({ person }: SyntheticChild) => ageOn(DISTRICT.today, person.birthDate);
  const pupils = all.filter(({ schooling }) => schooling !== null && schooling.stage !== 'KINDERGARTEN');
  const compulsory = pupils.filter(({ schooling }) => schooling?.stage !== 'SENIOR');

  it.each([8, 137, 1_000, 6_575, 20_000])('keep the three age groups at size %i', (size) => {
    const some = drawn({ ...DISTRICT, size: size + STORY_COUNT });
    const tolerance = 0.3 + 300 / size;
    expect(Math.abs(percentage(some, (child) => age(child) < 3) - 17.83)).toBeLessThan(tolerance);
    expect(Math.abs(percentage(some, (child) => age(child) >= 3 && age(child) < 6) - 19.23)).toBeLessThan(tolerance);
  });

  it.each<[string, readonly SyntheticChild[], (child: SyntheticChild) => unknown, number, number]>([
    ['left behind', all, ({ circumstances }) => circumstances.leftBehind, 2.5, 3.5],
    ['in hardship', all, ({ circumstances }) => isInHardship(circumstances), 0.4, 0.8],
    ['orphans', all, ({ circumstances }) => circumstances.orphan, 0.005, 0.12],
    ['unsupported', all, ({ circumstances }) => circumstances.unsupported, 0.005, 0.12],
    ['adopted', all, ({ circumstances }) => circumstances.adopted, 0.03, 0.2],
    ['in the neighbouring county', all, ({ region }) => region.startsWith('990102'), 0.7, 1.3],
    ['pupils of special needs', pupils, ({ schooling }) => schooling?.specialNeeds, 0.35, 0.8],
    ['bullying', pupils, ({ schooling }) => schooling?.bullying, 0.15, 0.5],
    ['dropping out', compulsory, ({ schooling }) => schooling?.droppingOut, 0.08, 0.4],
    ['warned of violence', all, ({ events }) => events.violence?.warnedAt, 0.03, 0.2],
    ['of unknown place', all, ({ placeKnown }) => !placeKnown, 0.8, 1.2],
    ['run away', all.filter((child) => age(child) >= 10), ({ events }) => events.ranAwayAt, 0.12, 0.55],
    ['found at risk', all, ({ events }) => events.foundAtRiskAt, 0.08, 0.35],
    ['under a guardianship order', all, ({ events }) => events.guardianshipOrderAt, 0.1, 0.35],
    ['on record', all.filter((child) => age(child) >= 14), ({ events }) => events.juvenileRecordAt, 0, 0.35],
    ['of positive screening', pupils, ({ schooling }) => (schooling?.wellbeingScore ?? 0) >= 10, 4, 9],
    [
      'boarding in senior school',
      pupils.filter((p) => p.schooling?.stage === 'SENIOR'),
      (p) => p.schooling?.boarding,
      65,
      75,
    ],
    ['without a confirmed level', all, ({ risk }) => risk === null, 93, 98],
    [
      'with a loving mother',
      all.filter(({ circumstances }) => circumstances.leftBehind || circumstances.orphan),
      ({ companionship }) => companionship?.lovingMother,
      40,
      60,
    ],
    [
      'with a safety officer',
      all.filter(({ circumstances }) => circumstances.leftBehind || isInHardship(circumstances)),
      ({ companionship }) => companionship?.safetyOfficer,
      100,
      100,
    ],
  ])('hold for children %s', (_what, among, predicate, lowest, highest) => {
    const share = percentage(among, predicate);
    expect(share).toBeGreaterThanOrEqual(lowest);
    expect(share).toBeLessThanOrEqual(highest);
  });

  it('enrol nearly everyone who is old enough', () => {
    const reachedSchool = all.filter((child) => age(child) >= 7);
    const kindergarten = all.filter((child) => age(child) >= 4 && age(child) < 6);
    expect(percentage(reachedSchool, ({ schooling }) => schooling)).toBeGreaterThan(99);
    expect(Math.abs(percentage(kindergarten, ({ schooling }) => schooling) - 96)).toBeLessThan(1.5);
  });
});

describe('the confirmed risk level', () => {
  /** The same child with every sealed or absent fact inverted. */
  function turnedAround({ circumstances, schooling, events }: SyntheticChild) {
    return notedFacts(
      {
        ...circumstances,
        adopted: !circumstances.adopted,
        unsupported: circumstances.unsupported && { since: '2020-01-01', reason: '另一原因' },
        temporaryGuardianship: circumstances.temporaryGuardianship
          ? null
          : { ground: '其他情形', since: '2020-01-01', placement: '别处' },
      },
      schooling && {
        ...schooling,
        specialEducation: !schooling.specialEducation,
        wellbeingScore: schooling.wellbeingScore === null ? 27 : 27 - schooling.wellbeingScore,
        studentNumber: null,
      },
      {
        ...events,
        juvenileRecordAt: events.juvenileRecordAt ? null : '2020-01-01',
        victimisedAt: events.victimisedAt ? null : '2020-01-01',
        violence: events.violence && { ...events.violence, orderAppliedAt: '2020-01-01', orderValidUntil: null },
      },
    );
  }

  it('does not depend on any sealed or absent fact', () => {
    const changed = drawn(DISTRICT).filter((child) => {
      const draws = drawsFor(DISTRICT.seed, child.index);
      const assessed = { draws, today: dayOf(DISTRICT.today), birthDay: dayOf(child.person.birthDate) };
      return JSON.stringify(riskOf(turnedAround(child), assessed)) !== JSON.stringify(child.risk);
    });
    expect(changed).toEqual([]);
  });

  it('gives every red level the same basis, even without violence', () => {
    const red = drawn(DISTRICT).filter(({ risk }) => risk?.level === 'RED');
    expect(new Set(red.map(({ risk }) => risk?.basis.join()))).toEqual(new Set(['监护风险']));
    expect(red.some(({ events }) => events.violence === null)).toBe(true);
  });

  it('uses only known keywords', () => {
    const keywords = new Set([...children(DISTRICT)].flatMap(({ risk }) => risk?.basis ?? []));
    const known = [
      '留守',
      '困境',
      '辍学预警',
      '缺课预警',
      '夜不归宿预警',
      '外出风险',
      '监护督促',
      '校园关注',
      '监护风险',
    ];
    expect([...keywords].filter((keyword) => !known.includes(keyword))).toEqual([]);
  });
});

describe('the stories', () => {
  const stories = [...children({ ...DISTRICT, size: STORY_COUNT })];
  const [leftBehind, protectedAddress, sealed, unsupported, neighbour, placeUnknown, placed, warned, supported] =
    stories as [
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
      SyntheticChild,
    ];

  it('come first, with their ID numbers and villages', () => {
    expect(stories.map(({ person }) => person.idNumber)).toEqual(STORY_ID_NUMBERS);
    expect(stories.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(stories.map(({ story }) => story)).toEqual([
      'left-behind',
      'protected-address',
      'sealed',
      'unsupported',
      'neighbour',
      'place-unknown',
      'placed',
      'warned',
      'supported',
    ]);
    expect(stories.map(({ region }) => region)).toEqual([
      '990101001001',
      '990101001002',
      '990101002001',
      '990101001001',
      '990102001001',
      '990101',
      '990101003001',
      '990101001002',
      '990101001001',
    ]);
  });

  it('agree with their ID numbers in birth date and sex', () => {
    for (const { person } of stories) {
      expect(parseIdNumber(person.idNumber)).toEqual({ ok: true, value: person.idNumber });
      expect(person.idNumber.slice(6, 14)).toBe(person.birthDate.replaceAll('-', ''));
      expect(Number(person.idNumber.charAt(16)) % 2).toBe(person.sex % 2);
    }
  });

  it('state their purpose', () => {
    expect(leftBehind).toMatchObject({
      circumstances: { leftBehind: true },
      schooling: { stage: 'JUNIOR', droppingOut: true, studentNumber: 'G99010120130517002X' },
      events: { ranAwayAt: expect.any(String), guardianshipOrderAt: expect.any(String), guidance: { ordered: true } },
      companionship: { lovingMother: expect.anything(), safetyOfficer: expect.anything() },
      risk: { level: 'YELLOW' },
    });
    expect(protectedAddress).toMatchObject({
      locationProtection: { by: 'public-security' },
      events: { victimisedAt: expect.any(String) },
      risk: { level: 'RED', basis: ['监护风险'] },
    });
    expect((protectedAddress.events.violence?.orderValidUntil ?? '') > DISTRICT.today).toBe(true);
    expect(sealed).toMatchObject({ schooling: { stage: 'SENIOR' }, companionship: null, risk: null });
    expect(sealed.events.juvenileRecordAt).not.toBeNull();
    expect(unsupported).toMatchObject({
      circumstances: {
        unsupported: { reason: expect.stringContaining('服刑') },
        temporaryGuardianship: expect.anything(),
      },
      schooling: { stage: 'PRIMARY' },
      risk: { level: 'BLUE', basis: ['困境'] },
    });
    expect(neighbour).toMatchObject({ companionship: null, risk: null });
    expect(placeUnknown).toMatchObject({
      placeKnown: false,
      locationProtection: null,
      events: protectedAddress.events,
      risk: protectedAddress.risk,
    });
    expect(placed).toMatchObject({
      locationProtection: { by: 'civil-affairs' },
      circumstances: { temporaryGuardianship: expect.anything() },
    });
    expect(warned).toMatchObject({
      locationProtection: null,
      events: { violence: { warnedAt: expect.any(String) } },
      risk: { level: 'RED' },
    });
    expect(supported).toMatchObject({
      schooling: { specialEducation: false },
      events: { juvenileRecordAt: null },
      risk: null,
    });
  });

  it('go to schools that exist', () => {
    const names = SCHOOLS.map(({ name }) => name);
    for (const { schooling } of stories) expect([null, ...names]).toContain(schooling?.school);
  });

  it('do not vary with seed or size, and vary with the day only in relative dates and the grade', () => {
    const relative = (child: SyntheticChild, today: string) =>
      JSON.stringify({
        ...child,
        person: null,
        schooling: child.schooling && { ...child.schooling, grade: null },
      }).replace(/\d{4}-\d{2}-\d{2}/g, (date) => `${dayOf(date) - dayOf(today)} days`);
    fc.assert(
      fc.property(districts, fc.nat(STORY_COUNT - 1), (district, index) => {
        const child = childAt(district, index);
        const reference = stories[index] as SyntheticChild;
        expect(child.person).toEqual(reference.person);
        expect(relative(child, district.today)).toBe(relative(reference, DISTRICT.today));
      }),
      { seed },
    );
  });
});

describe('the geography', () => {
  const codes = REGIONS.map(({ code }) => code);

  it('has one province and city, two counties, 18 + 3 towns and 222 + 9 villages', () => {
    const counts = (level: string, prefix: string) =>
      REGIONS.filter((region) => region.level === level && region.code.startsWith(prefix)).length;
    expect(['PROVINCE', 'CITY', 'COUNTY'].map((level) => counts(level, '99'))).toEqual([1, 1, 2]);
    expect(['990101', '990102'].map((county) => [counts('TOWN', county), counts('VILLAGE', county)])).toEqual([
      [18, 222],
      [3, 9],
    ]);
    expect(codes).toEqual(
      expect.arrayContaining(['990101001001', '990101001002', '990101002001', '990101018', '990102001001']),
    );
  });

  it('has unique codes and names, and each region after the one that contains it', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(new Set(REGIONS.map(({ name }) => name)).size).toBe(codes.length);
    const lengths = [2, 4, 6, 9, 12];
    for (const [position, code] of codes.entries()) {
      const parent = lengths[lengths.indexOf(code.length) - 1];
      if (parent) expect(codes.slice(0, position)).toContain(code.slice(0, parent));
    }
  });

  it('has schools and kindergartens of unique names', () => {
    const kindergartens = SCHOOLS.filter(({ stage }) => stage === 'KINDERGARTEN').length;
    expect(new Set(SCHOOLS.map(({ name }) => name)).size).toBe(SCHOOLS.length);
    expect(kindergartens).toBeGreaterThanOrEqual(100);
    expect(SCHOOLS.length - kindergartens).toBeGreaterThanOrEqual(60);
    expect(SCHOOLS.length - kindergartens).toBeLessThanOrEqual(80);
  });
});
