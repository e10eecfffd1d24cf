import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { agencyNamed } from '../../../shared/domain/agencies';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { Agency, DueItemFilter, DueKind } from '../schema.types';

export interface DueItemRow {
  readonly item_id: string;
  readonly kind: DueKind;
  readonly agency: Agency;
  /** The agency's name in rules: `education`. */
  readonly assignee: string;
  readonly region: string;
  readonly due_at: Date;
  readonly case_id: string | null;
  readonly task_id: string | null;
  readonly clue_id: string | null;
  readonly child_id: string | null;
  /** The assignment or support to visit; null for other kinds. */
  readonly assignment: string | null;
}

export interface TrackedDeadlineRow {
  readonly deadline_id: string;
  readonly child_id: string;
  readonly settled_at: Date | null;
}

/** One SQL statement per kind of row and request. */
export function dueItemLoaders(db: Knex) {
  return {
    dueItem: oneRow(rowsByKey<DueItemRow>(db, 'due_item', 'item_id'), (row) => row.item_id),
    trackedDeadline: oneRow(
      rowsByKey<TrackedDeadlineRow>(db, 'tracked_deadline', 'deadline_id'),
      (row) => row.deadline_id,
    ),
  };
}

/** Arguments besides the filter: the responsible agency, named as in the GraphQL enum, and an exclusive end. */
export interface DueItemsArguments extends PageArguments {
  readonly agency?: string | null;
  readonly until?: string | null;
}

export function listDueItems(
  lists: Lists,
  rows: SqlCondition,
  filter: DueItemFilter,
  { agency, until, ...pageArguments }: DueItemsArguments,
): Promise<Page<DueItemRow>> {
  const query = visibleIn(lists.db, 'due_item', rows, filter.region);
  if (agency) query.where('assignee', agencyNamed(agency));
  if (until) query.where('due_at', '<', until);
  if (filter.kinds) query.whereIn('kind', filter.kinds);
  return page(
    query,
    pageArguments,
    { column: 'due_at', type: 'timestamptz', direction: 'asc', id: 'item_id' },
    lists.totals,
  );
}
