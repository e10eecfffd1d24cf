import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { UsageError } from '../../shared/cli/command-line';
import { PROJECT } from '../../shared/config/project-root';
import type { ProvisionedDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { locationCommand } from '../../shared/import/location/location-command';
import { ImportRefused } from '../../shared/import/refused';
import { childIdOf, filledDatabase, STORY } from '../support/databases';

// Who protects a location, how the rosters of all agencies learn of it, and what moves with it.

const PROTECTED = childIdOf(STORY.protectedAddress);
const PLACED = childIdOf(STORY.placed);
const LEFT_BEHIND = childIdOf(STORY.leftBehind);
const VILLAGE = '990101001001';
const COUNTY = '990101';

let folder: string;
const opened: Knex[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-location-'));
});
afterAll(async () => {
  await Promise.all(opened.map((db) => db.destroy()));
  rmSync(folder, { recursive: true, force: true });
});

async function agency(name: Agency, database: string): Promise<ProvisionedDatabase & { readonly db: Knex }> {
  const urls = await filledDatabase(name, database);
  const db = connect(urls.ownerUrl, { poolSize: 1, statementTimeout: 0 });
  opened.push(db);
  return { ...urls, db };
}

async function run(database: ProvisionedDatabase, ...words: string[]): Promise<string> {
  let said = '';
  await locationCommand({
    words,
    agenciesFolder: join(PROJECT, 'subgraphs'),
    databaseOf: () => database,
    dataDirectory: folder,
    out: {
      write(text: string | Uint8Array) {
        said += text;
        return true;
      },
    },
    log: pino({ level: 'silent' }),
  });
  return said;
}

function list(name: string, ...children: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, children.map((child) => `${child}\n`).join(''));
  return path;
}

test('(j) every agency’s roster tells whose place is protected, and shows the county instead', async () => {
  for (const name of AGENCIES) {
    const { db } = await agency(name, `location_roster_${name.replaceAll('-', '_')}`);
    const { rows } = await db.raw(
      'select child_id, region from exposed.child where location_protected order by child_id',
    );
    expect([name, rows]).toEqual([
      name,
      expect.arrayContaining([PROTECTED, PLACED].map((child_id) => ({ child_id, region: COUNTY }))),
    ]);
    expect([name, rows.map(({ region }: { region: string }) => region.length)]).toEqual([name, rows.map(() => 6)]);
  }
});

describe('the agency that protects a location', () => {
  test('lists those whom it protects itself, as pseudonyms', async () => {
    const police = await agency('public-security', 'location_list_police');
    const civilAffairs = await agency('civil-affairs', 'location_list_civil_affairs');
    const [ofPolice, ofCivilAffairs] = [
      (await run(police, 'list', 'public-security')).split('\n'),
      (await run(civilAffairs, 'list', 'civil-affairs')).split('\n'),
    ];
    expect(ofPolice).toContain(PROTECTED);
    expect(ofPolice).not.toContain(PLACED);
    expect(ofCivilAffairs).toContain(PLACED);
    expect(ofCivilAffairs).not.toContain(PROTECTED);
    const education = await agency('education', 'location_list_education');
    await expect(run(education, 'list', 'education')).rejects.toThrow('education protects no locations');
  });

  test.each([
    ['from the decision on', {}, true],
    ['once somebody else has confirmed it', { set_at: 'a week ago', confirmed: 'the next day' }, true],
    ['until 72 hours without confirmation', { set_at: 'a week ago' }, false],
    ['not if it was confirmed too late', { set_at: 'a week ago', confirmed: 'today' }, false],
    ['not if whoever set it confirmed it', { confirmed_by: '甲' }, false],
    ['not after its last day', { until: 'yesterday' }, false],
    ['not once it has ended', { ended_at: true }, false],
  ])('protects it %s', async (what, changes: Record<string, unknown>, inForce) => {
    const { db } = await agency('public-security', `location_force_${what.length}_${Object.keys(changes).length}`);
    await db.raw('delete from base.location_protection');
    const day = (days: number) => db.raw(`now() + ? * interval '1 day'`, [days]);
    const weekAgo = changes.set_at === 'a week ago';
    const confirmed = 'confirmed' in changes || 'confirmed_by' in changes;
    await db('base.location_protection').insert({
      child_id: LEFT_BEHIND,
      ground: 'ORDER',
      set_by: '甲',
      set_at: day(weekAgo ? -7 : -0.01),
      until: db.raw(`current_date + ?::int`, [changes.until === 'yesterday' ? -1 : 30]),
      confirmed_by: confirmed ? (changes.confirmed_by ?? '乙') : null,
      confirmed_at: confirmed ? day(changes.confirmed === 'the next day' ? -6 : 0) : null,
      ended_at: changes.ended_at ? day(0) : null,
    });
    const { rows } = await db.raw('select region, location_protected from exposed.child where child_id = ?', [
      LEFT_BEHIND,
    ]);
    expect(rows).toEqual([{ region: inForce ? COUNTY : VILLAGE, location_protected: inForce }]);
  });
});

describe('another agency', () => {
  test('protects exactly those on the lists', async () => {
    const education = await agency('education', 'location_apply');
    const regionOf = async (child: string) =>
      (await education.db.raw('select region from exposed.child where child_id = ?', [child])).rows[0].region;
    const [first, second] = [list('police.txt', LEFT_BEHIND, PROTECTED), list('civil.txt', 'A'.repeat(43))];
    expect(await run(education, 'apply', 'education', first, second)).toMatch(
      /^1 set, \d+ ended, 1 unchanged; 1 are not on this roster\.\n$/,
    );
    expect(await regionOf(LEFT_BEHIND)).toBe(COUNTY);
    expect(await regionOf(PLACED)).toBe('990101003001');
    expect(await run(education, 'ratio', 'education')).toMatch(/^\d+ children: 2 protected, \d+ in the county/);
    expect(await run(education, 'apply', 'education', list('none.txt'))).toMatch(/^0 set, 2 ended, 0 unchanged/);
    expect(await regionOf(LEFT_BEHIND)).toBe(VILLAGE);
  });

  test('changes nothing if a line is not a pseudonym, and does not repeat the line', async () => {
    const education = await agency('education', 'location_faulty');
    const faulty = list('faulty.txt', LEFT_BEHIND, STORY.leftBehind);
    const refused = await run(education, 'apply', 'education', faulty).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(ImportRefused);
    expect((refused as Error).message).toBe(`${faulty}:2 is not the pseudonym of a child: nothing was changed.`);
    expect(await run(education, 'ratio', 'education')).not.toMatch(/ 0 protected/);
    await expect(run(education, 'apply', 'education', join(folder, 'nowhere'))).rejects.toThrow('cannot be read');
    await expect(run(education, 'apply', 'education')).rejects.toThrow(UsageError);
    await expect(run(education, 'apply', 'nobody', faulty)).rejects.toThrow('nobody is not an agency');
  });
});

test('cases, tasks, clues, due items and participants of the child move to the county with the protection', async () => {
  const centre = await agency('governance-center', 'location_centre');
  const { db } = centre;
  const [{ case_id }] = await db('base.case_child').where({ child_id: LEFT_BEHIND });
  const regions = async () => {
    const of = (table: string, where: object) => db(table).where(where).distinct('region').pluck('region');
    return {
      child: await of('base.child', { child_id: LEFT_BEHIND }),
      case: await of('base.case_file', { case_id }),
      task: await of('base.task', { case_id }),
      part: await of('base.part_item', { case_id }),
      clue: await of('base.clue', { child_id: LEFT_BEHIND }),
      dueOfChild: await of('base.due_item', { child_id: LEFT_BEHIND }),
      dueOfCase: await of('base.due_item', { case_id }),
    };
  };
  const before = await regions();
  expect(before).toMatchObject({ child: [VILLAGE], case: ['990101001'], dueOfChild: [VILLAGE] });
  for (const [what, some] of Object.entries(before)) expect([what, some.length > 0]).toEqual([what, true]);
  await db('base.endpoint').insert(
    ['990101001', COUNTY].map((region) => ({ name: region, region, since: new Date(0), active: true })),
  );
  await db('base.notice').insert({
    notice_id: '00000000-0000-4000-8000-000000000001',
    kind: 'CASE_CHANGED',
    subject: 'CASE',
    subject_id: case_id,
    region: '990101001',
    occurred_at: new Date(),
  });

  await run(centre, 'apply', 'governance-center', list('centre.txt', LEFT_BEHIND));
  expect(await regions()).toEqual(Object.fromEntries(Object.keys(before).map((what) => [what, [COUNTY]])));
  expect(await db('base.delivery').whereNull('given_up_at').pluck('endpoint')).toEqual([COUNTY]);

  // What is written about the child later lies in the county, too.
  await db('base.clue').where({ child_id: LEFT_BEHIND }).update({ region: VILLAGE });
  await db('base.case_file').where({ case_id }).update({ region: '990101001' });
  expect(await regions()).toMatchObject({ clue: [COUNTY], case: [COUNTY] });
  // A title is generated from the kind and the number.
  const { title: _, ...row } = await db('base.case_file').where({ case_id }).first();
  const other = { ...row, case_id: '00000000-0000-4000-8000-000000000002', number: `${row.number}-2` };
  await db('base.case_file').insert({ ...other, region: '990101001' });
  await db('base.case_child').insert({ case_id: other.case_id, child_id: LEFT_BEHIND });
  expect(await db('base.case_file').where({ case_id: other.case_id }).pluck('region')).toEqual([COUNTY]);
});

test('a benefit whose kind tells an institution from a home is in no view', async () => {
  const { db } = await agency('civil-affairs', 'location_benefits');
  await db('base.benefit').where({ child_id: LEFT_BEHIND }).delete();
  const kinds = ['基本生活费', '集中养育孤儿基本生活费', '散居孤儿基本生活费', '福利院生活费'];
  await db('base.benefit').insert(kinds.map((kind) => ({ child_id: LEFT_BEHIND, kind, month: '2026-10' })));
  expect(await db('exposed.benefit').where({ child_id: LEFT_BEHIND }).pluck('kind')).toEqual(['基本生活费']);
});
