import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { keyOf } from '../children/child-key';
import type { Context } from '../context';
import { ASSIGNEE, CASE, NO_COLUMNS, REGION, TASK } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { isPast } from '../overdue';
import { present } from '../present';
import type { ChildResolvers, QueryResolvers, Resolvers } from '../resolvers.types';
import type { Agency } from '../schema.types';
import { resourceOfCase, resourceOfCaseNamed, resourceOfCaseOnRecord, resourceOfTask } from './attributes';
import { type CaseRow, listCases, listTasks } from './data';
import { each } from './each';
import { isOpen } from './open-task';

/** Finds the attributes by which rules decide about cases and tasks. */
export const caseFinders: ResourceFinders<Context> = {
  'Query.case': ({ id }: { id: string }, context) => resourceOfCaseNamed(id, context),
  'Query.cases': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CASE }),
  'Query.tasks': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CASE, ...TASK, ...ASSIGNEE }),
  Case: resourceOfCaseOnRecord,
  Task: resourceOfTask,
};

export const caseQueries = {
  case: (_, { id }, { load }) => byUuid(load.case, id),
  cases: listOf('Query.cases', listCases),
  tasks: listOf('Query.tasks', listTasks),
} satisfies Partial<QueryResolvers>;

/** All corrections, except that a case was linked to one that the caller may not know of. */
async function knownAmendments({ case_id }: CaseRow, _: unknown, { load, reads }: Context) {
  const amendments = await load.amendments.load(case_id);
  const linked = await Promise.all(
    amendments.map(({ linked_id }) => (linked_id === null ? null : load.case.load(linked_id))),
  );
  return amendments.filter((_row, index) => {
    const row = linked[index] ?? null;
    return row === null || reads('Case.id', resourceOfCase(row));
  });
}

/** Fields of `Child`. */
export const caseOfChild = {
  cases: async ({ id }, _, { load }) =>
    each(
      load.case,
      (await load.casesOfChild.load(id)).map(({ case_id }) => case_id),
    ),
} satisfies Partial<ChildResolvers>;

export const caseTypes = {
  Case: {
    id: (row) => row.case_id,
    children: async (row, _, { load }) => (await load.childrenOfCase.load(row.case_id)).map(keyOf),
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    steps: (row, _, { load }) => load.steps.load(row.case_id),
    linked: async (row, _, { load }) =>
      each(
        load.case,
        (await load.links.load(row.case_id)).map(({ linked_id }) => linked_id),
      ),
    amendments: knownAmendments,
    // Neither their number nor their order tells who was asked.
    agencies: ({ agencies, region }, _, { settings, now }) =>
      [...new Set([...agencies, ...(settings.practices.for(region, now).cases.standing as Agency[])])].sort(),
    overdue: (row, _, context) => row.closed_at === null && isPast(row.due_at, context),
    tasks: (row, _, { load }) => load.tasks.load(row.case_id),
    meetings: async (row, _, { load }) =>
      each(
        load.meeting,
        (await load.docketOfCase.load(row.case_id)).map(({ meeting_id }) => meeting_id),
      ),
  },
  CaseStepRecord: {
    by: (row) => row.taken_by,
    at: (row) => row.taken_at,
  },
  CaseAmendment: {
    formerInstruction: (row) => row.words_before,
    by: (row) => row.made_by,
    at: (row) => row.made_at,
    task: async (row, _, { load }) => (row.task_id === null ? null : load.task.load(row.task_id)),
  },
  Task: {
    id: (row) => row.task_id,
    overdue: (row, _, context) => isOpen(row) && isPast(row.due_at, context),
  },
} satisfies Pick<Resolvers, 'Case' | 'CaseStepRecord' | 'CaseAmendment' | 'Task'>;
