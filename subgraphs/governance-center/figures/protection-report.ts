import type { Knex } from 'knex';
import { failure } from '../../../shared/errors';
import { REGION_CODE, regionLevel } from '../../../shared/regions';
import type { RegionRow } from '../data';
import { CASE_STEPS, PROTECTION_CATEGORIES, RISK_LEVELS } from '../practice/practice';
import type { QueryProtectionReportArgs, ResolversTypes } from '../schema.types';
import { cellOf, shareOf } from './cells';
import { type Range, toldOf } from './disclosure';
import { groupBy } from './group-by';
import { endedQuarter, type Quarter } from './quarter';
import {
  casesByStep,
  channelsNamed,
  childrenByCategory,
  childrenByLevel,
  cluesByChannel,
  placesWithin,
  stepsByPunctuality,
  type Tally,
} from './tallies';

/** Figures that give nobody away. */
export type ProtectionReport = ResolversTypes['ProtectionReport'];

/**
 * The figures of a region at the end of a quarter, for white papers. As many statements for a province as for a town, all
 * on one state of the data.
 *
 * @param db on the reader role.
 * @param args the code of a town or a larger region, 2 to 9 digits, and a quarter like `2026Q3`.
 * @throws BAD_USER_INPUT for a village (fault VILLAGE), a region that is not known (UNKNOWN) or not written as one (FORM), and
 *   for a quarter that has not ended (NOT_ENDED) or is not written as one (FORM).
 */
export async function protectionReport(
  db: Knex,
  { region, quarter: name }: QueryProtectionReportArgs,
  now: Date,
): Promise<ProtectionReport> {
  const quarter = endedQuarter(name, now);
  checkCode(region);
  return db.transaction((snapshot) => reportOn(snapshot, region, quarter), {
    isolationLevel: 'repeatable read',
    readOnly: true,
  });
}

async function reportOn(db: Knex, code: string, quarter: Quarter): Promise<ProtectionReport> {
  const region = await db
    .withSchema('exposed')
    .from<RegionRow>('region')
    .where({ code })
    .first('code', 'name', 'level');
  if (region === undefined) throw refusal('There is no such region.', 'UNKNOWN');

  const places = await placesWithin(db, code);
  const levels = tableOf(code, places.get('CHILD'), await childrenByLevel(db, code, quarter));
  const categories = tableOf(code, places.get('CHILD'), await childrenByCategory(db, code, quarter));
  const steps = tableOf(code, places.get('CASE'), await casesByStep(db, code, quarter));
  const channels = tableOf(code, places.get('CLUE'), await cluesByChannel(db, code, quarter));
  const punctuality = tableOf(code, places.get('CASE'), await stepsByPunctuality(db, code, quarter));
  return {
    region,
    quarter: quarter.name,
    byLevel: RISK_LEVELS.map((level) => ({ level, ...cellOf(levels(level)) })),
    byCategory: PROTECTION_CATEGORIES.map((category) => ({ category, ...cellOf(categories(category)) })),
    byStep: CASE_STEPS.map((step) => ({ step, ...cellOf(steps(step)) })),
    byChannel: (await channelsNamed(db, quarter)).map((channel) => ({ channel, ...cellOf(channels(channel)) })),
    overdueShare: shareOf(punctuality('LATE'), punctuality('ON_TIME')),
  };
}

/** @returns what is told of a value's count in the region. */
function tableOf(region: string, places: readonly string[] = [], tallies: readonly Tally[]): (value: string) => Range {
  const byValue = groupBy(tallies, ({ value }) => value);
  return (value) => {
    const counts = new Map(places.map((place) => [place, 0]));
    for (const { place, count } of byValue.get(value) ?? []) counts.set(place, count);
    return toldOf(region, counts);
  };
}

function checkCode(region: string): void {
  if (!REGION_CODE.test(region)) throw refusal('A region code has 2, 4, 6, 9 or 12 digits.', 'FORM');
  if (regionLevel(region) === 'VILLAGE') throw refusal('Figures are given for towns and larger regions.', 'VILLAGE');
}

const refusal = (message: string, fault: string) => failure('BAD_USER_INPUT', message, { argument: 'region', fault });
