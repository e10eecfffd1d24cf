import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import type { Caller } from '../../../shared/domain/caller';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { keepCovered, type WelfareDuty } from '../duties/covered';
import { visibleIn } from '../lists/visible-in';
import { keepOpen, type PartKind } from '../participation/open-parts';
import { milliseconds } from '../procedures/duration';
import type { Practice } from '../procedures/practice';
import type { Practices } from '../procedures/practices';
import type { Agency, ConfirmationFilter, WaitingKind } from '../schema.types';
import { type DutiesOfOfficer, OWN_PART_COLUMNS, openedByDuty } from './opened-by-duty';

/** A confirmed part that is not withdrawn, or what a standing duty opens. */
export interface OwnPartRow {
  readonly part_id: string;
  readonly officer: string;
  /** The agency's name in rules: `education`. */
  readonly party: string;
  readonly kind: PartKind;
  readonly reference_id: string;
  readonly label: string;
  readonly region: string;
  /** When it was over or, for a meeting, is held; null while it lasts. */
  readonly ended_at: Date | null;
}

/** What waits for a confirmation. */
export interface WaitingConfirmationRow {
  readonly waiting_id: string;
  readonly kind: WaitingKind;
  readonly reference_id: string;
  readonly officer: string | null;
  readonly label: string;
  readonly region: string;
  readonly since: Date | null;
  readonly due_at: Date | null;
  /** Only the agency that has to confirm it, by its name in rules: `['education']`. */
  readonly agencies: readonly string[];
}

export interface ParticipationRequestRow {
  readonly request_id: string;
  readonly case_id: string | null;
  readonly meeting_id: string | null;
  readonly task_id: string | null;
  readonly assignment_id: string | null;
  readonly officer: string;
  readonly agency: Agency;
  readonly requested_at: Date;
}

/** One SQL statement per kind of row and request. */
export function worklistLoaders(db: Knex) {
  return {
    participationRequest: oneRow(
      rowsByKey<ParticipationRequestRow>(db, 'participation_request', 'request_id'),
      (row) => row.request_id,
    ),
  };
}

/** The caller's own parts, and what standing duties open, which lie where the caller works. */
export function listOwnParts(
  lists: Lists,
  rows: SqlCondition,
  caller: Caller,
  duties: DutiesOfOfficer,
  practices: Practices,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<OwnPartRow>> {
  const { db } = lists;
  const own = db.withSchema('exposed').from('own_part').where({ officer: caller.sub, party: caller.agency });
  const all = own
    .clone()
    .select(...OWN_PART_COLUMNS)
    .unionAll([...openedByDuty(db, caller, duties, own.clone().select('reference_id'))])
    .as('own_part');
  const holder = [db.raw('true as holder'), db.raw('?::text as officer_region', [caller.region])];
  const query = db
    .queryBuilder()
    .from(
      db
        .queryBuilder()
        .from(all)
        .select('*', ...holder)
        .as('own_part'),
    )
    .whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
  keepOpen(query, 'ended_at', practices, now);
  return page(
    query,
    pageArguments,
    { column: 'since', type: 'timestamptz', direction: 'desc', id: 'part_id' },
    lists.totals,
  );
}

/** What waits for the caller's agency, without what one of its standing duties covers. */
export function listWaiting(
  lists: Lists,
  rows: SqlCondition,
  duties: readonly WelfareDuty[],
  filter: ConfirmationFilter,
  pageArguments: PageArguments,
  { duties: { endsSoon } }: Practice,
  now: Date,
): Promise<Page<WaitingConfirmationRow>> {
  const query = visibleIn(lists.db, 'waiting_item', rows);
  if (filter.kinds) query.whereIn('kind', filter.kinds);
  // Whoever is to attend a meeting is confirmed before it is held, a duty before it ends, a release on its day.
  query.where((open) => open.whereNotIn('kind', ['MEETING', 'DUTY', 'RELEASE']).orWhere('due_at', '>', now));
  const soon = new Date(now.getTime() + milliseconds(endsSoon));
  query.where((ending) => ending.whereNot('kind', 'DUTY').orWhere('due_at', '<=', soon));
  // Who asks by name waits for an answer.
  query.where((uncovered) => uncovered.whereNotNull('officer').orWhereNot((covered) => keepCovered(covered, duties)));
  return page(
    query,
    pageArguments,
    { column: 'ordered_at', type: 'timestamptz', direction: 'asc', id: 'waiting_id' },
    lists.totals,
  );
}
