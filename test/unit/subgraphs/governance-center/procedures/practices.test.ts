import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ConfigurationError, Environment } from '../../../../../shared/config/environment';
import { PROJECT } from '../../../../../shared/config/project-root';
import { addDays, addMonths, todayInChina } from '../../../../../shared/domain/dates';
import { WorkingCalendar } from '../../../../../subgraphs/governance-center/procedures/calendar';
import {
  dayAfter,
  dueAfter,
  milliseconds,
  parseDuration,
} from '../../../../../subgraphs/governance-center/procedures/duration';
import { type Practices, readPractices } from '../../../../../subgraphs/governance-center/procedures/practices';
import { type KnownFacts, propose } from '../../../../../subgraphs/governance-center/risk/proposal';
import { SEED } from '../../../../support/choices';

const FOLDER = join(PROJECT, 'subgraphs/governance-center/procedures');
const PRACTICES = readFileSync(join(FOLDER, 'practices.yaml'), 'utf8');
const CALENDAR = readFileSync(join(FOLDER, 'calendar.yaml'), 'utf8');

const folder = mkdtempSync(join(tmpdir(), 'practices-'));
beforeAll(() => {
  console.log(`Working days are compared with a naive count; SEED=${SEED}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(
  practices: string,
  calendar = CALENDAR,
): { readonly faults: readonly string[]; readonly read: Practices } {
  const files = { PRACTICES_FILE: join(folder, 'practices.yaml'), CALENDAR_FILE: join(folder, 'calendar.yaml') };
  writeFileSync(files.PRACTICES_FILE, practices);
  writeFileSync(files.CALENDAR_FILE, calendar);
  return readFrom(files);
}

function readFrom(variables: NodeJS.ProcessEnv): { readonly faults: readonly string[]; readonly read: Practices } {
  const environment = new Environment(variables);
  const practices = readPractices(environment);
  try {
    environment.finish();
    return { faults: [], read: practices };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { faults: error.faults, read: practices };
  }
}

/** `CALENDAR_FILE: 2026: … (/tmp/calendar.yaml:3).` -> `CALENDAR_FILE: 2026: ….` */
const withoutPlace = (faults: readonly string[]) => faults.map((fault) => fault.replace(/ \(\S+\.yaml:\d+\)\.$/, '.'));

function spoilt(text: string, search: string | RegExp, replacement: string): string {
  expect(text).toMatch(search);
  return text.replace(search, replacement);
}

const noon = (day: string) => new Date(`${day}T12:00:00+08:00`);

test('the project’s own files have no faults', () => {
  expect(readFrom({}).faults).toEqual([]);
});

describe('a file of practices is refused, with the place of each fault', () => {
  // An additional entry at the end, based on the first.
  const entry = (own: string) => `${PRACTICES}\n  - id: 9901/2021-1\n    region: '9901'\n    from: 2021-01-01\n${own}`;
  const LAST = 'PRACTICES_FILE: practices.2';
  /** The recipients of the first entry, with one line changed. */
  const recipients = (line: string, changed: string) =>
    spoilt(/ {4}recipients:\n(?: {6}.*\n)+/.exec(PRACTICES)?.[0] ?? '', line, changed);

  test('one with an additional entry is not', () => {
    expect(read(entry('    basedOn: 99/2020-1')).faults).toEqual([]);
  });

  test.each<[string, string, readonly (string | RegExp)[]]>([
    ['an unknown key', '    colour: RED', [`${LAST}: Unrecognized key: "colour".`]],
    [
      'an unknown key within',
      '    meetings: { opensBefore: 14d, closesAfter: 30d, in: 1d }',
      [`${LAST}.meetings: Unrecognized key: "in".`],
    ],
    [
      'levels out of order',
      '    levels: [ORANGE, RED, YELLOW, BLUE]',
      [`${LAST}.levels: must be listed most urgent first, each once.`],
    ],
    [
      'a level twice',
      '    levels: [RED, RED, ORANGE, YELLOW, BLUE]',
      [`${LAST}.levels: must be listed most urgent first, each once.`],
    ],
    ['an unknown level', '    levels: [RED, GREEN]', [/^PRACTICES_FILE: practices\.2\.levels\.1: Invalid option/]],
    [
      'a level that the scheme lacks',
      '    levels: [RED, ORANGE]',
      [
        `${LAST}.visits.YELLOW: is not one of the levels.`,
        `${LAST}.proposals.5.level: is not one of the levels.`,
        `${LAST}.proposals.6.level: is not one of the levels.`,
        `${LAST}.proposals.7.level: is not one of the levels.`,
        `${LAST}.proposals.8.level: is not one of the levels.`,
      ],
    ],
    [
      'a level that is faster and that the scheme lacks',
      `    levels: [RED, YELLOW, BLUE]
    visits: {}
    proposals: []`,
      ['ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED'].map(
        (step) => `${LAST}.steps.${step}.faster.ORANGE: is not one of the levels.`,
      ),
    ],
    [
      'a situation that is not on the list',
      '    proposals: [{ level: RED, basis: 依据, when: { situations: [辍学, 失学] } }]',
      [`${LAST}.proposals.0.when.situations: 失学 is not one of the situations.`],
    ],
    [
      'a situation without recipients',
      '    situations: [监护缺失, 辍学, 离家出走, 疑似侵害, 校园性侵害, 家庭暴力, 学生欺凌, 严重欺凌, 沉迷网络, 其他, 走失]',
      [`${LAST}.recipients: 走失 has no recipient.`],
    ],
    [
      'recipients of a situation that is not on the list',
      '    situations: [监护缺失, 离家出走, 疑似侵害, 校园性侵害, 家庭暴力, 学生欺凌, 严重欺凌, 沉迷网络, 其他]',
      [`${LAST}.recipients.辍学: is not one of the situations.`],
    ],
    ...['GOVERNANCE_CENTER', 'FIRE_BRIGADE'].map((agency): [string, string, string[]] => [
      `${agency} as recipient`,
      recipients('辍学: [EDUCATION]', `辍学: [${agency}]`),
      [`${LAST}.recipients.辍学.0: must be an agency other than the centre.`],
    ]),
    [
      'nobody as recipient',
      recipients('辍学: [EDUCATION]', '辍学: []'),
      [/^PRACTICES_FILE: practices\.2\.recipients\.辍学: Too small/],
    ],
    [
      'a recipient twice',
      recipients('辍学: [EDUCATION]', '辍学: [EDUCATION, EDUCATION]'),
      [`${LAST}.recipients.辍学: must differ.`],
    ],
    ...['疑似侵害', '校园性侵害', '家庭暴力'].map((silent): [string, string, string[]] => [
      `a level that ${silent} alone proposes`,
      `    proposals:
      - { level: RED, basis: 依据, when: { situations: [${silent}] } }
      - { level: RED, basis: 另一依据, when: { situations: [离家出走] } }
      - { level: ORANGE, basis: 依据, when: { situations: [离家出走] } }`,
      [
        `${LAST}.proposals.0.when.situations: ${silent} must not be recognisable: another situation must propose RED with the same basis.`,
      ],
    ]),
    [
      'a proposal that asks for nothing',
      '    proposals: [{ level: RED, basis: 依据, when: { within: 3d } }]',
      [`${LAST}.proposals.0.when: must have at least one condition.`],
    ],
    [
      'a proposal that counts to nothing',
      '    proposals: [{ level: RED, basis: 依据, when: { clues: 0 } }]',
      [`${LAST}.proposals.0.when.clues: must be a number from 1.`],
    ],
    [
      'a proposal within other than days',
      '    proposals: [{ level: RED, basis: 依据, when: { clues: 1, within: 3m } }]',
      [`${LAST}.proposals.0.when.within: must be days, like 90d.`],
    ],
    ['a code list without codes', '    channels: []', [/^PRACTICES_FILE: practices\.2\.channels: Too small/]],
    ['a code twice', '    channels: [网格摸排, 网格摸排]', [`${LAST}.channels: must differ.`]],
    [
      'an unknown lead agency',
      '    categories: { SINGLE_PARENT: { lead: POLICE, visits: 1m, parties: [SELF] } }',
      [
        `${LAST}.categories.SINGLE_PARENT.lead: must be an agency.`,
        ...['ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT'].map(
          (one) => `${LAST}.categories.${one}: is missing.`,
        ),
      ],
    ],
    [
      'a step by nobody',
      '    steps: { ASSESSED: { within: 1h, by: [] } }',
      [
        /steps\.ASSESSED\.by: Too small/,
        ...['REFERRED', 'HANDLED', 'REVISITED', 'CLOSED'].map((one) => `${LAST}.steps.${one}: is missing.`),
      ],
    ],
    ...['0h', '-1d', '1.5d', '3w', '72', '12345h', '七天', '1d '].map((feedback): [string, string, string[]] => [
      `the duration ${JSON.stringify(feedback)}`,
      `    feedback: '${feedback}'`,
      [`${LAST}.feedback: must be like 30min, 72h, 7d, 5wd or 1m.`],
    ]),
    [
      'cases that list those who support victims only sometimes',
      '    cases: { standing: [EDUCATION, PROCURATORATE], closesAfter: 30d }',
      [
        `${LAST}.cases.standing: must include PROCURATORATE and JUSTICE_BUREAU, which would otherwise tell for which cases a child is a victim.`,
      ],
    ],
    [
      'the centre as one of the standing agencies',
      '    cases: { standing: [GOVERNANCE_CENTER, PROCURATORATE, JUSTICE_BUREAU], closesAfter: 30d }',
      [`${LAST}.cases.standing.0: must be an agency other than the centre.`],
    ],
    [
      'a window in working days',
      '    meetings: { opensBefore: 5wd, closesAfter: 1m }',
      [
        `${LAST}.meetings.opensBefore: must be like 72h or 14d.`,
        `${LAST}.meetings.closesAfter: must be like 72h or 14d.`,
      ],
    ],
    [
      'emergency access that lasts for days, months or for nothing, and any number of uses',
      '    emergency: { lasts: 1m, reviewWithin: 3, unreviewed: 0 }',
      [
        `${LAST}.emergency.lasts: must be like 30min or 2h.`,
        `${LAST}.emergency.reviewWithin: must be like 30min, 72h, 7d, 5wd or 1m.`,
        `${LAST}.emergency.unreviewed: must be a number from 1.`,
      ],
    ],
    ['visits by hours', '    visits: { RED: 24h }', [`${LAST}.visits.RED: must be like 7d or 1m.`]],
  ])('%s', (_, own, faults) => {
    const found = read(entry(`    basedOn: 99/2020-1\n${own}`)).faults;
    expect(withoutPlace(found)).toEqual(
      faults.map((fault) => (typeof fault === 'string' ? fault : expect.stringMatching(fault))),
    );
  });

  test.each<[string, string, string | RegExp]>([
    ['an entry without an id', spoilt(PRACTICES, 'id: 99/2020-1\n    ', ''), /^PRACTICES_FILE: practices\./],
    [
      'an id that belongs to another region',
      spoilt(PRACTICES, 'id: 990102/2020-1', 'id: 990103/2020-1'),
      'PRACTICES_FILE: practices.1.id: must begin with the region.',
    ],
    [
      'an id of another form',
      spoilt(PRACTICES, 'id: 990102/2020-1', 'id: 990102/first'),
      'PRACTICES_FILE: practices.1.id: must be like 990101/2026-1.',
    ],
    [
      'a region of another length',
      spoilt(PRACTICES, "id: 990102/2020-1\n    region: '990102'", "id: 99010/2020-1\n    region: '99010'"),
      'PRACTICES_FILE: practices.1.region: must be a region code in quotes.',
    ],
    [
      'a day that is none',
      spoilt(PRACTICES, /from: 2020-01-01$/m, 'from: 2021-02-29'),
      'PRACTICES_FILE: practices.0.from: must be a day like 2026-05-17.',
    ],
    [
      'an entry that is based on nobody',
      spoilt(PRACTICES, 'basedOn: 99/2020-1', 'basedOn: 99/2019-1'),
      'PRACTICES_FILE: practices.1.basedOn: must name an entry above.',
    ],
    [
      'an entry that is based on itself',
      spoilt(PRACTICES, 'basedOn: 99/2020-1', 'basedOn: 990102/2020-1'),
      'PRACTICES_FILE: practices.1.basedOn: must name an entry above.',
    ],
    [
      'two entries of one id',
      entry('    basedOn: 99/2020-1').replace('id: 9901/2021-1', 'id: 990102/2020-1'),
      'PRACTICES_FILE: practices.2.id: is the id of another entry.',
    ],
    [
      'two entries of one region on one day',
      entry('    basedOn: 99/2020-1').replace(
        /id: 9901\/2021-1\n.*\n.*/,
        "id: 99/2020-2\n    region: '99'\n    from: 2020-01-01",
      ),
      'PRACTICES_FILE: practices.2.from: another entry of this region is in force from the same day.',
    ],
    ['no entry', 'practices: []', /^PRACTICES_FILE: practices: Too small/],
    ['another key beside the entries', `${PRACTICES}\nothers: []`, 'PRACTICES_FILE: Unrecognized key: "others".'],
    ['an empty file', '', /^PRACTICES_FILE: Invalid input/],
    ['what is no YAML', 'practices: [', /^PRACTICES_FILE: Flow sequence/],
    [
      'a key twice',
      spoilt(PRACTICES, 'feedback: 7wd', 'feedback: 7wd\n    feedback: 8wd'),
      'PRACTICES_FILE: Map keys must be unique.',
    ],
  ])('%s', (_, text, fault) => {
    expect(withoutPlace(read(text).faults)).toEqual([typeof fault === 'string' ? fault : expect.stringMatching(fault)]);
  });

  test('a missing file is reported beside a valid one', () => {
    const missing = join(folder, 'nowhere.yaml');
    expect(readFrom({ PRACTICES_FILE: missing, CALENDAR_FILE: missing }).faults).toEqual([
      'CALENDAR_FILE: cannot be read.',
      'PRACTICES_FILE: cannot be read.',
    ]);
  });

  test('all faults of both files are reported at once', () => {
    const practices = PRACTICES.replace('feedback: 7wd', 'feedback: soon')
      .replace('visits: { RED: 1d, ORANGE: 7d, YELLOW: 1m }', 'visits: { RED: 1h }')
      .replace('needs: evidence', 'needs: luck');
    const calendar = CALENDAR.replace('2025-01-01', '2025-13-01').replace('2026-10-10', 'Saturday');
    const { faults } = read(practices, calendar);
    expect(faults.filter((fault) => fault.startsWith('CALENDAR_FILE: '))).toEqual([
      expect.stringContaining('2025.holidays.0: '),
      expect.stringContaining('2026.workdays.5: '),
    ]);
    // The second entry is based on the first, so it has the same faults, except in its own settings.
    expect(faults.filter((fault) => fault.startsWith('PRACTICES_FILE: '))).toEqual([
      expect.stringContaining('practices.0.feedback: '),
      expect.stringContaining('practices.0.visits.RED: '),
      expect.stringContaining('practices.0.steps.CLOSED.needs: '),
      expect.stringContaining('practices.1.feedback: '),
    ]);
  });
});

describe('a calendar is refused, with the place of each fault', () => {
  test.each<[string, string, string]>([
    ['a year that is none', 'May: { holidays: [], workdays: [] }', 'CALENDAR_FILE: May: Invalid key in record.'],
    [
      'a span that ends before it begins',
      '2026: { holidays: [2026-05-05..2026-05-01], workdays: [] }',
      'CALENDAR_FILE: 2026.holidays.0: must not end before it begins.',
    ],
    [
      'a span of three days',
      '2026: { holidays: [2026-05-01..2026-05-02..2026-05-03], workdays: [] }',
      'CALENDAR_FILE: 2026.holidays.0: must be a day or 2026-05-01..2026-05-05.',
    ],
    [
      'a day that is none',
      '2026: { holidays: [2026-02-29], workdays: [] }',
      'CALENDAR_FILE: 2026.holidays.0: must be a day or 2026-05-01..2026-05-05.',
    ],
    [
      'a span to work on',
      '2026: { holidays: [], workdays: [2026-05-09..2026-05-10] }',
      'CALENDAR_FILE: 2026.workdays.0: must be a day like 2026-05-01.',
    ],
    ['a year without workdays', '2026: { holidays: [] }', 'CALENDAR_FILE: 2026.workdays: is missing.'],
    [
      'an unknown key',
      '2026: { holidays: [], workdays: [], sundays: [] }',
      'CALENDAR_FILE: 2026: Unrecognized key: "sundays".',
    ],
  ])('%s', (_, text, fault) => {
    expect(withoutPlace(read(PRACTICES, text).faults)).toEqual([fault]);
  });
});

describe('each fault names its file and line', () => {
  const lineOf = (text: string, part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  const own = spoilt(PRACTICES, 'feedback: 7wd', 'feedback: soon');
  const listed = spoilt(PRACTICES, 'situations: [家庭暴力, 监护缺失]', 'situations: [失学]');
  const unbased = spoilt(PRACTICES, 'basedOn: 99/2020-1', 'basedOn: 99/2019-1');
  const missing = spoilt(PRACTICES, '    feedback: 7wd', '');
  const twice = spoilt(PRACTICES, 'feedback: 7wd', 'feedback: 7wd\n    feedback: 8wd');

  test.each<[string, string, readonly (readonly [string, number])[]]>([
    [
      'a fault of an entry, and of one that is based on it',
      own,
      [
        ['practices.0.feedback', lineOf(own, 'soon')],
        ['practices.1.feedback', lineOf(own, '- id: 990102/2020-1')],
      ],
    ],
    ['a fault within a list', listed, [['practices.1.proposals.2.when.situations', lineOf(listed, '失学')]]],
    ['an entry that is based on nobody', unbased, [['practices.1.basedOn', lineOf(unbased, '99/2019-1')]]],
    [
      'a missing key, at its entry',
      missing,
      [
        ['practices.0.feedback', lineOf(missing, '- id: 99/2020-1')],
        ['practices.1.feedback', lineOf(missing, '- id: 990102/2020-1')],
      ],
    ],
    ['a key twice', twice, [['Map keys must be unique', lineOf(twice, '8wd')]]],
  ])('%s', (_, text, places) => {
    expect(read(text).faults).toEqual(
      places.map(([fault, line]) =>
        expect.stringMatching(`^PRACTICES_FILE: ${fault}.* \\(${join(folder, 'practices.yaml')}:${line}\\)\\.$`),
      ),
    );
  });

  test('a day of the calendar', () => {
    const text = spoilt(CALENDAR, '2026-09-25..2026-09-27', '2026-09-27..2026-09-25');
    expect(read(PRACTICES, text).faults).toEqual([
      `CALENDAR_FILE: 2026.holidays.5: must not end before it begins (${join(folder, 'calendar.yaml')}:${lineOf(text, '09-27..')}).`,
    ]);
  });
});

describe('the practice in force', () => {
  const { read: practices } = read(
    `${PRACTICES}
  - { id: 990101/2026-1, region: '990101', from: 2026-03-01, basedOn: 99/2020-1, feedback: 3d }
  - { id: 990101/2025-1, region: '990101', from: 2025-06-01, basedOn: 99/2020-1, feedback: 4d }
  - { id: 990101001/2024-1, region: '990101001', from: 2024-01-01, basedOn: 99/2020-1, feedback: 5d }
  - { id: 990101001/2031-1, region: '990101001', from: 2031-01-01, basedOn: 99/2020-1, feedback: 6d }
`.slice(0),
  );
  const idFor = (region: string, instant: Date | string) =>
    practices.for(region, typeof instant === 'string' ? noon(instant) : instant).id;

  test.each([
    ['990101002', '2026-02-28', '990101/2025-1'],
    ['990101002', '2026-03-01', '990101/2026-1'],
    ['990101002001', '2030-01-01', '990101/2026-1'],
    ['990101', '2025-05-31', '99/2020-1'],
    // The town's entry is older, but for the longer region.
    ['990101001', '2026-04-01', '990101001/2024-1'],
    ['990101001003', '2026-04-01', '990101001/2024-1'],
    ['990101001003', '2031-01-01', '990101001/2031-1'],
    ['990102001001', '2026-04-01', '990102/2020-1'],
    ['9901', '2026-04-01', '99/2020-1'],
    // 9901010 is no town of 990101001.
    ['990101010', '2026-04-01', '990101/2026-1'],
  ])('in %s on %s: %s', (region, day, id) => expect(idFor(region, day)).toBe(id));

  test('begins at midnight in China', () => {
    expect(idFor('990101002', new Date('2026-02-28T15:59:59.999Z'))).toBe('990101/2025-1');
    expect(idFor('990101002', new Date('2026-02-28T16:00:00Z'))).toBe('990101/2026-1');
  });

  test('is none before the first comes into force, or without any', () => {
    for (const [region, day] of [
      ['990101', '2019-12-31'],
      ['110101', '2026-01-01'],
    ] as const) {
      expect(() => practices.for(region, noon(day))).toThrow(
        expect.objectContaining({ extensions: expect.objectContaining({ code: 'NOT_IN_FORCE' }) }),
      );
    }
  });

  test('inherits all settings that it does not state, without changing its base', () => {
    const [own, base] = [practices.for('990101', noon('2026-04-01')), practices.for('9901', noon('2026-04-01'))];
    expect(own).toEqual({
      ...base,
      id: own.id,
      region: '990101',
      from: '2026-03-01',
      feedback: { count: 3, unit: 'd' },
    });
    expect(base.feedback).toEqual({ count: 7, unit: 'wd' });
  });
});

describe('working days', () => {
  const calendar = new WorkingCalendar(CALENDAR, 'calendar.yaml');
  const empty = new WorkingCalendar('{}', 'calendar.yaml');

  test.each([
    ['2026-01-01', false],
    ['2026-01-03', false],
    ['2026-01-04', true],
    ['2026-02-14', true],
    ['2026-02-23', false],
    ['2026-02-24', true],
    ['2026-02-28', true],
    ['2026-03-01', false],
    ['2026-05-05', false],
    ['2026-05-09', true],
    ['2026-10-08', true],
    // A year that is not in the calendar has only weekends.
    ['2031-01-01', true],
    ['2031-01-04', false],
  ])('%s: %s', (day, worked) => expect(calendar.isWorkingDay(day)).toBe(worked));

  test.each([
    // Over the Spring Festival, with the Saturday before and the Saturday after it worked on.
    ['2026-02-13', 1, '2026-02-14'],
    ['2026-02-13', 2, '2026-02-24'],
    ['2026-02-13', 6, '2026-02-28'],
    ['2026-02-13', 7, '2026-03-02'],
    ['2026-02-20', 1, '2026-02-24'],
    ['2026-02-20', -1, '2026-02-14'],
    ['2026-03-06', 5, '2026-03-13'],
    ['2026-03-07', 1, '2026-03-09'],
    ['2026-03-02', 0, '2026-03-02'],
    ['2026-03-01', 0, '2026-03-01'],
  ])('%s and %i: %s', (day, count, expected) => expect(calendar.add(day, count)).toBe(expected));

  const day = fc.integer({ min: 0, max: 2_000 }).map((days) => addDays('2024-06-01', days));

  /** The number of working days after one day up to another. */
  function counted(by: WorkingCalendar, after: string, upTo: string): number {
    let count = 0;
    for (let one = addDays(after, 1); one <= upTo; one = addDays(one, 1)) if (by.isWorkingDay(one)) count += 1;
    return count;
  }

  test('adding working days, forwards and backwards, passes the given number and ends on one', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 60 }), fc.constantFrom(calendar, empty), (from, count, by) => {
        const end = by.add(from, count);
        const start = by.add(from, -count);
        return (
          by.isWorkingDay(end) &&
          counted(by, from, end) === count &&
          by.isWorkingDay(start) &&
          counted(by, addDays(start, -1), addDays(from, -1)) === count
        );
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('a day is a working day as in an independent list', () => {
    const holidays = new Set<string>();
    const listed = /(\d{4}-\d\d-\d\d)(?:\.\.(\d{4}-\d\d-\d\d))?/g;
    const workdays = new Set<string>();
    for (const line of CALENDAR.split('\n')) {
      for (const [, first = '', last = first] of line.matchAll(listed)) {
        if (line.includes('workdays')) workdays.add(first);
        else for (let one = first; one <= last; one = addDays(one, 1)) holidays.add(one);
      }
    }
    expect([holidays.size > 50, workdays.size]).toEqual([true, 11]);
    fc.assert(
      fc.property(day, (one) => {
        const weekend = ['Sat', 'Sun'].includes(new Date(`${one}T12:00:00Z`).toUTCString().slice(0, 3));
        return calendar.isWorkingDay(one) === (workdays.has(one) || (!weekend && !holidays.has(one)));
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });

  describe('durations', () => {
    const due = (start: string, text: string) => dueAfter(new Date(start), parseDuration(text), calendar).toISOString();

    test.each([
      // By hours to the millisecond, whatever day it is.
      ['2026-02-14T23:30:15.250+08:00', '2h', '2026-02-14T17:30:15.250Z'],
      ['2026-02-14T10:00:00+08:00', '72h', '2026-02-17T02:00:00.000Z'],
      // By minutes, which are not months.
      ['2026-02-14T23:45:15.250+08:00', '30min', '2026-02-14T16:15:15.250Z'],
      // By days to midnight in China, at whatever time it begins there.
      ['2026-03-02T00:00:00+08:00', '1d', '2026-03-03T16:00:00.000Z'],
      ['2026-03-02T23:59:59.999+08:00', '1d', '2026-03-03T16:00:00.000Z'],
      ['2026-03-02T16:00:00Z', '1d', '2026-03-04T16:00:00.000Z'],
      ['2026-12-31T10:00:00+08:00', '1d', '2027-01-01T16:00:00.000Z'],
      // By working days, over a festival.
      ['2026-02-13T10:00:00+08:00', '7wd', '2026-03-02T16:00:00.000Z'],
      ['2026-04-30T10:00:00+08:00', '5wd', '2026-05-11T16:00:00.000Z'],
      // By months, which are not equally long.
      ['2026-01-31T10:00:00+08:00', '1m', '2026-02-28T16:00:00.000Z'],
      ['2028-01-31T10:00:00+08:00', '1m', '2028-02-29T16:00:00.000Z'],
      ['2026-11-30T10:00:00+08:00', '3m', '2027-02-28T16:00:00.000Z'],
      ['2026-12-15T10:00:00+08:00', '1m', '2027-01-15T16:00:00.000Z'],
    ])('%s and %s: until %s', (start, text, expected) => expect(due(start, text)).toBe(expected));

    test('a window has its length in minutes, hours and days', () => {
      expect(['1min', '30min', '2h', '14d'].map((text) => milliseconds(parseDuration(text)))).toEqual([
        60_000, 1_800_000, 7_200_000, 1_209_600_000,
      ]);
    });

    test('minutes and hours count as started days, forwards and backwards', () => {
      const on = (text: string, sign: 1 | -1) => dayAfter('2026-03-31', parseDuration(text), calendar, sign);
      expect(['1min', '1440min', '1441min'].map((text) => on(text, 1))).toEqual([
        ...['2026-04-01', '2026-04-01', '2026-04-02'],
      ]);
      expect(['2h', '24h', '25h', '3d', '1m', '2wd'].map((text) => on(text, 1))).toEqual([
        ...['2026-04-01', '2026-04-01', '2026-04-02', '2026-04-03', '2026-04-30', '2026-04-02'],
      ]);
      expect(['2h', '25h', '3d', '1m', '2wd'].map((text) => on(text, -1))).toEqual([
        ...['2026-03-30', '2026-03-29', '2026-03-28', '2026-02-28', '2026-03-27'],
      ]);
    });

    test('a due time is a midnight in China after the starting day', () => {
      const start = fc
        .integer({ min: 0, max: 60_000_000 })
        .map((seconds) => new Date(Date.UTC(2025, 0, 1) + seconds * 1_000));
      const length = fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('d', 'wd', 'm'));
      fc.assert(
        fc.property(start, length, (from, [count, unit]) => {
          const until = dueAfter(from, parseDuration(`${unit === 'm' ? (count % 12) + 1 : count}${unit}`), calendar);
          const last = todayInChina(until.getTime() - 1);
          return (
            todayInChina(until.getTime()) === addDays(last, 1) && until > from && last > todayInChina(from.getTime())
          );
        }),
        { seed: SEED, numRuns: 500 },
      );
    });

    test('adding and subtracting months returns to the same month', () => {
      fc.assert(
        fc.property(day, fc.integer({ min: 1, max: 30 }), (from, count) => {
          const [there, back] = [addMonths(from, count), addMonths(addMonths(from, count), -count)];
          return there > from && back.slice(0, 7) === from.slice(0, 7) && back <= from;
        }),
        { seed: SEED, numRuns: 500 },
      );
    });
  });
});

describe('the proposed level', () => {
  const { read: practices } = readFrom({});
  const now = noon('2026-06-15');
  const proposed = (facts: Partial<KnownFacts>, region = '990101') =>
    propose(
      { clues: [], openCases: 0, overdueCases: 0, categories: [], ...facts },
      practices.for(region, now),
      practices.calendar,
      now,
    );
  const clue = (situation: string, day: string, time = '12:00') => ({
    situation,
    received_at: new Date(`${day}T${time}:00+08:00`),
  });

  test.each<[string, Partial<KnownFacts>, string | null, readonly string[]]>([
    ['nothing is known', {}, null, []],
    ['suspected violence', { clues: [clue('疑似侵害', '2026-06-01')] }, 'RED', ['人身安全风险']],
    [
      'two clues to the same',
      { clues: [clue('疑似侵害', '2026-06-01'), clue('家庭暴力', '2026-06-02')] },
      'RED',
      ['人身安全风险'],
    ],
    ['a lack of guardianship', { clues: [clue('监护缺失', '2026-06-01')] }, 'ORANGE', ['监护或离家风险']],
    ['any clue at all', { clues: [clue('其他', '2020-06-01')] }, 'BLUE', ['曾被反映']],
    [
      'three clues',
      { clues: ['2026-06-01', '2026-06-02', '2026-06-03'].map((day) => clue('其他', day)) },
      'ORANGE',
      ['多次被反映'],
    ],
    [
      'two of three clues within the window',
      { clues: ['2025-01-01', '2026-06-02', '2026-06-03'].map((day) => clue('其他', day)) },
      'BLUE',
      ['曾被反映'],
    ],
    ['an open case', { openCases: 1 }, 'YELLOW', ['在办个案']],
    ['a case that is late', { openCases: 2, overdueCases: 1 }, 'ORANGE', ['个案超期未办结']],
    ['hardship', { categories: ['ORPHAN_OR_HARDSHIP'] }, 'YELLOW', ['分类包保帮扶对象']],
    ['a single parent', { categories: ['SINGLE_PARENT'] }, 'BLUE', ['分类包保帮扶对象']],
    // Less urgent reasons are not listed with more urgent ones; equally urgent reasons are listed once each.
    [
      'an open case and hardship',
      { openCases: 1, categories: ['ORPHAN_OR_HARDSHIP', 'MISCONDUCT'] },
      'YELLOW',
      ['在办个案', '分类包保帮扶对象'],
    ],
    [
      'nearly everything',
      {
        clues: [clue('家庭暴力', '2026-06-01'), clue('监护缺失', '2026-06-01')],
        openCases: 1,
        overdueCases: 1,
        categories: ['SINGLE_PARENT'],
      },
      'RED',
      ['人身安全风险'],
    ],
    [
      'everything but violence',
      {
        clues: ['监护缺失', '离家出走', '其他'].map((situation) => clue(situation, '2026-06-01')),
        openCases: 1,
        overdueCases: 1,
      },
      'ORANGE',
      ['监护或离家风险', '多次被反映', '个案超期未办结'],
    ],
    ['a lack of guardianship since yesterday', { clues: [clue('监护缺失', '2026-06-14')] }, 'RED', ['人身安全风险']],
  ])('%s', (_, facts, level, basis) => expect(proposed(facts)).toEqual({ level, basis }));

  test.each([
    // 30 days before 15 June, by days in China.
    ['2026-05-16', '00:00', 'RED'],
    ['2026-05-15', '23:59', 'BLUE'],
    ['2026-06-15', '12:00', 'RED'],
  ])('violence that was reported on %s at %s: %s', (day, time, level) => {
    expect(proposed({ clues: [clue('家庭暴力', day, time)] }).level).toBe(level);
  });

  test('follows the region’s practice: three colours have no BLUE, and situations have other weights', () => {
    expect(proposed({ clues: [clue('家庭暴力', '2026-06-01')] }, '990102').level).toBe('ORANGE');
    expect(proposed({ clues: [clue('监护缺失', '2026-06-01')] }, '990102').level).toBe('ORANGE');
    expect(proposed({ categories: ['SINGLE_PARENT'] }, '990102')).toEqual({ level: null, basis: [] });
    expect(proposed({ clues: [clue('其他', '2026-06-01')] }, '990102').level).toBe('YELLOW');
  });
});
