import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { type RosterRow, roster } from '../../../shared/subgraph/rows/roster';
import { visibleIn } from '../lists/visible-in';
import type { ChildFilter, RegionLevel } from '../schema.types';

export interface RegionRow {
  readonly code: string;
  readonly name: string;
  readonly level: RegionLevel;
}

/** One SQL statement per kind of row and request. */
export function childLoaders(db: Knex) {
  return {
    child: roster(db),
    region: oneRow(rowsByKey<RegionRow>(db, 'region', 'code'), (row) => row.code),
  };
}

export function listChildren(
  lists: Lists,
  rows: SqlCondition,
  filter: ChildFilter,
  pageArguments: PageArguments,
): Promise<Page<RosterRow>> {
  const query = visibleIn(lists.db, 'child', rows, filter.region);
  if (filter.riskLevels) {
    query.whereIn(
      'child_id',
      lists.db
        .withSchema('exposed')
        .from('risk_assessment')
        .select('child_id')
        .where('in_force', true)
        .whereIn('level', filter.riskLevels),
    );
  }
  return page(
    query,
    pageArguments,
    { column: 'child_id', type: 'text', direction: 'asc', id: 'child_id' },
    lists.totals,
  );
}
