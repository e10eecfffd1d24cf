import type { Knex } from 'knex';
import type { SqlCondition } from '../../shared/access/to-sql';
import { agencyNamed } from '../../shared/domain/agencies';
import { isWithin } from '../../shared/domain/regions';
import { UUID } from '../../shared/domain/uuid';
import { childOf, rowsByKey, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../shared/subgraph/rows/page';
import type { AccessRow } from './access-log/access-log';
import type { AccessFinding } from './access-log/digest';
import type { AccessLook } from './access-log/looks';
import type {
  Agency,
  CaseFilter,
  CaseStep,
  ChildFilter,
  ClueFilter,
  DueItemFilter,
  DueKind,
  EmergencyFinding,
  EmergencyUseFilter,
  Help,
  JointMeetingFilter,
  MeetingKind,
  ParticipationFilter,
  ProtectionCategory,
  RegionLevel,
  RiskLevel,
  TaskFilter,
  VisitParty,
} from './schema.types';

export interface ChildRow {
  readonly child_id: string;
  readonly region: string;
}

export interface RegionRow {
  readonly code: string;
  readonly name: string;
  readonly level: RegionLevel;
}

export interface RiskAssessmentRow {
  readonly child_id: string;
  readonly level: RiskLevel;
  readonly basis: readonly string[];
  readonly assessed_at: Date;
  readonly confirmed_by: string | null;
  readonly next_visit_due: string | null;
  readonly in_force: boolean;
  readonly practice: string | null;
  readonly reason: string | null;
  readonly assessment_key: string;
}

export interface RiskVisitRow {
  readonly assessment_key: string;
  readonly visited_at: Date;
  readonly visited_by: string;
  readonly note: string | null;
}

export interface RiskProposalRow {
  readonly proposal_id: string;
  readonly child_id: string;
  readonly level: RiskLevel | null;
  readonly basis: readonly string[];
  readonly practice: string;
  readonly proposed_at: Date;
  readonly settled_at: Date | null;
}

export interface ProtectionAssignmentRow {
  readonly child_id: string;
  readonly category: ProtectionCategory;
  readonly lead_agency: Agency;
  readonly responsible: string | null;
  readonly since: string;
  readonly assignment_id: string;
  readonly next_visit_due: string | null;
  readonly ended_on: string | null;
}

export interface ProtectionVisitRow {
  readonly assignment_id: string;
  readonly party: VisitParty;
  readonly helps: readonly Help[];
  readonly visited_at: Date;
  readonly visited_by: string;
  readonly agency: Agency;
  readonly note: string | null;
}

export interface CaseRow {
  readonly case_id: string;
  readonly number: string;
  readonly title: string;
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

export interface TaskRow {
  readonly task_id: string;
  readonly case_id: string;
  readonly meeting_id: string | null;
  readonly agency: Agency;
  readonly title: string;
  readonly due_at: Date;
  readonly done_at: Date | null;
  readonly outcome: string | null;
  /** As rules name the agency. */
  readonly assignee: string;
  /** Of its case. */
  readonly region: string;
}

export interface JointMeetingRow {
  readonly meeting_id: string;
  readonly title: string;
  readonly kind: MeetingKind;
  readonly held_at: Date;
  readonly region: string;
  readonly agencies: readonly Agency[];
  readonly minutes: string | null;
  readonly version: number;
}

export interface MeetingAttendeeRow {
  readonly meeting_id: string;
  readonly officer: string;
  readonly agency: Agency;
  readonly attended: boolean | null;
}

export interface DocketItemRow {
  readonly meeting_id: string;
  readonly position: number;
  readonly case_id: string;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  /** False for what was decided and taken off afterwards: it opens nothing. */
  readonly open: boolean;
}

export interface DocketOpinionRow {
  readonly meeting_id: string;
  readonly case_id: string;
  readonly agency: Agency;
  readonly opinion: string;
  readonly given_at: Date;
}

export interface ClueRow {
  readonly clue_id: string;
  readonly channel: string;
  readonly situation: string;
  readonly received_at: Date;
  readonly region: string;
  readonly child_id: string | null;
  readonly case_id: string | null;
  readonly feedback_due: Date | null;
  readonly feedback_at: Date | null;
  readonly receipt_number: string | null;
  readonly facts: string | null;
  readonly feedback: string | null;
  /** Where it was reported; null for what came in before that was kept. */
  readonly reported_region: string | null;
}

/** A receipt tells of the clue itself. */
export type ClueReceiptRow = ClueRow;

interface ClueReporterRow {
  readonly clue_id: string;
  readonly reporter: string;
  readonly contact: string | null;
}

export interface DueItemRow {
  readonly item_id: string;
  readonly kind: DueKind;
  readonly agency: Agency;
  /** The same, as rules name it. */
  readonly assignee: string;
  readonly region: string;
  readonly due_at: Date;
  readonly case_id: string | null;
  readonly task_id: string | null;
  readonly clue_id: string | null;
  readonly child_id: string | null;
}

/** Of a case or of a meeting. */
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

/** The same, or somebody whom a meeting asks by name and nobody has confirmed. */
export interface ParticipationRow extends Omit<ConfirmationRow, 'confirmed_by' | 'confirmed_at'> {
  readonly confirmed_by: string | null;
  readonly confirmed_at: Date | null;
  readonly title: string;
  readonly region: string;
  /** Its own alone, as rules name it. */
  readonly agencies: readonly string[];
}

export interface TrackedDeadlineRow {
  readonly deadline_id: string;
  readonly child_id: string;
  readonly settled_at: Date | null;
}

export interface EmergencyUseRow {
  readonly use_id: string;
  readonly officer: string;
  readonly agency: Agency;
  readonly child_id: string;
  readonly region: string;
  readonly reason: string;
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly review_due: Date;
  readonly reviewed_at: Date | null;
  readonly reviewed_by: string | null;
  readonly finding: EmergencyFinding | null;
  readonly note: string | null;
}

/** What is found in the ledger. */
export type AccessLogEntryRow = AccessRow;
export type AccessLookRow = AccessLook;
export type AccessFindingRow = AccessFinding;

export type Loaders = ReturnType<typeof loaders>;

/** One statement for each kind of thing, however many of it a request asks for. */
export function loaders(db: Knex) {
  return {
    child: oneRow(rowsOfChildren<ChildRow>(db, 'child'), childOf),
    region: oneRow(rowsByKey<RegionRow>(db, 'region', 'code'), (row) => row.code),
    // What is in force is one of them, so that one statement serves both fields.
    riskAssessments: manyRows(
      rowsOfChildren<RiskAssessmentRow>(db, 'risk_assessment', ['-assessed_at', '-assessment_id']),
      childOf,
    ),
    riskVisits: manyRows(
      rowsByKey<RiskVisitRow>(db, 'risk_visit', 'assessment_key', ['visited_at', 'visit_id']),
      (row) => row.assessment_key,
    ),
    riskProposals: manyRows(rowsOfChildren<RiskProposalRow>(db, 'risk_proposal', ['-proposed_at']), childOf),
    riskProposal: oneRow(rowsByKey<RiskProposalRow>(db, 'risk_proposal', 'proposal_id'), (row) => row.proposal_id),
    protectionAssignments: manyRows(
      rowsOfChildren<ProtectionAssignmentRow>(db, 'protection_assignment', ['since', 'category']),
      childOf,
    ),
    protectionAssignment: oneRow(
      rowsByKey<ProtectionAssignmentRow>(db, 'protection_assignment', 'assignment_id'),
      (row) => row.assignment_id,
    ),
    protectionVisits: manyRows(
      rowsByKey<ProtectionVisitRow>(db, 'protection_visit', 'assignment_id', ['visited_at', 'visit_id']),
      (row) => row.assignment_id,
    ),
    case: oneRow(rowsByKey<CaseRow>(db, 'case_file', 'case_id'), (row) => row.case_id),
    childrenOfCase: manyRows(rowsByKey<CaseChildRow>(db, 'case_child', 'case_id', ['child_id']), (row) => row.case_id),
    casesOfChild: manyRows(rowsByKey<CaseChildRow>(db, 'case_child', 'child_id', ['case_id']), (row) => row.child_id),
    steps: manyRows(
      rowsByKey<CaseStepRecordRow>(db, 'case_step', 'case_id', ['taken_at', 'case_step_id']),
      (row) => row.case_id,
    ),
    tasks: manyRows(rowsByKey<TaskRow>(db, 'task', 'case_id', ['due_at', 'task_id']), (row) => row.case_id),
    task: oneRow(rowsByKey<TaskRow>(db, 'task', 'task_id'), (row) => row.task_id),
    meeting: oneRow(rowsByKey<JointMeetingRow>(db, 'joint_meeting', 'meeting_id'), (row) => row.meeting_id),
    docketOfMeeting: manyRows(
      rowsByKey<DocketItemRow>(db, 'docket_item', 'meeting_id', ['position']),
      (row) => row.meeting_id,
    ),
    docketOfCase: manyRows(
      rowsByKey<DocketItemRow>(db, 'docket_item', 'case_id', ['meeting_id']),
      (row) => row.case_id,
    ),
    attendees: manyRows(
      rowsByKey<MeetingAttendeeRow>(db, 'meeting_attendee', 'meeting_id', ['agency', 'officer']),
      (row) => row.meeting_id,
    ),
    opinionsOfCase: manyRows(
      rowsByKey<DocketOpinionRow>(db, 'docket_opinion', 'case_id', ['given_at', 'opinion_id']),
      (row) => row.case_id,
    ),
    clue: oneRow(rowsByKey<ClueRow>(db, 'clue', 'clue_id'), (row) => row.clue_id),
    clueOfReceipt: oneRow(rowsByKey<ClueRow>(db, 'clue', 'receipt_number'), (row) => row.receipt_number ?? ''),
    dueItem: oneRow(rowsByKey<DueItemRow>(db, 'due_item', 'item_id'), (row) => row.item_id),
    trackedDeadline: oneRow(
      rowsByKey<TrackedDeadlineRow>(db, 'tracked_deadline', 'deadline_id'),
      (row) => row.deadline_id,
    ),
    emergencyUse: oneRow(rowsByKey<EmergencyUseRow>(db, 'emergency_use', 'use_id'), (row) => row.use_id),
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
    reporter: oneRow(rowsByKey<ClueReporterRow>(db, 'clue_reporter', 'clue_id'), (row) => row.clue_id),
  };
}

/** What is over and what is open of a list, as `page` counts them apart. */
type Parts = readonly Knex.QueryBuilder[] | undefined;

/** Rows of a view that the caller may know of; also within `region` where a filter names one. */
function visible(db: Knex, view: string, rows: SqlCondition, region?: string | null): Knex.QueryBuilder {
  const query = db
    .withSchema('exposed')
    .from(view)
    .whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
  if (!region) return query;
  // Rows of the caller's regions are there already: asked twice, each row of a total is compared twice.
  if (rows.regions?.every((one) => isWithin(one, region))) return query;
  // A region that holds none of them would be looked for among all rows of the list.
  const may = rows.regions?.some((one) => isWithin(one, region) || isWithin(region, one)) ?? true;
  // Region codes are digits only, so they need no escaping as patterns.
  return may ? query.where('region', 'like', `${region}%`) : query.whereRaw('false');
}

export function children(
  lists: Lists,
  rows: SqlCondition,
  filter: ChildFilter,
  pageArguments: PageArguments,
): Promise<Page<ChildRow>> {
  const query = visible(lists.db, 'child', rows, filter.region);
  if (filter.riskLevels) {
    query.whereIn(
      'child_id',
      lists.db
        .withSchema('exposed')
        .from('risk_assessment')
        .select('child_id')
        .where('in_force', true)
        .whereIn('level', filter.riskLevels),
    );
  }
  return page(
    query,
    pageArguments,
    { column: 'child_id', type: 'text', direction: 'asc', id: 'child_id' },
    lists.totals,
  );
}

export function cases(
  lists: Lists,
  rows: SqlCondition,
  filter: CaseFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<CaseRow>> {
  const query = visible(lists.db, 'case_file', rows, filter.region);
  if (filter.levels) query.whereIn('level', filter.levels);
  if (filter.steps) query.whereIn('step', filter.steps);
  let parts: Parts;
  // Named apart so that an index on what is open can be used.
  if (filter.overdue === true) query.whereNull('closed_at').where('due_at', '<', now);
  if (filter.overdue === false) {
    const open = query.clone().whereNull('closed_at').whereRaw('(due_at is null or due_at >= ?)', [now]);
    parts = [query.clone().whereNotNull('closed_at'), open];
    query.whereRaw('(closed_at is not null or due_at is null or due_at >= ?)', [now]);
  }
  return page(
    query,
    pageArguments,
    { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'case_id' },
    lists.totals,
    parts,
  );
}

export function clues(
  lists: Lists,
  rows: SqlCondition,
  filter: ClueFilter,
  pageArguments: PageArguments,
): Promise<Page<ClueRow>> {
  const query = visible(lists.db, 'clue', rows, filter.region);
  if (filter.channel) query.where('channel', filter.channel);
  if (typeof filter.awaitingFeedback === 'boolean') {
    query[filter.awaitingFeedback ? 'whereNull' : 'whereNotNull']('feedback_at');
  }
  return page(
    query,
    pageArguments,
    { column: 'received_at', type: 'timestamptz', direction: 'desc', id: 'clue_id' },
    lists.totals,
  );
}

export function jointMeetings(
  lists: Lists,
  rows: SqlCondition,
  filter: JointMeetingFilter,
  pageArguments: PageArguments,
): Promise<Page<JointMeetingRow>> {
  const query = visible(lists.db, 'joint_meeting', rows);
  if (filter.kind) query.where('kind', filter.kind);
  if (filter.from) query.where('held_at', '>=', filter.from);
  if (filter.until) query.where('held_at', '<', filter.until);
  return page(
    query,
    pageArguments,
    { column: 'held_at', type: 'timestamptz', direction: 'desc', id: 'meeting_id' },
    lists.totals,
  );
}

export function tasks(
  lists: Lists,
  rows: SqlCondition,
  filter: TaskFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<TaskRow>> {
  const query = visible(lists.db, 'task', rows);
  if (filter.agency) query.where('assignee', agencyNamed(filter.agency));
  if (typeof filter.done === 'boolean') query.where('done', filter.done);
  let parts: Parts;
  if (filter.overdue === true) query.where('done', false).where('due_at', '<', now);
  if (filter.overdue === false) {
    parts = [query.clone().where('done', true), query.clone().where('done', false).where('due_at', '>=', now)];
    query.whereRaw('(done or due_at >= ?)', [now]);
  }
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

/** Besides the filter: whose turn it is, as the GraphQL enum Agency names it, and until when. */
export interface DueItemsArguments extends PageArguments {
  readonly agency?: string | null;
  readonly until?: string | null;
}

export function dueItems(
  lists: Lists,
  rows: SqlCondition,
  filter: DueItemFilter,
  { agency, until, ...pageArguments }: DueItemsArguments,
): Promise<Page<DueItemRow>> {
  const query = visible(lists.db, 'due_item', rows, filter.region);
  if (agency) query.where('assignee', agencyNamed(agency));
  if (until) query.where('due_at', '<', until);
  if (filter.kinds) query.whereIn('kind', filter.kinds);
  return page(
    query,
    pageArguments,
    { column: 'due_at', type: 'timestamptz', direction: 'asc', id: 'item_id' },
    lists.totals,
  );
}

export function emergencyUses(
  lists: Lists,
  rows: SqlCondition,
  filter: EmergencyUseFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<EmergencyUseRow>> {
  const query = visible(lists.db, 'emergency_use', rows);
  if (filter.officer) query.where('officer', filter.officer);
  if (typeof filter.reviewed === 'boolean') query[filter.reviewed ? 'whereNotNull' : 'whereNull']('reviewed_at');
  let parts: Parts;
  if (filter.overdue === true) query.whereNull('reviewed_at').where('review_due', '<', now);
  if (filter.overdue === false) {
    const open = query.clone().whereNull('reviewed_at').where('review_due', '>=', now);
    parts = [query.clone().whereNotNull('reviewed_at'), open];
    query.whereRaw('(reviewed_at is not null or review_due >= ?)', [now]);
  }
  return page(
    query,
    pageArguments,
    { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'use_id' },
    lists.totals,
    parts,
  );
}

export function participations(
  lists: Lists,
  rows: SqlCondition,
  filter: ParticipationFilter,
  pageArguments: PageArguments,
): Promise<Page<ParticipationRow>> {
  const query = visible(lists.db, 'participation_item', rows);
  if (filter.kind) query.whereNotNull(filter.kind === 'CASE' ? 'case_id' : 'meeting_id');
  if (filter.id) {
    const id = filter.id.toLowerCase();
    // What is given need not be an id.
    if (UUID.test(id)) query.where('reference_id', id);
    else query.whereRaw('false');
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
