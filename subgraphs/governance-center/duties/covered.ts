import type { Knex } from 'knex';
import { isWithin, regionsAbove } from '../../../shared/domain/regions';
import type { DutyRow } from './data';

/** Where a duty of welfare holds, and for which assignments; it holds for tasks without them. */
export type WelfareDuty = Pick<DutyRow, 'region' | 'categories'>;

/** Keeps rows of the region of one of these duties, or above it, like what is known by county only. */
export function keepOnOneLine(rows: Knex.QueryBuilder, duties: readonly Pick<DutyRow, 'region'>[]): void {
  const regions = outermost([...new Set(duties.map(({ region }) => region))]);
  rows.whereRaw('(region like any(?::text[]) or region = any(?::text[]))', [
    regions.map((region) => `${region}%`),
    [...new Set(regions.flatMap(regionsAbove))],
  ]);
}

/**
 * Keeps rows that one of these duties of welfare covers.
 *
 * @param rows with `covered_by`, `TASK` or the category of an assignment, and `region`.
 */
export function keepCovered(rows: Knex.QueryBuilder, duties: readonly WelfareDuty[]): void {
  const categories = new Set(duties.flatMap((duty) => duty.categories));
  rows.where((any) => {
    any.where((tasks) => {
      tasks.where('covered_by', 'TASK');
      keepOnOneLine(tasks, duties);
    });
    for (const category of categories) {
      const ofCategory = duties.filter((duty) => duty.categories.includes(category));
      any.orWhere((assignments) => {
        assignments.where('covered_by', category);
        keepOnOneLine(assignments, ofCategory);
      });
    }
  });
}

// Private:

/** `['990101']` of a county and its towns. */
const outermost = (regions: readonly string[]): readonly string[] =>
  regions.filter((region) => !regions.some((other) => other !== region && isWithin(region, other)));
