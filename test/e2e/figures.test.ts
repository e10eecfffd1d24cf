import { join } from 'node:path';
import type { Knex } from 'knex';
import { PROJECT } from '../../shared/config/project-root';
import { type AgencyDatabase, ensureRoleOf, provision, roleOf } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { migrate } from '../../shared/db/migrate';
import { childIds } from '../../shared/domain/child-id';
import type { RosterRow } from '../../shared/subgraph/rows/roster';
import { subgraphRights } from '../../shared/subgraph/rows/subgraph-rights';
import { seedAgency } from '../../shared/synthetic/agency-seed';
import { COUNTY, REGIONS } from '../../shared/synthetic/geography';
import type { CaseRow, CaseStepRecordRow } from '../../subgraphs/governance-center/cases/data';
import type { ClueRow } from '../../subgraphs/governance-center/clues/data';
import type { ProtectionAssignmentRow } from '../../subgraphs/governance-center/protection/data';
import type { RiskAssessmentRow } from '../../subgraphs/governance-center/risk/data';
import { seed } from '../../subgraphs/governance-center/seed';
import { cellOf, shareOf } from '../../subgraphs/governance-center/statistics/cells';
import { type Range, toldOf } from '../../subgraphs/governance-center/statistics/disclosure';
import { protectionReport } from '../../subgraphs/governance-center/statistics/protection-report';
import { adminUrl, TEST_CHILD_IDS } from '../support/databases';
import { forgetReports } from '../support/reported-figures';

const NAME = `figures_${process.pid}`;
const MIGRATIONS = join(PROJECT, 'subgraphs/governance-center/migrations');
/** All seeded cases and clues are within the quarter. */
const DISTRICT = { seed: 'figures', size: 8_000, today: '2026-06-20' };
const QUARTER = '2026Q2';
const START = new Date('2026-04-01T00:00:00+08:00');
const END = new Date('2026-07-01T00:00:00+08:00');
const REGION_CODES = REGIONS.filter(({ level }) => level !== 'VILLAGE').map(({ code }) => code);
const TOWNS = REGION_CODES.filter(({ length }) => length === 9);
const TOWN = '990101001';

let database: AgencyDatabase;
let admin: Knex;
let owner: Knex;
let reader: Knex;
let writer: Knex;

beforeAll(async () => {
  database = await provision(adminUrl(), 'governance-center', NAME);
  admin = connect(adminUrl(), { poolSize: 1, statementTimeout: 0 });
  owner = connect(database.ownerUrl ?? '', { poolSize: 2, statementTimeout: 0 });
  reader = connect(database.readerUrl, { poolSize: 2, statementTimeout: 0 });
  writer = connect(database.writerUrl ?? '', { poolSize: 2, statementTimeout: 0 });
  await ensureRoleOf(owner, database.readerUrl);
  await ensureRoleOf(owner, database.writerUrl ?? '');
  await migrate(
    owner,
    MIGRATIONS,
    subgraphRights({ reader: roleOf(database.readerUrl), writer: roleOf(database.writerUrl ?? '') }),
  );
  await seedAgency(seed, {
    ownerUrl: database.ownerUrl ?? '',
    district: DISTRICT,
    childIds: childIds(TEST_CHILD_IDS),
  });
  await insertWhatTheSeedLacks();
});
afterAll(async () => {
  await Promise.all([owner.destroy(), reader.destroy(), writer.destroy()]);
  await admin.raw('drop database ?? with (force)', [NAME]);
  for (const role of [`${NAME}_reader`, `${NAME}_writer`, `${NAME}_owner`])
    await admin.raw('drop role if exists ??', [role]);
  await admin.destroy();
});

const report = (region: string, quarter = QUARTER, now = END) =>
  protectionReport(reader, writer, { region, quarter }, now);
const allReports = () => Promise.all(REGION_CODES.map((region) => report(region)));
const base = (table: string) => owner.withSchema('base').table(table);
const allOf = <Row>(table: string): Promise<Row[]> => base(table).select();

/** Inserts steps with due times, closed cases, cases of the county itself, and data before and after the quarter. */
async function insertWhatTheSeedLacks(): Promise<void> {
  await owner.raw(`
    -- Due two days after the opening: taken on time, taken late; due in the quarter and taken after it.
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, 'ASSESSED', '综治中心专干', 'GOVERNANCE_CENTER', opened_at + taken, opened_at + interval '2 days'
    from base.case_file cross join (values (interval '1 day'), (interval '2 days'), (interval '3 days')) as step (taken)
      cross join generate_series(1, 5);
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, 'CLOSED', '综治中心专干', 'GOVERNANCE_CENTER', '2026-07-02T10:00+08:00', '2026-06-30T18:00+08:00'
    from base.case_file where number like '%-%-0%';

    insert into base.case_file (case_id, number, level, region, step, agencies, opened_at, closed_at, version)
    select gen_random_uuid(), 'K' || number, 'RED', region, 'CLOSED', '{}', '2026-01-10T10:00+08:00', closed, 1
    from generate_series(1, 12) as number
      cross join (values ('${COUNTY}'), ('${TOWN}'), ('9901')) as place (region)
      cross join (values (timestamptz '2026-03-31T23:59+08:00'), ('2026-04-01T00:00+08:00'), ('2026-07-01T00:00+08:00')) as c (closed);
    -- Cases that wait for a step due in the quarter, after it, and before it, each with two steps taken on time.
    insert into base.case_file (case_id, number, level, region, step, agencies, opened_at, due_at, version)
    select gen_random_uuid(), 'P' || number, 'RED', region, 'ASSESSED', '{}', '2026-01-10T10:00+08:00', due_at, 1
    from generate_series(1, 60) as number cross join (values ('990101011', timestamptz '2026-06-30T23:59+08:00'),
      ('990101012', '2026-07-01T00:00+08:00'), ('990101013', '2026-03-31T23:59+08:00')) as waiting (region, due_at);
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, 'ASSESSED', '综治中心专干', 'GOVERNANCE_CENTER', '2026-05-05T10:00+08:00', '2026-05-05T10:00+08:00'
    from base.case_file cross join generate_series(1, 2) where number like 'P%';
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, 'DISCOVERED', '综治中心专干', 'GOVERNANCE_CENTER', '2026-03-31T23:59+08:00', '2026-04-01T10:00+08:00'
    from base.case_file cross join generate_series(1, 2) where number like 'P%' and region = '990101011';
    -- Taken after the quarter: due before, in and after it.
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, due_at)
    select case_id, 'REFERRED', '综治中心专干', 'GOVERNANCE_CENTER', '2026-07-02T10:00+08:00', due
    from base.case_file cross join (values (timestamptz '2026-03-31T23:59+08:00'), ('2026-04-01T00:00+08:00'),
      ('2026-06-30T23:59+08:00'), ('2026-07-01T00:00+08:00')) as of_step (due)
    where number like 'P%' and region <> '990101011';

    -- Closed within the quarter, and opened again after it.
    insert into base.case_file (case_id, number, level, region, step, agencies, opened_at, version)
    select gen_random_uuid(), 'R' || number, 'RED', '${TOWN}', 'ASSESSED', '{}', '2026-04-10T10:00+08:00', 1
    from generate_series(1, 9) as number;
    insert into base.case_step (case_id, step, taken_by, agency, taken_at, reopening)
    select case_id, taken.step, '综治中心专干', 'GOVERNANCE_CENTER', taken_at, taken.step <> 'CLOSED'
    from base.case_file cross join (values ('CLOSED', timestamptz '2026-06-01T10:00+08:00'), ('ASSESSED', '2026-08-01T10:00+08:00'))
      as taken (step, taken_at)
    where number like 'R%';

    insert into base.clue (clue_id, channel, situation, received_at, region)
    select gen_random_uuid(), channel, '监护缺失', received, region
    from generate_series(1, 7)
      cross join (values ('${COUNTY}'), ('${TOWN}')) as place (region)
      cross join (values ('12345热线'), ('国家监委')) as of_channel (channel)
      cross join (values (timestamptz '2026-03-31T23:59+08:00'), ('2026-04-01T00:00+08:00'), ('2026-06-30T23:59+08:00'),
        ('2026-07-01T00:00+08:00')) as r (received);
    -- A county that once registered a clue itself, and another channel by which its towns had ten.
    insert into base.clue (clue_id, channel, situation, received_at, region)
    select gen_random_uuid(), '国家监委', '监护缺失', timestamptz '2025-05-05T10:00+08:00', '990102'
    union all
    select gen_random_uuid(), '专线', '监护缺失', '2026-05-05T10:00+08:00', region
    from (values ('990102001', 4), ('990102002', 4), ('990102003', 2)) as town (region, clues), generate_series(1, clues);
    -- A channel that almost nothing comes in by.
    insert into base.clue (clue_id, channel, situation, received_at, region)
    select gen_random_uuid(), '书信', '监护缺失', '2026-05-05T10:00+08:00', '${TOWN}' from generate_series(1, 4);

    -- Assessed anew after the quarter; assigned until the quarter's last day, until the day after, and from the day after.
    update base.risk_assessment set in_force = false
    where child_id in (select child_id from base.child where region like '${TOWN}%');
    insert into base.risk_assessment (child_id, level, basis, assessed_at, in_force)
    select child_id, 'RED', '{}', '2026-07-01T00:00+08:00', true from base.child where region like '${TOWN}%';
    update base.protection_assignment set ended_on = '2026-06-30'
    where child_id in (select child_id from base.child where region like '990101002%');
    update base.protection_assignment set ended_on = '2026-07-01'
    where child_id in (select child_id from base.child where region like '990101003%');
    insert into base.protection_assignment (child_id, category, lead_agency, since)
    select child_id, 'OUT_OF_SCHOOL_UNEMPLOYED', 'CIVIL_AFFAIRS', case when region like '990101004%' then date '2026-06-30' else '2026-07-01' end
    from base.child where region like '990101004%' or region like '990101005%';
    insert into base.protection_assignment (child_id, category, lead_agency, since)
    select child_id, 'SERIOUS_MISCONDUCT', 'PUBLIC_SECURITY', '2026-01-01' from base.child where region like '990101006%'
    on conflict do nothing;
  `);
}

type Counted = ReadonlyMap<string, readonly string[]>;

/** Counts row by row: by value, the regions of each object. */
async function countedPlainly(): Promise<Record<'level' | 'category' | 'step' | 'channel' | 'punctuality', Counted>> {
  const regionOf = new Map((await allOf<RosterRow>('child')).map(({ child_id, region }) => [child_id, region]));
  const files = await allOf<CaseRow>('case_file');
  const regionOfCase = new Map(files.map(({ case_id, region }) => [case_id, region]));
  const level = new Collected();
  const category = new Collected();
  const step = new Collected();
  const channel = new Collected();
  const punctuality = new Collected();

  const assessments = (await allOf<RiskAssessmentRow & { assessment_id: string }>('risk_assessment')).filter(
    ({ assessed_at }) => assessed_at < END,
  );
  for (const [child, region] of regionOf) {
    const [latest] = assessments
      .filter(({ child_id }) => child_id === child)
      .sort(
        (a, b) => Number(b.assessed_at) - Number(a.assessed_at) || Number(b.assessment_id) - Number(a.assessment_id),
      );
    if (latest) level.add(latest.level, region);
  }
  for (const { child_id, category: name, since, ended_on } of await allOf<
    ProtectionAssignmentRow & { ended_on: string | null }
  >('protection_assignment')) {
    if (since > '2026-06-30' || (ended_on !== null && ended_on <= '2026-06-30')) continue;
    category.add(name, regionOf.get(child_id) ?? '');
  }
  const steps = await allOf<CaseStepRecordRow & { case_step_id: string; due_at: Date | null }>('case_step');
  for (const file of files) {
    if (file.opened_at >= END) continue;
    const [latest] = steps
      .filter(({ case_id, taken_at }) => case_id === file.case_id && taken_at < END)
      .sort((a, b) => Number(b.taken_at) - Number(a.taken_at) || Number(b.case_step_id) - Number(a.case_step_id));
    const closedAt: Date | null = file.closed_at !== null && file.closed_at < END ? file.closed_at : null;
    if (closedAt ?? latest?.step === 'CLOSED') {
      if ((closedAt ?? latest?.taken_at ?? START) >= START) step.add('CLOSED', file.region);
    } else step.add(latest?.step ?? 'DISCOVERED', file.region);
  }
  for (const { channel: name, received_at, region } of await allOf<ClueRow>('clue')) {
    if (received_at >= START && received_at < END) channel.add(name, region);
  }
  const inQuarter = (time: Date) => time >= START && time < END;
  for (const { case_id, taken_at, due_at } of steps) {
    if (due_at === null) continue;
    if (inQuarter(taken_at)) punctuality.add(taken_at > due_at ? 'LATE' : 'ON_TIME', regionOfCase.get(case_id) ?? '');
    else if (taken_at >= END && inQuarter(due_at)) punctuality.add('LATE', regionOfCase.get(case_id) ?? '');
  }
  for (const { due_at, closed_at, region } of files) {
    if (closed_at === null && due_at !== null && inQuarter(due_at)) punctuality.add('LATE', region);
  }
  return { level, category, step, channel, punctuality };
}

async function channelsWithFiveClues(): Promise<readonly string[]> {
  const received = new Collected();
  for (const { channel, received_at, region } of await allOf<ClueRow>('clue')) {
    if (received_at < END) received.add(channel, region);
  }
  return [...received].filter(([, regions]) => regions.length >= 5).map(([channel]) => channel);
}

class Collected extends Map<string, string[]> {
  add(value: string, region: string): void {
    this.set(value, [...(this.get(value) ?? []), region]);
  }
}

const byName = <Named extends { readonly channel: string }>(named: readonly Named[]): readonly Named[] =>
  [...named].sort((a, b) => (a.channel < b.channel ? -1 : 1));

/** The expected range for these regions. `own` are larger regions that register things themselves. */
function rangeOf(region: string, found: readonly string[] = [], own: readonly string[] = []): Range {
  const counts = new Map([...TOWNS, ...own].filter((place) => place.startsWith(region)).map((place) => [place, 0]));
  for (const each of found) {
    const place = each.slice(0, 9);
    if (place.startsWith(region)) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return toldOf(region, counts);
}

test('the figures of every town, county, city and province equal a plain count after disclosure control', async () => {
  const counted = await countedPlainly();
  const channels = await channelsWithFiveClues();
  expect(channels).toEqual(expect.arrayContaining(['强制报告', '国家监委']));
  const told = { cells: 0, suppressed: 0, shares: 0 };
  for (const region of REGION_CODES) {
    const { byLevel, byCategory, byStep, byChannel, overdueShare, ...rest } = await report(region);
    const cell = (found: Counted, value: string, own?: readonly string[]) => {
      const expected = cellOf(rangeOf(region, found.get(value), own));
      told[expected.suppressed ? 'suppressed' : 'cells'] += 1;
      return expected;
    };
    const cases = [COUNTY, '9901'];
    expect(rest).toEqual({ region: REGIONS.find(({ code }) => code === region), quarter: QUARTER });
    expect({ region, byLevel }).toEqual({
      region,
      byLevel: ['RED', 'ORANGE', 'YELLOW', 'BLUE'].map((level) => ({ level, ...cell(counted.level, level) })),
    });
    const categories = ['SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP', 'OUT_OF_SCHOOL_UNEMPLOYED', 'MISCONDUCT'];
    expect({ region, byCategory }).toEqual({
      region,
      byCategory: categories.map((category) => ({ category, ...cell(counted.category, category) })),
    });
    const steps = ['DISCOVERED', 'ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED', 'CLOSED'];
    expect({ region, byStep }).toEqual({
      region,
      byStep: steps.map((step) => ({ step, ...cell(counted.step, step, cases) })),
    });
    expect({ region, byChannel: byName(byChannel) }).toEqual({
      region,
      byChannel: byName(
        channels.map((channel) => ({ channel, ...cell(counted.channel, channel, [COUNTY, '990102']) })),
      ),
    });
    expect({ region, overdueShare }).toEqual({
      region,
      overdueShare: shareOf(
        rangeOf(region, counted.punctuality.get('LATE'), cases),
        rangeOf(region, counted.punctuality.get('ON_TIME'), cases),
      ),
    });
    if (!overdueShare.suppressed) told.shares += 1;
  }
  // The county could have some of the ten itself: the three towns alone would leave it at 5.
  const { byChannel } = await report('990102');
  expect(byChannel).toContainEqual({ channel: '专线', count: 10, suppressed: false });
  expect(told.cells).toBeGreaterThan(100);
  expect(told.suppressed).toBeGreaterThan(100);
  expect(told.shares).toBeGreaterThan(1);
});

test('a channel with hardly any reports is not named in any region', async () => {
  for (const { byChannel } of await allReports()) expect(byChannel.map(({ channel }) => channel)).not.toContain('书信');
});

test('later events do not change a quarter’s report', async () => {
  const before = await allReports();
  const [pending] = await base('case_file')
    .whereNull('closed_at')
    .where('due_at', '<', END)
    .where('due_at', '>=', START);
  await base('case_step').insert({
    ...{ case_id: pending.case_id, step: 'REVISITED', taken_by: '综治中心专干', agency: 'GOVERNANCE_CENTER' },
    ...{ taken_at: '2026-07-03T10:00:00+08:00', due_at: pending.due_at },
  });
  await base('case_file')
    .where('case_id', pending.case_id)
    .update({ step: 'REVISITED', due_at: '2026-07-10T10:00:00+08:00' });
  await owner.raw(`
    update base.case_file set closed_at = '2026-07-20T10:00+08:00', due_at = null, step = 'CLOSED'
    where closed_at is null and (due_at is null or due_at >= '2026-07-01T00:00+08:00');
    insert into base.risk_assessment (child_id, level, basis, assessed_at, in_force)
    select child_id, 'ORANGE', '{}', '2026-07-09T10:00+08:00', false from base.child;
    insert into base.clue (clue_id, channel, situation, received_at, region)
    select gen_random_uuid(), '新渠道', '监护缺失', '2026-07-09T10:00+08:00', code from base.region where level = 'VILLAGE';
    update base.protection_assignment set ended_on = '2026-07-05' where ended_on is null;
  `);
  await forgetReports(owner);
  expect(await allReports()).toEqual(before);
});

test('sealed categories change no report', async () => {
  const sealed = () =>
    base('protection_assignment').whereIn('category', ['SERIOUS_MISCONDUCT', 'COMMUNITY_CORRECTION']);
  const withThem = await allReports();
  expect(await sealed().delete()).toBeGreaterThan(20);
  await forgetReports(owner);
  expect(await allReports()).toEqual(withThem);
});

test('a province takes as many statements as a town', async () => {
  const statementsOf = async (region: string) => {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => statements.push(sql);
    reader.on('query', note);
    await report(region);
    reader.removeListener('query', note);
    return statements.filter((sql) => /^\s*select/i.test(sql));
  };
  const ofTown = await statementsOf(TOWN);
  expect(ofTown).toHaveLength(3);
  for (const region of [COUNTY, '9901', '99']) expect(await statementsOf(region)).toEqual(ofTown);
});

describe('a reported quarter', () => {
  /** A child moves with all its data; and events of the quarter are entered, and ended, late. */
  const changePast = () =>
    owner.raw(`
      update base.child set region = '990101002001' where region like '${TOWN}%';
      update base.case_file set region = '990101002' where region = '${TOWN}';
      update base.protection_assignment set ended_on = '2026-05-01' where category = 'SINGLE_PARENT';
      insert into base.clue (clue_id, channel, situation, received_at, region)
      select gen_random_uuid(), '补录', '监护缺失', '2026-05-09T10:00+08:00', code from base.region where level = 'VILLAGE';
      insert into base.region (code, name, level, valid_from) values ('990101099001', '新村', 'VILLAGE', '2026-08-01')
      on conflict do nothing;
    `);

  test('stays unchanged in every region, whichever was requested first', async () => {
    const reported = await allReports();
    await forgetReports(owner);
    await report(TOWN);
    await changePast();
    expect(await allReports()).toEqual(reported);
    // Without the stored report, the figures would be different.
    await forgetReports(owner);
    expect(await allReports()).not.toEqual(reported);
  });

  test('is stored once, however many request it simultaneously', async () => {
    await forgetReports(owner);
    const [first, ...others] = await Promise.all([TOWN, COUNTY, '99', TOWN].map((region) => report(region)));
    expect(others[2]).toEqual(first);
    expect(await base('reported_quarter').select('quarter', 'reported_at')).toEqual([
      { quarter: QUARTER, reported_at: END },
    ]);
    expect(await allReports()).toEqual(expect.arrayContaining([first, ...others]));
  });

  test.each(['update work.reported_count set count = 9', "update work.reported_quarter set channels = '{}'"])(
    'cannot be changed by the reporting role: %s',
    async (sql) => {
      await expect(writer.raw(sql)).rejects.toMatchObject({ code: '23001' });
    },
  );
});

describe('a report is refused', () => {
  const refusal = (region: string, quarter: string, now?: Date) =>
    report(region, quarter, now).then(
      () => 'answered',
      ({ message, extensions: { code, argument, fault } }) => ({ message, code, argument, fault }),
    );
  const refusedQuarter = (message: string, fault: string) => ({
    message,
    code: 'BAD_USER_INPUT',
    argument: 'quarter',
    fault,
  });
  const refusedRegion = (message: string, fault: string) => ({
    message,
    code: 'BAD_USER_INPUT',
    argument: 'region',
    fault,
  });

  test('before its last instant in China has passed', async () => {
    const notEnded = refusedQuarter('Figures are available only for quarters that have ended.', 'NOT_ENDED');
    expect(await refusal(TOWN, QUARTER, new Date('2026-06-30T23:59:59.999+08:00'))).toEqual(notEnded);
    expect(await refusal(TOWN, QUARTER, new Date('2026-06-30T16:00:00.000Z'))).toBe('answered');
    expect(await refusal(TOWN, '2026Q4', new Date('2026-12-31T23:59:59+08:00'))).toEqual(notEnded);
    expect(await refusal(TOWN, '2026Q4', new Date('2027-01-01T00:00:00+08:00'))).toBe('answered');
    expect(await refusal(TOWN, '2999Q1')).toEqual(notEnded);
  });

  test.each(['', '2026', '2026Q5', '2026Q0', '2026q2', '2026-Q2', ' 2026Q2', '0000Q1', '2026Q2\n'])(
    'if %j is no quarter',
    async (quarter) => {
      expect(await refusal(TOWN, quarter)).toEqual(refusedQuarter('The quarter must be written like 2026Q3.', 'FORM'));
    },
  );

  test('for an unknown region, a village, and a code that is no region', async () => {
    const noCode = refusedRegion('A region code has 2, 4, 6, 9 or 12 digits.', 'FORM');
    expect(await refusal('990109', QUARTER)).toEqual(refusedRegion('There is no such region.', 'UNKNOWN'));
    expect(await refusal('990101001001', QUARTER)).toEqual(
      refusedRegion('Figures are available only for towns and larger regions.', 'VILLAGE'),
    );
    for (const region of ['', '9', '99010', '%', '99%%', '青禾'])
      expect(await refusal(region, QUARTER)).toEqual(noCode);
  });
});
