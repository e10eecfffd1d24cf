import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { Agency, ParticipationFilter, ReferenceKind } from '../schema.types';

/** A confirmed part. */
export interface ConfirmationRow {
  readonly participation_id: string;
  readonly case_id: string | null;
  readonly meeting_id: string | null;
  readonly task_id: string | null;
  readonly assignment_id: string | null;
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
  const partsBy = (column: ReferenceColumn) =>
    manyRows(
      rowsByKey<ConfirmationRow>(db, 'participation', column, ['confirmed_at', 'participation_id']),
      (row) => row[column] ?? '',
    );
  return {
    partsInCase: partsBy('case_id'),
    partsInMeeting: partsBy('meeting_id'),
    partsInTask: partsBy('task_id'),
    partsInAssignment: partsBy('assignment_id'),
    participation: oneRow(
      rowsByKey<ParticipationRow>(db, 'participation_item', 'participation_id'),
      (row) => row.participation_id,
    ),
  };
}

/** The column of what officers take part in. */
export const REFERENCE_COLUMNS = {
  CASE: 'case_id',
  MEETING: 'meeting_id',
  TASK: 'task_id',
  PROTECTION: 'assignment_id',
} as const satisfies Partial<Record<ReferenceKind, keyof ConfirmationRow>>;

export type ReferenceColumn = (typeof REFERENCE_COLUMNS)[keyof typeof REFERENCE_COLUMNS];

/** Undefined for kinds in which nobody takes part. */
export const referenceColumnOf = (kind: ReferenceKind): ReferenceColumn | undefined =>
  Object.hasOwn(REFERENCE_COLUMNS, kind) ? REFERENCE_COLUMNS[kind as keyof typeof REFERENCE_COLUMNS] : undefined;

type Part = Pick<ConfirmationRow, ReferenceColumn>;

export const kindOfReference = (part: Part): ReferenceKind | null =>
  (Object.keys(REFERENCE_COLUMNS) as (keyof typeof REFERENCE_COLUMNS)[]).find(
    (kind) => part[REFERENCE_COLUMNS[kind]] !== null,
  ) ?? null;

export const referenceIdOf = ({ case_id, meeting_id, task_id, assignment_id }: Part): string | null =>
  case_id ?? meeting_id ?? task_id ?? assignment_id;

export function listParticipations(
  lists: Lists,
  rows: SqlCondition,
  filter: ParticipationFilter,
  pageArguments: PageArguments,
): Promise<Page<ParticipationRow>> {
  const query = visibleIn(lists.db, 'participation_item', rows);
  if (filter.kind) {
    const column = referenceColumnOf(filter.kind);
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
