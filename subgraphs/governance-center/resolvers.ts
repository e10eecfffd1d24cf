import type { Grant } from '../../shared/access/grant';
import type { Coordinate } from '../../shared/access/labels';
import type { Columns, SqlCondition } from '../../shared/access/to-sql';
import { parseIdNumber } from '../../shared/domain/id-number';
import { REGION_CODE } from '../../shared/domain/regions';
import { failure } from '../../shared/protocol/errors';
import { type ChildKey, childReference } from '../../shared/subgraph/child-reference';
import { decidedByArguments, filteredInSql, type ResourceFinders } from '../../shared/subgraph/guard/resource-finders';
import type { Lists } from '../../shared/subgraph/rows/lists';
import { EMPTY_PAGE, type Page, type PageArguments } from '../../shared/subgraph/rows/page';
import { accessQueries, accessRecords, accessTypes } from './access-log/resolvers';
import type { Context } from './context';
import type { DocketItemRow, JointMeetingRow, Loaders, RiskProposalRow } from './data';
import * as data from './data';
import { mutationRecords, mutations } from './mutations';
import { present } from './present';
import {
  byUuid,
  childRecord,
  confirmationOf,
  type Referred,
  resourceOfAssignment,
  resourceOfCase,
  resourceOfCaseNamed,
  resourceOfCaseOnRecord,
  resourceOfClue,
  resourceOfDueItem,
  resourceOfMeeting,
  resourceOfParticipation,
  resourceOfReceipt,
  resourceOfReferred,
  resourceOfTask,
  resourceOfUse,
  windowOf,
} from './records';
import type { Resolvers } from './resolvers.types';
import type { QueryProtectionReportArgs, Grant as SchemaGrant } from './schema.types';
import { protectionReport } from './statistics/protection-report';

type ListArguments<Filter> = PageArguments & { readonly filter?: Filter | null };

const keyOf = ({ child_id }: { readonly child_id: string }): ChildKey => ({ id: child_id });

/** @throws BAD_USER_INPUT that says which part is wrong, and never what was given. */
function childIdOf(idNumber: string, { childIds }: Context): string {
  const parsed = parseIdNumber(idNumber);
  if (parsed.ok) return childIds.derive(parsed.value);
  throw failure('BAD_USER_INPUT', 'The ID number is not valid (GB 11643).', {
    argument: 'idNumber',
    fault: parsed.fault,
  });
}

function checkRegion(filter: FilteredByRegion | null | undefined): void {
  if (filter?.region && !REGION_CODE.test(filter.region)) {
    throw failure('BAD_USER_INPUT', 'A region code has 2, 4, 6, 9 or 12 digits.', { argument: 'filter.region' });
  }
}

type FilteredByRegion = { readonly region?: string | null };

/** A page of what the caller may know of, and nothing of who may know of nothing. */
function listOf<Filter extends object, Row, Rest extends object>(
  list: Coordinate,
  select: (
    lists: Lists,
    rows: SqlCondition,
    filter: Filter,
    args: PageArguments & Rest,
    now: Date,
  ) => Promise<Page<Row>>,
) {
  return (_: unknown, args: ListArguments<Filter & FilteredByRegion> & Rest, { lists, visibleRows, now }: Context) => {
    const { filter } = args;
    checkRegion(filter);
    const rows = visibleRows(list, { filter });
    return rows === null ? EMPTY_PAGE : select(lists, rows, filter ?? ({} as Filter), args, now);
  };
}

/** A case covers itself, its children, and the meetings whose docket it is on. */
async function caseGrant(id: string, load: Loaders): Promise<Grant> {
  const [children, dockets] = await Promise.all([load.childrenOfCase.load(id), load.docketOfCase.load(id)]);
  return {
    kind: 'case',
    children: children.map(({ child_id }) => child_id),
    cases: [id],
    meetings: dockets.filter(({ open }) => open).map(({ meeting_id }) => meeting_id),
  };
}

/** A meeting covers itself, the cases on its docket, and their children. */
async function meetingGrant(id: string, load: Loaders): Promise<Grant | null> {
  const [meeting, docket] = await Promise.all([load.meeting.load(id), load.docketOfMeeting.load(id)]);
  if (meeting === null) return null;
  const cases = docket.filter(({ open }) => open).map(({ case_id }) => case_id);
  const children = await Promise.all(cases.map((case_id) => load.childrenOfCase.load(case_id)));
  return {
    kind: 'meeting',
    meetingKind: meeting.kind,
    children: [...new Set(children.flat().map(({ child_id }) => child_id))],
    cases,
    meetings: [id],
  };
}

/** What a reference covers, and who has confirmed that the caller takes part in it. */
async function grantOf(referred: Referred, context: Context): Promise<SchemaGrant | null> {
  const { load } = context;
  const id = referred.id.toLowerCase();
  const [grant, confirmation] = await Promise.all([
    referred.kind === 'CASE' ? caseGrant(id, load) : meetingGrant(id, load),
    confirmationOf(referred, context),
  ]);
  if (grant === null || confirmation === null) return null;
  return {
    ...grant,
    kind: referred.kind,
    meetingKind: grant.meetingKind ?? null,
    confirmedBy: confirmation.confirmed_by,
  };
}

/**
 * An item cannot stand without its case, so that whoever reads cases sees the items of those that they may know of. Whoever
 * reads none at all, such as the clerk, sees the docket without them.
 */
async function docketOf({ meeting_id }: JointMeetingRow, { load, reads }: Context): Promise<readonly DocketItemRow[]> {
  const items = await load.docketOfMeeting.load(meeting_id);
  if (!reads('Case.id')) return items;
  const cases = await Promise.all(items.map(({ case_id }) => load.case.load(case_id)));
  return items.filter((_, index) => reads('Case.id', resourceOfCase(cases[index] ?? null)));
}

/** The rows of these ids, all of which are there. */
async function each<Row>(
  loader: { load(id: string): Promise<Row | null> },
  ids: readonly string[],
): Promise<readonly Row[]> {
  const rows = await Promise.all(ids.map((id) => loader.load(id)));
  return rows.map((row) => present(row));
}

const isPast = (instant: Date | null, { now }: Context): boolean => instant !== null && instant < now;

/** No list of this agency has rows with all of the attributes that its rules look at. */
const NO_COLUMNS = { child: null, caseId: null, meeting: null, assignee: null, due: null } satisfies Columns;
const REGION = { region: { column: 'region', type: 'text' } } satisfies Columns;
const CHILD = { child: { column: 'child_id', type: 'text' } } satisfies Columns;
const CASE = { caseId: { column: 'case_id', type: 'uuid' } } satisfies Columns;
const ASSIGNEE = { assignee: { column: 'assignee', type: 'text' } } satisfies Columns;

/** Things whose record is not that of the object they were reached through. */
export const records: ResourceFinders<Context> = {
  'Query.child': ({ id }: { id: string }, context) => childRecord(id, context),
  'Query.childByIdNumber': ({ idNumber }: { idNumber: string }, context) =>
    childRecord(childIdOf(idNumber, context), context),
  'Query.children': filteredInSql(
    { ...NO_COLUMNS, ...REGION, ...CHILD },
    { 'Child.risk': ({ filter }) => Boolean(filter?.riskLevels) },
  ),
  'Query.cases': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CASE }),
  'Query.clues': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CHILD, ...CASE }),
  'Query.jointMeetings': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    meeting: { column: 'meeting_id', type: 'uuid' },
  }),
  'Query.tasks': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CASE, ...ASSIGNEE }),
  'Query.dueItems': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    ...CHILD,
    ...CASE,
    ...ASSIGNEE,
    due: { column: 'kind', type: 'text' },
  }),
  'Query.emergencyUses': filteredInSql({ ...NO_COLUMNS, ...REGION, ...CHILD }),
  'Query.participations': filteredInSql({
    ...NO_COLUMNS,
    ...REGION,
    agencies: { column: 'party', type: 'text', element: true },
  }),
  'Query.protectionReport': decidedByArguments(({ region }: QueryProtectionReportArgs) => ({ region })),
  'Query.clueReceipt': async ({ receiptNumber }: { receiptNumber: string }, { load }) =>
    resourceOfReceipt(await load.clueOfReceipt.load(receiptNumber)),
  'Query.case': ({ id }: { id: string }, context) => resourceOfCaseNamed(id, context),
  'Query.clue': async ({ id }: { id: string }, { load }) => resourceOfClue(await byUuid(load.clue, id)),
  'Query.jointMeeting': async ({ id }: { id: string }, { load }) => resourceOfMeeting(await byUuid(load.meeting, id)),
  'Query.grant': resourceOfReferred,
  Child: ({ id }: ChildKey, context) => childRecord(id, context),
  RiskProposal: ({ child_id }: RiskProposalRow, context) => childRecord(child_id, context),
  ProtectionAssignment: resourceOfAssignment,
  Case: resourceOfCaseOnRecord,
  Task: resourceOfTask,
  DueItem: resourceOfDueItem,
  Clue: resourceOfClue,
  ClueReceipt: resourceOfReceipt,
  JointMeeting: resourceOfMeeting,
  EmergencyUse: resourceOfUse,
  Participation: resourceOfParticipation,
  ...accessRecords,
  ...mutationRecords,
};

export const resolvers: Resolvers = {
  Query: {
    child: (_, { id }) => ({ id }),
    childByIdNumber: (_, { idNumber }, context) => ({ id: childIdOf(idNumber, context) }),
    async children(_, { filter, ...pageArguments }, { lists, load, visibleRows }) {
      checkRegion(filter);
      const rows = visibleRows('Query.children', { filter });
      if (rows === null) return EMPTY_PAGE;
      const { nodes, edges, ...rest } = await data.children(lists, rows, filter ?? {}, pageArguments);
      for (const row of nodes) load.child.prime(row.child_id, row);
      return {
        ...rest,
        nodes: nodes.map(keyOf),
        edges: edges.map(({ cursor, node }) => ({ cursor, node: keyOf(node) })),
      };
    },
    case: (_, { id }, { load }) => byUuid(load.case, id),
    cases: listOf('Query.cases', data.cases),
    clue: (_, { id }, { load }) => byUuid(load.clue, id),
    clues: listOf('Query.clues', data.clues),
    jointMeeting: (_, { id }, { load }) => byUuid(load.meeting, id),
    jointMeetings: listOf('Query.jointMeetings', data.jointMeetings),
    clueReceipt: (_, { receiptNumber }, { load }) => load.clueOfReceipt.load(receiptNumber),
    tasks: listOf('Query.tasks', data.tasks),
    dueItems: listOf('Query.dueItems', data.dueItems),
    emergencyUses: listOf('Query.emergencyUses', data.emergencyUses),
    protectionReport(_, args, { lists, work, now }) {
      if (work === undefined) throw new Error('There is no writer role.');
      return protectionReport(lists.db, work, args, now);
    },
    participations: listOf('Query.participations', data.participations),
    ...accessQueries,
    grant: (_, referred, context) => grantOf(referred, context),
  },
  Mutation: mutations,
  ...accessTypes,
  Child: {
    __resolveReference: childReference,
    region: async ({ id }, _, { load }) => present(await load.region.load((await load.child.load(id))?.region ?? '')),
    risk: async ({ id }, _, { load }) => (await load.riskAssessments.load(id)).find(({ in_force }) => in_force) ?? null,
    riskProposal: async ({ id }, _, { load }) =>
      (await load.riskProposals.load(id)).find(({ settled_at }) => settled_at === null) ?? null,
    riskHistory: ({ id }, _, { load }) => load.riskAssessments.load(id),
    protectionCategories: async ({ id }, _, { load }) =>
      (await load.protectionAssignments.load(id)).filter(({ ended_on }) => ended_on === null),
    cases: async ({ id }, _, { load }) =>
      each(
        load.case,
        (await load.casesOfChild.load(id)).map(({ case_id }) => case_id),
      ),
  },
  RiskAssessment: {
    visits: (row, _, { load }) => load.riskVisits.load(row.assessment_key),
  },
  RiskVisit: {
    by: (row) => row.visited_by,
  },
  RiskProposal: {
    id: (row) => row.proposal_id,
  },
  ProtectionAssignment: {
    id: (row) => row.assignment_id,
    visits: (row, _, { load }) => load.protectionVisits.load(row.assignment_id),
  },
  ProtectionVisit: {
    by: (row) => row.visited_by,
  },
  Case: {
    id: (row) => row.case_id,
    children: async (row, _, { load }) => (await load.childrenOfCase.load(row.case_id)).map(keyOf),
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    steps: (row, _, { load }) => load.steps.load(row.case_id),
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
  Task: {
    id: (row) => row.task_id,
    overdue: (row, _, context) => row.done_at === null && isPast(row.due_at, context),
  },
  JointMeeting: {
    id: (row) => row.meeting_id,
    docket: (row, _, context) => docketOf(row, context),
    attendees: (row, _, { load }) => load.attendees.load(row.meeting_id),
    opensAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).opensAt,
    closesAt: (row, _, { settings, now }) => windowOf(row, settings.practices, now).closesAt,
  },
  DocketItem: {
    case: async (row, _, { load }) => present(await load.case.load(row.case_id)),
    tasks: async (row, _, { load }) =>
      (await load.tasks.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
    opinions: async (row, _, { load }) =>
      (await load.opinionsOfCase.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
  },
  Participation: {
    id: (row) => row.participation_id,
    kind: (row) => (row.case_id === null ? 'MEETING' : 'CASE'),
    referenceId: (row) => present(row.case_id ?? row.meeting_id),
  },
  Clue: {
    id: (row) => row.clue_id,
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    child: (row) => (row.child_id === null ? null : { id: row.child_id }),
    case: (row, _, { load }) => (row.case_id === null ? null : load.case.load(row.case_id)),
    reporter: async (row, _, { load }) => (await load.reporter.load(row.clue_id))?.reporter || null,
    reporterContact: async (row, _, { load }) => (await load.reporter.load(row.clue_id))?.contact ?? null,
  },
  ClueReceipt: {
    receiptNumber: (row) => present(row.receipt_number),
    clue: (row) => row,
  },
  DueItem: {
    id: (row) => row.item_id,
    overdue: (row, _, context) => isPast(row.due_at, context),
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
    case: (row, _, { load }) => (row.case_id === null ? null : load.case.load(row.case_id)),
    task: (row, _, { load }) => (row.task_id === null ? null : load.task.load(row.task_id)),
    clue: (row, _, { load }) => (row.clue_id === null ? null : load.clue.load(row.clue_id)),
    child: (row) => (row.child_id === null ? null : { id: row.child_id }),
    emergencyUse: (row, _, { load }) => (row.kind === 'EMERGENCY_REVIEW' ? load.emergencyUse.load(row.item_id) : null),
  },
  EmergencyUse: {
    id: (row) => row.use_id,
    child: (row) => row.child_id,
    region: async (row, _, { load }) => present(await load.region.load(row.region)),
  },
};
