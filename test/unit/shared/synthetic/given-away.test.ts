import { SUBGRAPHS } from '../../../../gateway/embedded/embedded';
import type { Agency } from '../../../../shared/domain/agencies';
import type { SyntheticChild } from '../../../../shared/synthetic/child';
import { children, type District } from '../../../../shared/synthetic/district';
import { REGIONS } from '../../../../shared/synthetic/geography';
import { SCHOOLS } from '../../../../shared/synthetic/schools';

// What one agency's data would tell of another's secret, if the synthetic district drew both together.

const DISTRICT: District = { seed: 'given away', size: 60_000, today: '2026-11-22' };

interface Drawn {
  readonly child: SyntheticChild;
  /** Rows by table, as `civil-affairs benefit`. */
  readonly rows: (table: `${Agency} ${string}`) => readonly Readonly<Record<string, unknown>>[];
}

const drawn: readonly Drawn[] = [...children(DISTRICT)]
  // Most children have nothing that could give anything away.
  .filter(({ index, placeKnown, locationProtection, circumstances, schooling, events }) => {
    const { orphan, unsupported, temporaryGuardianship } = circumstances;
    const notable = orphan || unsupported || temporaryGuardianship || events.violence || schooling?.specialEducation;
    return notable || !placeKnown || locationProtection || index % 8 === 0;
  })
  .map((child) => {
    const tables = new Map<string, readonly Readonly<Record<string, unknown>>[]>();
    for (const { agency, seed } of SUBGRAPHS) {
      for (const [table, rows] of Object.entries(seed.ofChild(child, `child-${child.index}`, DISTRICT))) {
        tables.set(`${agency} ${table}`, rows as never);
      }
    }
    return { child, rows: (table) => tables.get(table) ?? [] };
  });

const of = (predicate: (one: Drawn) => unknown) => drawn.filter(predicate);

describe('a child of unknown place', () => {
  const unknown = of(({ child }) => !child.placeKnown);

  /** All columns that tell where a child lives or goes to school, by table. */
  const TELLING: readonly (readonly [`${Agency} ${string}`, readonly string[]])[] = [
    ['public-security household', ['address', 'residence_region']],
    ['civil-affairs home_visit', ['visitor', 'summary']],
    ['education enrolment', ['school', 'school_type', 'class_name', 'boarding']],
    ['education special_needs_plan', ['placement']],
    ['procuratorate legal_document', ['addressee']],
    ['womens-federation loving_mother', ['name']],
    ['womens-federation safety_officer', ['name']],
    ['governance-center protection_assignment', ['responsible']],
  ];

  it.each(TELLING)('has none of the values that %s tells it by', (table, columns) => {
    const rows = unknown.flatMap((one) => one.rows(table));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(columns.map((column) => row[column])).toEqual(columns.map(() => null));
  });

  it.each(TELLING)('is not the only one without a value: %s lacks some of others, too', (table, columns) => {
    const rows = of(({ child }) => child.placeKnown).flatMap((one) => one.rows(table));
    for (const column of columns) {
      const gaps = rows.filter((row) => row[column] === null).length;
      expect([
        column,
        gaps > 0 || rows.length < 100,
        gaps < rows.length * (column === 'responsible' ? 1 : 0.1),
      ]).toEqual([column, true, true]);
    }
  });

  it('is found in the county by every agency, without a village, town or school in any row', () => {
    const names = [...REGIONS.filter(({ code }) => code.length > 6), ...SCHOOLS].map(({ name }) => name);
    for (const { child, rows } of unknown) {
      const rosters = [...SUBGRAPHS].flatMap(({ agency }) => [...rows(`${agency} child`), ...rows(`${agency} person`)]);
      expect(rosters.map(({ region }) => region)).toEqual(SUBGRAPHS.map(() => child.region));
      expect(child.region).toHaveLength(6);
      expect(rows('public-security household_member')).toEqual([]);
      const all = JSON.stringify(SUBGRAPHS.map(({ seed }) => seed.ofChild(child, 'child', DISTRICT)));
      expect(names.filter((name) => all.includes(name))).toEqual([]);
    }
  });

  it('is at least twenty times as frequent as a protected one, whatever happened to them', () => {
    const isProtected = of(({ child }) => child.locationProtection !== null);
    expect(isProtected.length).toBeGreaterThan(3);
    expect(unknown.length).toBeGreaterThanOrEqual(20 * isProtected.length);
    const notable = of(({ child }) => child.placeKnown && child.events.violence !== null).length;
    const among = unknown.filter(({ child }) => child.story === null && child.events.violence !== null).length;
    expect(among / (notable + among)).toBeLessThan(0.05);
  });
});

it('the lowest grade of guardianship does not tell of a placement: there are five others for each', () => {
  const withoutGuardians = of(({ child: { circumstances } }) => circumstances.orphan || circumstances.unsupported);
  const lowest = withoutGuardians.filter(({ rows }) =>
    rows('civil-affairs guardianship_assessment').some(({ grade }) => grade === '四级'),
  );
  const placed = lowest.filter(({ child }) => child.circumstances.temporaryGuardianship !== null);
  expect(placed.length).toBeGreaterThan(0);
  expect(lowest.length - placed.length).toBeGreaterThanOrEqual(5 * placed.length);
});

it('no kind or amount of a benefit tells whether a child is in an institution', () => {
  const kinds = of(({ rows }) => rows('civil-affairs benefit').length > 0).map(({ child, rows }) => ({
    placed: child.circumstances.temporaryGuardianship !== null,
    paid: rows('civil-affairs benefit').map(({ kind, monthly_amount }) => `${kind} ${monthly_amount}`),
  }));
  const ofPlaced = new Set(kinds.filter(({ placed }) => placed).flatMap(({ paid }) => paid));
  const ofOthers = new Set(kinds.filter(({ placed }) => !placed).flatMap(({ paid }) => paid));
  expect([...ofPlaced].length).toBeGreaterThan(0);
  expect([...ofPlaced].filter((one) => !ofOthers.has(one))).toEqual([]);
});

describe('complaint, warning and application', () => {
  const TABLES = [
    'womens-federation family_complaint',
    'public-security domestic_violence_warning',
    'womens-federation safety_order_application',
  ] as const;
  const has = ({ rows }: Drawn, table: (typeof TABLES)[number]) =>
    rows(table).some((row) => row.child_as_offender !== true);

  it.each(TABLES.flatMap((one) => TABLES.filter((other) => other !== one).map((other) => [one, other] as const)))(
    '%s does not tell of %s',
    (one, other) => {
      const some = of((each) => has(each, one));
      expect(some.some((each) => has(each, other))).toBe(true);
      expect(some.some((each) => !has(each, other))).toBe(true);
    },
  );
});

it('support for serious misconduct and special education do not tell of each other', () => {
  const supported = ({ rows }: Drawn) => rows('governance-center misconduct_support').length > 0;
  const educated = ({ child }: Drawn) => child.schooling?.specialEducation === true;
  expect(of((one) => supported(one) && !educated(one)).length).toBeGreaterThan(0);
  expect(of((one) => educated(one) && !supported(one)).length).toBeGreaterThan(0);
  expect(of((one) => educated(one) && supported(one)).length).toBeGreaterThan(0);
});
