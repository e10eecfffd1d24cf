import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { todayInChina } from '../../../shared/domain/dates';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { ProtectionCategory } from '../procedures/practice';
import type { Agency, DutyFilter, DutyKind } from '../schema.types';

export interface DutyRow {
  readonly duty_id: string;
  readonly officer: string;
  readonly agency: Agency;
  readonly kind: DutyKind;
  readonly region: string;
  readonly categories: readonly ProtectionCategory[];
  /** Days in China, both included: `2026-05-17`. */
  readonly valid_from: string;
  readonly valid_until: string;
  readonly confirmed_by: string;
  readonly confirmed_at: Date;
  readonly withdrawn_by: string | null;
  readonly withdrawn_at: Date | null;
  /** Only the officer's own agency, by its name in rules: `['education']`. */
  readonly agencies: readonly string[];
}

/** One SQL statement per kind of row and request. */
export function dutyLoaders(db: Knex) {
  return {
    duty: oneRow(rowsByKey<DutyRow>(db, 'duty', 'duty_id'), (row) => row.duty_id),
    dutiesOfOfficer: manyRows(
      rowsByKey<DutyRow>(db, 'duty', 'officer', ['-valid_until', 'duty_id']),
      (row) => row.officer,
    ),
  };
}

export function listDuties(
  lists: Lists,
  rows: SqlCondition,
  filter: DutyFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<DutyRow>> {
  const query = visibleIn(lists.db, 'duty', rows, filter.region);
  if (filter.officer) query.where('officer', filter.officer);
  if (filter.kind) query.where('kind', filter.kind);
  if (typeof filter.inForce === 'boolean') {
    const today = todayInChina(now.getTime());
    const inForce = lists.db.raw('(withdrawn_at is null and ?::date between valid_from and valid_until)', [today]);
    query.whereRaw(filter.inForce ? '?' : 'not ?', [inForce]);
  }
  return page(
    query,
    pageArguments,
    { column: 'confirmed_at', type: 'timestamptz', direction: 'desc', id: 'duty_id' },
    lists.totals,
  );
}
