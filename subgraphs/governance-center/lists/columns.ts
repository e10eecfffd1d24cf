import type { Columns } from '../../../shared/access/to-sql';

/** Attributes that a list's rows do not have; each list overrides those that it has. */
export const NO_COLUMNS = {
  child: null,
  caseId: null,
  meeting: null,
  clue: null,
  task: null,
  assignee: null,
  due: null,
  // What lies in a protected child's region lies in the county, like a child whose place is not known.
  locationProtected: null,
  assignment: null,
} satisfies Columns;
export const REGION = { region: { column: 'region', type: 'text' } } satisfies Columns;
export const CHILD = { child: { column: 'child_id', type: 'text' } } satisfies Columns;
export const CASE = { caseId: { column: 'case_id', type: 'uuid' } } satisfies Columns;
export const TASK = { task: { column: 'task_id', type: 'uuid' } } satisfies Columns;
/** The one agency that a row is about, of an attribute that can name several. */
export const PARTY = { agencies: { column: 'party', type: 'text', element: true } } satisfies Columns;
export const ASSIGNEE = { assignee: { column: 'assignee', type: 'text' } } satisfies Columns;
