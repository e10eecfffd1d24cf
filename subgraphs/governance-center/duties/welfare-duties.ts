import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { todayInChina } from '../../../shared/domain/dates';
import { isWithin } from '../../../shared/domain/regions';
import type { DutyRow } from './data';

/** Where a duty of welfare holds, and for which assignments; it holds for tasks without them. */
export type WelfareDuty = Pick<DutyRow, 'region' | 'categories'>;

/** The duties of welfare at the caller's agency in force today, here, above or below. */
export async function welfareDutiesOf(
  { agency, region }: Caller,
  db: Knex,
  now: Date,
): Promise<readonly WelfareDuty[]> {
  return db
    .withSchema('exposed')
    .from('duty')
    .where({ party: agency, kind: 'WELFARE', withdrawn_at: null })
    .whereRaw('?::date between valid_from and valid_until', [todayInChina(now.getTime())])
    .where((line) => line.where('region', 'like', `${region}%`).orWhereIn('region', regionsAbove(region)))
    .distinct('region', 'categories');
}

/**
 * Keeps rows that one of these duties covers: in its region, or above it, like what is known by county only.
 *
 * @param rows with `covered_by`, `TASK` or the category of an assignment, and `region`.
 */
export function keepCovered(rows: Knex.QueryBuilder, duties: readonly WelfareDuty[]): void {
  if (duties.length === 0) rows.whereRaw('false');
  rows.where((any) => {
    for (const [covered, regions] of regionsByHelp(duties)) {
      any.orWhere((one) =>
        one
          .where('covered_by', covered)
          .whereRaw('(region like any(?::text[]) or region = any(?::text[]))', [
            regions.map((region) => `${region}%`),
            [...new Set(regions.flatMap(regionsAbove))],
          ]),
      );
    }
  });
}

// Private:

/** `{ TASK: ['990101'], MISCONDUCT: ['990101001', '990101002'] }`: none lies within another. */
function regionsByHelp(duties: readonly WelfareDuty[]): ReadonlyMap<string, readonly string[]> {
  const all = new Map<string, Set<string>>();
  for (const { region, categories } of duties) {
    for (const covered of ['TASK', ...categories]) {
      all.set(covered, (all.get(covered) ?? new Set()).add(region));
    }
  }
  return new Map([...all].map(([covered, regions]) => [covered, outermost([...regions])]));
}

const outermost = (regions: readonly string[]): readonly string[] =>
  regions.filter((region) => !regions.some((other) => other !== region && isWithin(region, other)));

const CODE_LENGTHS = [2, 4, 6, 9];

/** `['99', '9901', '990101']` of a town. */
const regionsAbove = (region: string): readonly string[] =>
  CODE_LENGTHS.filter((length) => length < region.length).map((length) => region.slice(0, length));
