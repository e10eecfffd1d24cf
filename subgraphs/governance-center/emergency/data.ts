import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { type Deadline, filterOverdue } from '../lists/filter-overdue';
import { visibleIn } from '../lists/visible-in';
import type { Agency, EmergencyFinding, EmergencyUseFilter } from '../schema.types';

export interface EmergencyUseRow {
  readonly use_id: string;
  readonly officer: string;
  readonly agency: Agency;
  readonly child_id: string;
  readonly region: string;
  readonly reason: string;
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly review_due: Date;
  readonly reviewed_at: Date | null;
  readonly reviewed_by: string | null;
  readonly finding: EmergencyFinding | null;
  readonly note: string | null;
}

/** One SQL statement per kind of row and request. */
export function emergencyLoaders(db: Knex) {
  return {
    emergencyUse: oneRow(rowsByKey<EmergencyUseRow>(db, 'emergency_use', 'use_id'), (row) => row.use_id),
  };
}

const REVIEW_DEADLINE: Deadline = {
  over: (rows) => rows.whereNotNull('reviewed_at'),
  open: (rows) => rows.whereNull('reviewed_at'),
  due: 'review_due',
};

export function listEmergencyUses(
  lists: Lists,
  rows: SqlCondition,
  filter: EmergencyUseFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<EmergencyUseRow>> {
  const query = visibleIn(lists.db, 'emergency_use', rows);
  if (filter.officer) query.where('officer', filter.officer);
  if (typeof filter.reviewed === 'boolean') query[filter.reviewed ? 'whereNotNull' : 'whereNull']('reviewed_at');
  const parts = filterOverdue(query, filter.overdue, REVIEW_DEADLINE, now);
  return page(
    query,
    pageArguments,
    { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'use_id' },
    lists.totals,
    parts,
  );
}
