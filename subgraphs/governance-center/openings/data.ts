import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import type { Agency as RuleAgency } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { Agency, CountedAccess, ReleaseRequestFilter } from '../schema.types';

/** A request for more on one day, and its release. */
export interface ReleaseRequestRow {
  readonly request_id: string;
  readonly officer: string;
  readonly agency: Agency;
  readonly region: string;
  readonly purpose: CountedAccess;
  readonly number: number;
  readonly ground: string;
  /** A day in China: `2026-05-17`. */
  readonly day: string;
  readonly requested_at: Date;
  readonly released: number | null;
  readonly released_by: string | null;
  readonly released_at: Date | null;
  /** Only the officer's own agency, by its name in rules: `['education']`. */
  readonly agencies: readonly string[];
}

/** What one officer opened for one purpose on one day, and how many the practice and releases allowed. */
export interface DayCountRow {
  readonly caller: string;
  /** As rules name it; null for an agency that no longer exists. */
  readonly agency: RuleAgency | null;
  readonly purpose: CountedAccess;
  readonly number: number;
  /** Of lookups: those that found nobody; null for others. */
  readonly missed: number | null;
  readonly allowed: number;
  readonly released: number;
}

/** One SQL statement per kind of row and request. */
export function openingLoaders(db: Knex) {
  return {
    releaseRequest: oneRow(rowsByKey<ReleaseRequestRow>(db, 'release_request', 'request_id'), (row) => row.request_id),
  };
}

export function listReleaseRequests(
  lists: Lists,
  rows: SqlCondition,
  filter: ReleaseRequestFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<ReleaseRequestRow>> {
  const query = visibleIn(lists.db, 'release_request', rows);
  if (filter.officer) query.where('officer', filter.officer);
  // A request ends with its day.
  const today = todayInChina(now.getTime());
  if (filter.pending === true) query.where('day', today).whereNull('released_by');
  if (filter.pending === false)
    query.where((waiting) => waiting.where('day', '<', today).orWhereNotNull('released_by'));
  return page(
    query,
    pageArguments,
    { column: 'requested_at', type: 'timestamptz', direction: 'desc', id: 'request_id' },
    lists.totals,
  );
}
