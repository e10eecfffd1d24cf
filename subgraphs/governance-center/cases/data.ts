import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { agencyNamed } from '../../../shared/domain/agencies';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { type Deadline, filterOverdue } from '../lists/filter-overdue';
import { visibleIn } from '../lists/visible-in';
import type { Agency, CaseAmendmentKind, CaseFilter, CaseStep, RiskLevel, TaskFilter } from '../schema.types';

export interface CaseRow {
  readonly case_id: string;
  readonly number: string;
  /** `个案 990101-2026-0f3a（一般）`: made by the database of number and kind. */
  readonly title: string;
  readonly kind: string;
  readonly level: RiskLevel;
  readonly region: string;
  readonly step: CaseStep;
  readonly due_at: Date | null;
  readonly agencies: readonly Agency[];
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly version: number;
}

export interface CaseChildRow {
  readonly case_id: string;
  readonly child_id: string;
}

export interface TaskChildRow {
  readonly task_id: string;
  readonly child_id: string;
}

export interface CaseStepRecordRow {
  readonly case_id: string;
  readonly step: CaseStep;
  readonly taken_by: string;
  readonly agency: Agency;
  readonly taken_at: Date;
  readonly note: string | null;
  readonly due_at: Date | null;
  readonly evidence: readonly string[];
  readonly reopening: boolean;
}

export interface CaseAmendmentRow {
  readonly case_id: string;
  readonly kind: CaseAmendmentKind;
  readonly made_by: string;
  readonly agency: Agency;
  readonly made_at: Date;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string | null;
  readonly task_id: string | null;
  readonly officer: string | null;
  readonly linked_id: string | null;
  /** What a task said before. */
  readonly words_before: string | null;
}

export interface CaseLinkRow {
  readonly case_id: string;
  readonly linked_id: string;
}

export interface TaskRow {
  readonly task_id: string;
  readonly case_id: string;
  readonly meeting_id: string | null;
  readonly agency: Agency;
  /** `核实情况 990101-2026-1b7c`: made by the database of kind and number. */
  readonly title: string;
  readonly kind: string;
  readonly instruction: string | null;
  readonly due_at: Date;
  readonly done_at: Date | null;
  readonly outcome: string | null;
  readonly cancelled_at: Date | null;
  /** The agency's name in rules: `education`. */
  readonly assignee: string;
  /** The region of its case. */
  readonly region: string;
}

/** One SQL statement per kind of row and request. */
export function caseLoaders(db: Knex) {
  return {
    case: oneRow(rowsByKey<CaseRow>(db, 'case_file', 'case_id'), (row) => row.case_id),
    childrenOfCase: manyRows(rowsByKey<CaseChildRow>(db, 'case_child', 'case_id', ['child_id']), (row) => row.case_id),
    casesOfChild: manyRows(rowsByKey<CaseChildRow>(db, 'case_child', 'child_id', ['case_id']), (row) => row.child_id),
    steps: manyRows(
      rowsByKey<CaseStepRecordRow>(db, 'case_step', 'case_id', ['taken_at', 'case_step_id']),
      (row) => row.case_id,
    ),
    links: manyRows(rowsByKey<CaseLinkRow>(db, 'case_link', 'case_id', ['linked_id']), (row) => row.case_id),
    amendments: manyRows(
      rowsByKey<CaseAmendmentRow>(db, 'case_amendment', 'case_id', ['made_at', 'case_amendment_id']),
      (row) => row.case_id,
    ),
    tasks: manyRows(rowsByKey<TaskRow>(db, 'task', 'case_id', ['due_at', 'task_id']), (row) => row.case_id),
    childrenOfTask: manyRows(rowsByKey<TaskChildRow>(db, 'task_child', 'task_id', ['child_id']), (row) => row.task_id),
    task: oneRow(rowsByKey<TaskRow>(db, 'task', 'task_id'), (row) => row.task_id),
  };
}

const CASE_DEADLINE: Deadline = {
  over: (rows) => rows.whereNotNull('closed_at'),
  open: (rows) => rows.whereNull('closed_at'),
  due: 'due_at',
  mayLackDue: true,
};

export function listCases(
  lists: Lists,
  rows: SqlCondition,
  filter: CaseFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<CaseRow>> {
  const query = visibleIn(lists.db, 'case_file', rows, filter.region);
  if (filter.levels) query.whereIn('level', filter.levels);
  if (filter.steps) query.whereIn('step', filter.steps);
  const parts = filterOverdue(query, filter.overdue, CASE_DEADLINE, now);
  return page(
    query,
    pageArguments,
    { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'case_id' },
    lists.totals,
    parts,
  );
}

const TASK_DEADLINE: Deadline = {
  over: (rows) => rows.where('done', true),
  open: (rows) => rows.where('done', false),
  due: 'due_at',
};

export function listTasks(
  lists: Lists,
  rows: SqlCondition,
  filter: TaskFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<TaskRow>> {
  const query = visibleIn(lists.db, 'task', rows);
  if (filter.agency) query.where('assignee', agencyNamed(filter.agency));
  if (typeof filter.done === 'boolean') query.where('done', filter.done);
  const parts = filterOverdue(query, filter.overdue, TASK_DEADLINE, now);
  return page(
    query,
    pageArguments,
    {
      settled: 'done',
      column: 'due_at',
      type: 'timestamptz',
      direction: 'asc',
      id: 'task_id',
    },
    lists.totals,
    parts,
  );
}
