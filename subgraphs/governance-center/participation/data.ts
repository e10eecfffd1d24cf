import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { Agency, ParticipationFilter, ReferenceKind } from '../schema.types';

/** A confirmed part in a case or meeting. */
export interface ConfirmationRow {
  readonly participation_id: string;
  readonly case_id: string | null;
  readonly meeting_id: string | null;
  readonly officer: string;
  readonly agency: Agency;
  readonly confirmed_by: string;
  readonly confirmed_at: Date;
  readonly withdrawn_by: string | null;
  readonly withdrawn_at: Date | null;
}

/** A confirmed part, or a meeting's invitation by name that nobody has confirmed. */
export interface ParticipationRow extends Omit<ConfirmationRow, 'confirmed_by' | 'confirmed_at'> {
  readonly confirmed_by: string | null;
  readonly confirmed_at: Date | null;
  readonly title: string;
  readonly region: string;
  /** Only the officer's own agency, by its name in rules: `['education']`. */
  readonly agencies: readonly string[];
}

/** One SQL statement per kind of row and request. */
export function participationLoaders(db: Knex) {
  return {
    partsInCase: manyRows(
      rowsByKey<ConfirmationRow>(db, 'participation', 'case_id', ['confirmed_at', 'participation_id']),
      (row) => row.case_id ?? '',
    ),
    partsInMeeting: manyRows(
      rowsByKey<ConfirmationRow>(db, 'participation', 'meeting_id', ['confirmed_at', 'participation_id']),
      (row) => row.meeting_id ?? '',
    ),
    participation: oneRow(
      rowsByKey<ParticipationRow>(db, 'participation_item', 'participation_id'),
      (row) => row.participation_id,
    ),
  };
}

/** The column of what officers take part in. */
export const REFERENCE_COLUMNS: Readonly<Partial<Record<ReferenceKind, 'case_id' | 'meeting_id'>>> = {
  CASE: 'case_id',
  MEETING: 'meeting_id',
};

export function listParticipations(
  lists: Lists,
  rows: SqlCondition,
  filter: ParticipationFilter,
  pageArguments: PageArguments,
): Promise<Page<ParticipationRow>> {
  const query = visibleIn(lists.db, 'participation_item', rows);
  if (filter.kind) {
    const column = REFERENCE_COLUMNS[filter.kind];
    if (column === undefined) query.whereRaw('false');
    else query.whereNotNull(column);
  }
  if (filter.id) {
    const id = canonicalUuid(filter.id);
    if (id === null) query.whereRaw('false');
    else query.where('reference_id', id);
  }
  if (filter.officer) query.where('officer', filter.officer);
  if (typeof filter.pending === 'boolean') query.where('pending', filter.pending);
  return page(
    query,
    pageArguments,
    {
      column: 'since',
      type: 'timestamptz',
      direction: 'desc',
      id: 'participation_id',
    },
    lists.totals,
  );
}
