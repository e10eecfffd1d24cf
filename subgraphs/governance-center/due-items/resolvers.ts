import { filteredInSql, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { ASSIGNEE, CASE, CHILD, NO_COLUMNS, REGION } from '../lists/columns';
import { listOf } from '../lists/list-of';
import { countyOf, namesPlace, placeOf } from '../lists/place';
import { isPast } from '../overdue';
import type { QueryResolvers, Resolvers } from '../resolvers.types';
import { resourceOfDueItem } from './attributes';
import { listDueItems } from './data';

/** Finds the attributes by which rules decide about due items. */
export const dueItemFinders: ResourceFinders<Context> = {
  'Query.dueItems': filteredInSql(
    {
      ...NO_COLUMNS,
      ...REGION,
      ...CHILD,
      ...CASE,
      ...ASSIGNEE,
      due: { column: 'kind', type: 'text' },
      assignment: { column: 'assignment', type: 'uuid' },
    },
    { 'DueItem.place': namesPlace },
  ),
  DueItem: resourceOfDueItem,
};

export const dueItemQueries = {
  dueItems: listOf('Query.dueItems', listDueItems),
} satisfies Partial<QueryResolvers>;

export const dueItemTypes = {
  DueItem: {
    id: (row) => row.item_id,
    overdue: (row, _, context) => isPast(row.due_at, context),
    region: (row, _, context) => countyOf(row.region, context),
    place: (row, _, context) => placeOf(row.region, context),
    case: (row, _, { load }) => (row.case_id === null ? null : load.case.load(row.case_id)),
    task: (row, _, { load }) => (row.task_id === null ? null : load.task.load(row.task_id)),
    clue: (row, _, { load }) => (row.clue_id === null ? null : load.clue.load(row.clue_id)),
    child: (row) => (row.child_id === null ? null : { id: row.child_id }),
    emergencyUse: (row, _, { load }) => (row.kind === 'EMERGENCY_REVIEW' ? load.emergencyUse.load(row.item_id) : null),
  },
} satisfies Pick<Resolvers, 'DueItem'>;
