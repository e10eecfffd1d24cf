import type { AccessRecord } from '../../shared/access/compile';
import type { Grant } from '../../shared/access/grant';
import { filteredInSql, type RecordFinders } from '../../shared/access/record-finders';
import type { Columns } from '../../shared/access/to-sql';
import { agencyNamed } from '../../shared/agencies';
import { CHILD_ID } from '../../shared/child-id';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import { EMPTY_PAGE, type PageArguments } from '../../shared/db/page';
import { failure } from '../../shared/errors';
import { parseIdNumber } from '../../shared/id-number';
import { REGION_CODE } from '../../shared/regions';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import type {
  CaseRow,
  CaseStepRow,
  ChildRow,
  ClueRow,
  DocketItemRow,
  Loaders,
  MeetingRow,
  ProtectionAssignmentRow,
  RiskAssessmentRow,
  TaskRow,
} from './data';
import * as data from './data';

type Context = SubgraphContext<Loaders>;
type GrantArguments = { readonly kind: 'CASE' | 'MEETING'; readonly id: string };
type ListArguments<Filter> = PageArguments & { readonly filter?: Filter | null };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const keyOf = ({ child_id }: { readonly child_id: string }): ChildKey => ({ id: child_id });

const childById = (id: string, { load }: Context): Promise<ChildRow | null> =>
  CHILD_ID.test(id) ? load.child.load(id) : Promise.resolve(null);

const byUuid = <Row>(loader: { load(id: string): Promise<Row | null> }, id: string): Promise<Row | null> =>
  UUID.test(id) ? loader.load(id.toLowerCase()) : Promise.resolve(null);

/** @throws BAD_USER_INPUT that says which part is wrong, and never what was given. */
function childIdOf(idNumber: string, { childIds }: Context): string {
  const parsed = parseIdNumber(idNumber);
  if (parsed.ok) return childIds.derive(parsed.value);
  throw failure('BAD_USER_INPUT', 'The ID number is not valid (GB 11643).', {
    argument: 'idNumber',
    fault: parsed.fault,
  });
}

function checkRegion(filter: { readonly region?: string | null } | null | undefined): void {
  if (filter?.region && !REGION_CODE.test(filter.region)) {
    throw failure('BAD_USER_INPUT', 'A region code has 2, 4, 6, 9 or 12 digits.', { argument: 'filter.region' });
  }
}

/** A case covers itself, its children, and the meetings whose docket it is on. */
async function caseGrant(id: string, load: Loaders): Promise<Grant> {
  const [children, dockets] = await Promise.all([load.childrenOfCase.load(id), load.docketOfCase.load(id)]);
  return {
    kind: 'case',
    children: children.map(({ child_id }) => child_id),
    cases: [id],
    meetings: dockets.map(({ meeting_id }) => meeting_id),
  };
}

/** A meeting covers itself, the cases on its docket, and their children. */
async function meetingGrant(id: string, load: Loaders): Promise<Grant | null> {
  const [meeting, docket] = await Promise.all([load.meeting.load(id), load.docketOfMeeting.load(id)]);
  if (meeting === null) return null;
  const cases = docket.map(({ case_id }) => case_id);
  const children = await Promise.all(cases.map((case_id) => load.childrenOfCase.load(case_id)));
  return {
    kind: 'meeting',
    meetingKind: meeting.kind,
    children: [...new Set(children.flat().map(({ child_id }) => child_id))],
    cases,
    meetings: [id],
  };
}

/**
 * An item cannot stand without its case, so that whoever reads cases sees the items of those that they may know of. Whoever
 * reads none at all, such as the clerk, sees the docket without them.
 */
async function docketOf({ meeting_id }: MeetingRow, { load, reads }: Context): Promise<readonly DocketItemRow[]> {
  const items = await load.docketOfMeeting.load(meeting_id);
  if (!reads('Case.id')) return items;
  const cases = await Promise.all(items.map(({ case_id }) => load.case.load(case_id)));
  return items.filter((_, index) => reads('Case.id', recordOfCase(cases[index] ?? null)));
}

const isPast = (instant: Date | null): boolean => instant !== null && instant.getTime() < Date.now();

/** No list of this agency has rows with all of the attributes that its rules look at. */
const NO_COLUMNS = { child: null, caseId: null, meeting: null } satisfies Columns;
const REGION = { region: { column: 'region', type: 'text' } } satisfies Columns;
const CHILD = { child: { column: 'child_id', type: 'text' } } satisfies Columns;
const CASE = { caseId: { column: 'case_id', type: 'uuid' } } satisfies Columns;

const recordOfCase = (row: CaseRow | null): AccessRecord | null =>
  row && { region: row.region, caseId: row.case_id, agencies: row.agencies.map(agencyNamed) };

const recordOfMeeting = (row: MeetingRow | null): AccessRecord | null =>
  row && { region: row.region, meeting: row.meeting_id, agencies: row.agencies.map(agencyNamed) };

const recordOfClue = (row: ClueRow | null): AccessRecord | null =>
  row && { region: row.region, child: row.child_id, caseId: row.case_id };

/** Things whose record is not that of the object they were reached through. */
export const records: RecordFinders<Context> = {
  'Query.child': async ({ id }: { id: string }, context) => recordOfChild(await childById(id, context)),
  'Query.childByIdNumber': async ({ idNumber }: { idNumber: string }, context) =>
    recordOfChild(await childById(childIdOf(idNumber, context), context)),
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
  'Query.case': async ({ id }: { id: string }, { load }) => recordOfCase(await byUuid(load.case, id)),
  'Query.clue': async ({ id }: { id: string }, { load }) => recordOfClue(await byUuid(load.clue, id)),
  'Query.jointMeeting': async ({ id }: { id: string }, { load }) => recordOfMeeting(await byUuid(load.meeting, id)),
  'Query.grant': async ({ kind, id }: GrantArguments, { load }) =>
    kind === 'CASE' ? recordOfCase(await byUuid(load.case, id)) : recordOfMeeting(await byUuid(load.meeting, id)),
  Child: async ({ id }: ChildKey, context) => recordOfChild(await childById(id, context)),
  ProtectionAssignment: async ({ child_id, lead_agency }: ProtectionAssignmentRow, { load }) => {
    const child = recordOfChild(await load.child.load(child_id));
    return child && { ...child, leadAgency: agencyNamed(lead_agency) };
  },
  Case: recordOfCase,
  // A task is reached through its case and through a docket: it belongs to its case either way.
  Task: async ({ case_id }: TaskRow, { load }) => recordOfCase(await load.case.load(case_id)),
  Clue: recordOfClue,
  JointMeeting: recordOfMeeting,
};

export const resolvers: Resolvers<Context> = {
  Query: {
    child: (_, { id }: { id: string }) => ({ id }),
    childByIdNumber: (_, { idNumber }: { idNumber: string }, context) => ({ id: childIdOf(idNumber, context) }),
    async children(_, { filter, ...pageArguments }: ListArguments<data.ChildrenFilter>, { db, load, visibleRows }) {
      checkRegion(filter);
      const rows = visibleRows('Query.children', { filter });
      if (rows === null) return EMPTY_PAGE;
      const { nodes, edges, ...rest } = await data.children(db, rows, filter ?? {}, pageArguments);
      for (const row of nodes) load.child.prime(row.child_id, row);
      return {
        ...rest,
        nodes: nodes.map(keyOf),
        edges: edges.map(({ cursor, node }) => ({ cursor, node: keyOf(node) })),
      };
    },
    case: (_, { id }: { id: string }, { load }) => byUuid(load.case, id),
    cases(_, { filter, ...pageArguments }: ListArguments<data.CasesFilter>, { db, visibleRows }) {
      checkRegion(filter);
      const rows = visibleRows('Query.cases', { filter });
      return rows === null ? EMPTY_PAGE : data.cases(db, rows, filter ?? {}, pageArguments);
    },
    clue: (_, { id }: { id: string }, { load }) => byUuid(load.clue, id),
    clues(_, { filter, ...pageArguments }: ListArguments<data.CluesFilter>, { db, visibleRows }) {
      checkRegion(filter);
      const rows = visibleRows('Query.clues', { filter });
      return rows === null ? EMPTY_PAGE : data.clues(db, rows, filter ?? {}, pageArguments);
    },
    jointMeeting: (_, { id }: { id: string }, { load }) => byUuid(load.meeting, id),
    jointMeetings(_, { filter, ...pageArguments }: ListArguments<data.MeetingsFilter>, { db, visibleRows }) {
      const rows = visibleRows('Query.jointMeetings', { filter });
      return rows === null ? EMPTY_PAGE : data.jointMeetings(db, rows, filter ?? {}, pageArguments);
    },
    grant: (_, { kind, id }: GrantArguments, { load }) =>
      kind === 'CASE' ? caseGrant(id.toLowerCase(), load) : meetingGrant(id.toLowerCase(), load),
  },
  Grant: {
    kind: ({ kind }: Grant) => kind.toUpperCase(),
  },
  Child: {
    __resolveReference: childReference,
    region: async ({ id }: ChildKey, _, { load }) => load.region.load((await load.child.load(id))?.region ?? ''),
    risk: async ({ id }: ChildKey, _, { load }) =>
      (await load.riskAssessments.load(id)).find(({ in_force }) => in_force) ?? null,
    riskHistory: ({ id }: ChildKey, _, { load }) => load.riskAssessments.load(id),
    protectionCategories: ({ id }: ChildKey, _, { load }) => load.protectionAssignments.load(id),
    cases: async ({ id }: ChildKey, _, { load }) =>
      load.case.loadMany((await load.casesOfChild.load(id)).map(({ case_id }) => case_id)),
  },
  RiskAssessment: {
    assessedAt: (row: RiskAssessmentRow) => row.assessed_at,
    confirmedBy: (row: RiskAssessmentRow) => row.confirmed_by,
    nextVisitDue: (row: RiskAssessmentRow) => row.next_visit_due,
  },
  ProtectionAssignment: {
    leadAgency: (row: ProtectionAssignmentRow) => row.lead_agency,
  },
  Case: {
    id: (row: CaseRow) => row.case_id,
    children: async (row: CaseRow, _, { load }) => (await load.childrenOfCase.load(row.case_id)).map(keyOf),
    region: (row: CaseRow, _, { load }) => load.region.load(row.region),
    steps: (row: CaseRow, _, { load }) => load.steps.load(row.case_id),
    dueAt: (row: CaseRow) => row.due_at,
    overdue: (row: CaseRow) => row.closed_at === null && isPast(row.due_at),
    tasks: (row: CaseRow, _, { load }) => load.tasks.load(row.case_id),
    meetings: async (row: CaseRow, _, { load }) =>
      load.meeting.loadMany((await load.docketOfCase.load(row.case_id)).map(({ meeting_id }) => meeting_id)),
    openedAt: (row: CaseRow) => row.opened_at,
    closedAt: (row: CaseRow) => row.closed_at,
  },
  CaseStepRecord: {
    by: (row: CaseStepRow) => row.taken_by,
    at: (row: CaseStepRow) => row.taken_at,
  },
  Task: {
    id: (row: TaskRow) => row.task_id,
    dueAt: (row: TaskRow) => row.due_at,
    doneAt: (row: TaskRow) => row.done_at,
    overdue: (row: TaskRow) => row.done_at === null && isPast(row.due_at),
  },
  JointMeeting: {
    id: (row: MeetingRow) => row.meeting_id,
    heldAt: (row: MeetingRow) => row.held_at,
    docket: (row: MeetingRow, _, context) => docketOf(row, context),
  },
  DocketItem: {
    case: (row: DocketItemRow, _, { load }) => load.case.load(row.case_id),
    tasks: async (row: DocketItemRow, _, { load }) =>
      (await load.tasks.load(row.case_id)).filter(({ meeting_id }) => meeting_id === row.meeting_id),
  },
  Clue: {
    id: (row: ClueRow) => row.clue_id,
    receivedAt: (row: ClueRow) => row.received_at,
    region: (row: ClueRow, _, { load }) => load.region.load(row.region),
    child: (row: ClueRow) => (row.child_id === null ? null : { id: row.child_id }),
    case: (row: ClueRow, _, { load }) => (row.case_id === null ? null : load.case.load(row.case_id)),
    reporter: async (row: ClueRow, _, { load }) => (await load.reporter.load(row.clue_id))?.reporter ?? null,
    feedbackDue: (row: ClueRow) => row.feedback_due,
    feedbackAt: (row: ClueRow) => row.feedback_at,
  },
};
