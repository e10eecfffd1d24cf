import type { Knex } from 'knex';
import { REGION_CODE, regionLevel } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import type { RegionRow } from '../children/data';
import { CASE_STEPS, PROTECTION_CATEGORIES, RISK_LEVELS } from '../procedures/practice';
import type { ResolversTypes } from '../resolvers.types';
import type { QueryProtectionReportArgs } from '../schema.types';
import { cellOf, shareOf } from './cells';
import { type Range, toldOf } from './disclosure';
import { groupBy } from './group-by';
import { endedQuarter } from './quarter';
import { type Figure, type ReportedCount, reportedCounts } from './reported';

/** A report of figures that identify nobody. */
export type ProtectionReport = ResolversTypes['ProtectionReport'];

/**
 * The figures of a region at the end of a quarter, for white papers, as they were when the quarter was first reported.
 * A province takes as many statements as a town.
 *
 * @param db on the reader role.
 * @param work on the writer role, which stores the first report.
 * @param args the code of a town or a larger region, 2 to 9 digits, and a quarter like `2026Q3`.
 * @throws BAD_USER_INPUT for a village (fault VILLAGE), an unknown region (UNKNOWN) or an invalid code (FORM), and for
 *   a quarter that has not ended (NOT_ENDED) or an invalid one (FORM).
 */
export async function protectionReport(
  db: Knex,
  work: Knex,
  { region: code, quarter: name }: QueryProtectionReportArgs,
  now: Date,
): Promise<ProtectionReport> {
  const quarter = endedQuarter(name, now);
  checkCode(code);
  const region = await db
    .withSchema('exposed')
    .from<RegionRow>('region')
    .where({ code })
    .first('code', 'name', 'level');
  if (region === undefined) throw refusal('There is no such region.', 'UNKNOWN');

  const { channels, counts } = await reportedCounts(db, work, code, quarter, now);
  const byFigure = groupBy(counts, ({ figure }) => figure);
  const told = (figure: Figure) => tableOf(code, byFigure.get(figure) ?? []);
  const [levels, categories, steps] = [told('LEVEL'), told('CATEGORY'), told('STEP')];
  const [ofChannel, punctuality] = [told('CHANNEL'), told('PUNCTUALITY')];
  return {
    region,
    quarter: quarter.name,
    byLevel: RISK_LEVELS.map((level) => ({ level, ...cellOf(levels(level)) })),
    byCategory: PROTECTION_CATEGORIES.map((category) => ({ category, ...cellOf(categories(category)) })),
    byStep: CASE_STEPS.map((step) => ({ step, ...cellOf(steps(step)) })),
    byChannel: channels.map((channel) => ({ channel, ...cellOf(ofChannel(channel)) })),
    overdueShare: shareOf(punctuality('LATE'), punctuality('ON_TIME')),
  };
}

/** @returns a function from a value to the reported range of its count in the region. */
function tableOf(region: string, counts: readonly ReportedCount[]): (value: string) => Range {
  const byValue = groupBy(counts, ({ value }) => value);
  return (value) => {
    const places = new Map((byValue.get(null) ?? []).map(({ place }) => [place, 0]));
    for (const { place, count } of byValue.get(value) ?? []) places.set(place, count);
    return toldOf(region, places);
  };
}

function checkCode(region: string): void {
  if (!REGION_CODE.test(region)) throw refusal('A region code has 2, 4, 6, 9 or 12 digits.', 'FORM');
  if (regionLevel(region) === 'VILLAGE')
    throw refusal('Figures are available only for towns and larger regions.', 'VILLAGE');
}

const refusal = (message: string, fault: string) => failure('BAD_USER_INPUT', message, { argument: 'region', fault });
