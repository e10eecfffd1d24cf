import type { Knex } from 'knex';
import type { Grant } from '../../shared/access/grant';
import type { SqlCondition } from '../../shared/access/to-sql';
import { childOf, rowsByKey, rowsOfChildren } from '../../shared/db/keyed-rows';
import { manyRows, oneRow } from '../../shared/db/loaders';
import { type Page, type PageArguments, page } from '../../shared/db/page';

export interface ChildRow {
  readonly child_id: string;
  readonly region: string;
}

export interface RegionRow {
  readonly code: string;
  readonly name: string;
  readonly level: string;
}

export interface RiskAssessmentRow {
  readonly child_id: string;
  readonly level: string;
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
  readonly level: string | null;
  readonly basis: readonly string[];
  readonly practice: string;
  readonly proposed_at: Date;
  readonly settled_at: Date | null;
}

export interface ProtectionAssignmentRow {
  readonly child_id: string;
  readonly category: string;
  readonly lead_agency: string;
  readonly responsible: string | null;
  readonly since: string;
  readonly assignment_id: string;
  readonly next_visit_due: string | null;
  readonly ended_on: string | null;
}

export interface ProtectionVisitRow {
  readonly assignment_id: string;
  readonly party: string;
  readonly helps: readonly string[];
  readonly visited_at: Date;
  readonly visited_by: string;
  readonly agency: string;
  readonly note: string | null;
}

export interface CaseRow {
  readonly case_id: string;
  readonly number: string;
  readonly title: string;
  readonly level: string;
  readonly region: string;
  readonly step: string;
  readonly due_at: Date | null;
  readonly agencies: readonly string[];
  readonly opened_at: Date;
  readonly closed_at: Date | null;
  readonly version: number;
}

export interface CaseChildRow {
  readonly case_id: string;
  readonly child_id: string;
}

export interface CaseStepRow {
  readonly case_id: string;
  readonly step: string;
  readonly taken_by: string;
  readonly agency: string;
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
  readonly agency: string;
  readonly title: string;
  readonly due_at: Date;
  readonly done_at: Date | null;
  readonly outcome: string | null;
  /** As rules name the agency. */
  readonly assignee: string;
  /** Of its case. */
  readonly region: string;
}

export interface MeetingRow {
  readonly meeting_id: string;
  readonly title: string;
  readonly kind: NonNullable<Grant['meetingKind']>;
  readonly held_at: Date;
  readonly region: string;
  readonly agencies: readonly string[];
  readonly minutes: string | null;
  readonly version: number;
}

export interface AttendeeRow {
  readonly meeting_id: string;
  readonly officer: string;
  readonly agency: string;
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

export interface OpinionRow {
  readonly meeting_id: string;
  readonly case_id: string;
  readonly agency: string;
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

interface ClueReporterRow {
  readonly clue_id: string;
  readonly reporter: string;
  readonly contact: string | null;
}

export interface DueItemRow {
  readonly item_id: string;
  readonly kind: string;
  readonly agency: string;
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
export interface ParticipationRow {
  readonly participation_id: string;
  readonly case_id: string | null;
  readonly meeting_id: string | null;
  readonly officer: string;
  readonly agency: string;
  readonly confirmed_by: string;
  readonly confirmed_at: Date;
  readonly withdrawn_by: string | null;
  readonly withdrawn_at: Date | null;
}

/** The same, or somebody whom a meeting asks by name and nobody has confirmed. */
export interface ParticipationItemRow extends Omit<ParticipationRow, 'confirmed_by' | 'confirmed_at'> {
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
  readonly agency: string;
  readonly child_id: string;
  readonly region: string;
  readonly reason: string;
  readonly opened_at: Date;
  readonly expires_at: Date;
  readonly review_due: Date;
  readonly reviewed_at: Date | null;
  readonly reviewed_by: string | null;
  readonly finding: string | null;
  readonly note: string | null;
}

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
      rowsByKey<CaseStepRow>(db, 'case_step', 'case_id', ['taken_at', 'case_step_id']),
      (row) => row.case_id,
    ),
    tasks: manyRows(rowsByKey<TaskRow>(db, 'task', 'case_id', ['due_at', 'task_id']), (row) => row.case_id),
    task: oneRow(rowsByKey<TaskRow>(db, 'task', 'task_id'), (row) => row.task_id),
    meeting: oneRow(rowsByKey<MeetingRow>(db, 'joint_meeting', 'meeting_id'), (row) => row.meeting_id),
    docketOfMeeting: manyRows(
      rowsByKey<DocketItemRow>(db, 'docket_item', 'meeting_id', ['position']),
      (row) => row.meeting_id,
    ),
    docketOfCase: manyRows(
      rowsByKey<DocketItemRow>(db, 'docket_item', 'case_id', ['meeting_id']),
      (row) => row.case_id,
    ),
    attendees: manyRows(
      rowsByKey<AttendeeRow>(db, 'meeting_attendee', 'meeting_id', ['agency', 'officer']),
      (row) => row.meeting_id,
    ),
    opinionsOfCase: manyRows(
      rowsByKey<OpinionRow>(db, 'docket_opinion', 'case_id', ['given_at', 'opinion_id']),
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
      rowsByKey<ParticipationRow>(db, 'participation', 'case_id', ['confirmed_at', 'participation_id']),
      (row) => row.case_id ?? '',
    ),
    partsInMeeting: manyRows(
      rowsByKey<ParticipationRow>(db, 'participation', 'meeting_id', ['confirmed_at', 'participation_id']),
      (row) => row.meeting_id ?? '',
    ),
    participation: oneRow(
      rowsByKey<ParticipationItemRow>(db, 'participation_item', 'participation_id'),
      (row) => row.participation_id,
    ),
    reporter: oneRow(rowsByKey<ClueReporterRow>(db, 'clue_reporter', 'clue_id'), (row) => row.clue_id),
  };
}

/** Rows of a view that the caller may know of; also within `region` where a filter names one. */
function visible(db: Knex, view: string, rows: SqlCondition, region?: string | null): Knex.QueryBuilder {
  const query = db
    .withSchema('exposed')
    .from(view)
    .whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
  // Region codes are digits only, so they need no escaping as patterns.
  return region ? query.where('region', 'like', `${region}%`) : query;
}

export interface ChildrenFilter {
  readonly region?: string | null;
  readonly riskLevels?: readonly string[] | null;
}

export function children(
  db: Knex,
  rows: SqlCondition,
  filter: ChildrenFilter,
  pageArguments: PageArguments,
): Promise<Page<ChildRow>> {
  const query = visible(db, 'child', rows, filter.region);
  if (filter.riskLevels) {
    query.whereIn(
      'child_id',
      db
        .withSchema('exposed')
        .from('risk_assessment')
        .select('child_id')
        .where('in_force', true)
        .whereIn('level', filter.riskLevels),
    );
  }
  return page(query, pageArguments, { column: 'child_id', type: 'text', direction: 'asc', id: 'child_id' });
}

export interface CasesFilter {
  readonly region?: string | null;
  readonly levels?: readonly string[] | null;
  readonly steps?: readonly string[] | null;
  readonly overdue?: boolean | null;
}

export function cases(
  db: Knex,
  rows: SqlCondition,
  filter: CasesFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<CaseRow>> {
  const query = visible(db, 'case_file', rows, filter.region);
  if (filter.levels) query.whereIn('level', filter.levels);
  if (filter.steps) query.whereIn('step', filter.steps);
  if (typeof filter.overdue === 'boolean') {
    query.whereRaw('(closed_at is null and due_at is not null and due_at < ?) = ?', [now, filter.overdue]);
  }
  return page(query, pageArguments, { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'case_id' });
}

export interface CluesFilter {
  readonly region?: string | null;
  readonly channel?: string | null;
  readonly awaitingFeedback?: boolean | null;
}

export function clues(
  db: Knex,
  rows: SqlCondition,
  filter: CluesFilter,
  pageArguments: PageArguments,
): Promise<Page<ClueRow>> {
  const query = visible(db, 'clue', rows, filter.region);
  if (filter.channel) query.where('channel', filter.channel);
  if (typeof filter.awaitingFeedback === 'boolean') {
    query.whereRaw('(feedback_at is null) = ?', [filter.awaitingFeedback]);
  }
  return page(query, pageArguments, { column: 'received_at', type: 'timestamptz', direction: 'desc', id: 'clue_id' });
}

export interface MeetingsFilter {
  readonly kind?: string | null;
  readonly from?: string | null;
  readonly until?: string | null;
}

export function jointMeetings(
  db: Knex,
  rows: SqlCondition,
  filter: MeetingsFilter,
  pageArguments: PageArguments,
): Promise<Page<MeetingRow>> {
  const query = visible(db, 'joint_meeting', rows);
  if (filter.kind) query.where('kind', filter.kind);
  if (filter.from) query.where('held_at', '>=', filter.from);
  if (filter.until) query.where('held_at', '<', filter.until);
  return page(query, pageArguments, { column: 'held_at', type: 'timestamptz', direction: 'desc', id: 'meeting_id' });
}

export interface TasksFilter {
  /** As the GraphQL enum Agency names it. */
  readonly agency?: string | null;
  readonly done?: boolean | null;
  readonly overdue?: boolean | null;
}

export function tasks(
  db: Knex,
  rows: SqlCondition,
  filter: TasksFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<TaskRow>> {
  const query = visible(db, 'task', rows);
  if (filter.agency) query.where('agency', filter.agency);
  if (typeof filter.done === 'boolean') query.whereRaw('(done_at is not null) = ?', [filter.done]);
  if (typeof filter.overdue === 'boolean') {
    query.whereRaw('(done_at is null and due_at < ?) = ?', [now, filter.overdue]);
  }
  return page(query, pageArguments, { column: 'due_at', type: 'timestamptz', direction: 'asc', id: 'task_id' });
}

/** Besides the filter: whose turn it is, as the GraphQL enum Agency names it, and until when. */
export interface DueItemsArguments extends PageArguments {
  readonly agency?: string | null;
  readonly until?: string | null;
}

export interface DueItemsFilter {
  readonly kinds?: readonly string[] | null;
  readonly region?: string | null;
}

export function dueItems(
  db: Knex,
  rows: SqlCondition,
  filter: DueItemsFilter,
  { agency, until, ...pageArguments }: DueItemsArguments,
): Promise<Page<DueItemRow>> {
  const query = visible(db, 'due_item', rows, filter.region);
  if (agency) query.where('agency', agency);
  if (until) query.where('due_at', '<', until);
  if (filter.kinds) query.whereIn('kind', filter.kinds);
  return page(query, pageArguments, { column: 'due_at', type: 'timestamptz', direction: 'asc', id: 'item_id' });
}

export interface EmergencyUsesFilter {
  readonly reviewed?: boolean | null;
  readonly officer?: string | null;
  readonly overdue?: boolean | null;
}

export function emergencyUses(
  db: Knex,
  rows: SqlCondition,
  filter: EmergencyUsesFilter,
  pageArguments: PageArguments,
  now: Date,
): Promise<Page<EmergencyUseRow>> {
  const query = visible(db, 'emergency_use', rows);
  if (filter.officer) query.where('officer', filter.officer);
  if (typeof filter.reviewed === 'boolean') query.whereRaw('(reviewed_at is not null) = ?', [filter.reviewed]);
  if (typeof filter.overdue === 'boolean') {
    query.whereRaw('(reviewed_at is null and review_due < ?) = ?', [now, filter.overdue]);
  }
  return page(query, pageArguments, { column: 'opened_at', type: 'timestamptz', direction: 'desc', id: 'use_id' });
}

export interface ParticipationsFilter {
  readonly kind?: 'CASE' | 'MEETING' | null;
  readonly id?: string | null;
  readonly officer?: string | null;
  readonly pending?: boolean | null;
}

export function participations(
  db: Knex,
  rows: SqlCondition,
  filter: ParticipationsFilter,
  pageArguments: PageArguments,
): Promise<Page<ParticipationItemRow>> {
  const query = visible(db, 'participation_item', rows);
  if (filter.kind) query.whereNotNull(filter.kind === 'CASE' ? 'case_id' : 'meeting_id');
  // As text, since what is given need not be an id.
  if (filter.id) query.whereRaw('coalesce(case_id, meeting_id)::text = ?', [filter.id.toLowerCase()]);
  if (filter.officer) query.where('officer', filter.officer);
  if (typeof filter.pending === 'boolean') query.whereRaw('(confirmed_at is null) = ?', [filter.pending]);
  return page(query, pageArguments, {
    column: 'since',
    type: 'timestamptz',
    direction: 'desc',
    id: 'participation_id',
  });
}
