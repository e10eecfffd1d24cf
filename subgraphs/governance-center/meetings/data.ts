import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { rowsByKey } from '../../../shared/subgraph/rows/keyed-rows';
import type { Lists } from '../../../shared/subgraph/rows/lists';
import { manyRows, oneRow } from '../../../shared/subgraph/rows/loaders';
import { type Page, type PageArguments, page } from '../../../shared/subgraph/rows/page';
import { visibleIn } from '../lists/visible-in';
import type { Agency, JointMeetingFilter, MeetingKind } from '../schema.types';

export interface JointMeetingRow {
  readonly meeting_id: string;
  /** `2026-014`: given by the database. */
  readonly number: string;
  /** `个案会商 2026-014`: made by the database of kind and number. */
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
  /** False for those who were signed in without being invited by name. */
  readonly invited: boolean;
}

export interface DocketItemRow {
  readonly meeting_id: string;
  readonly position: number;
  readonly case_id: string;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  /** False for an item that was decided and removed afterwards: it no longer gives access. */
  readonly open: boolean;
}

/** A decision that was amended. */
export interface FormerDecisionRow {
  readonly meeting_id: string;
  readonly case_id: string;
  readonly decision: string;
  readonly reason: string;
  readonly amended_at: Date;
}

/** What an earlier meeting has decided about a case. */
export interface EarlierDecisionRow {
  readonly item: DocketItemRow;
  readonly meeting: JointMeetingRow;
}

export interface DocketOpinionRow {
  readonly meeting_id: string;
  readonly case_id: string;
  readonly agency: Agency;
  readonly opinion: string;
  readonly given_at: Date;
}

/** One SQL statement per kind of row and request. */
export function meetingLoaders(db: Knex) {
  return {
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
    formerDecisionsOfCase: manyRows(
      rowsByKey<FormerDecisionRow>(db, 'former_decision', 'case_id', ['amended_at', 'former_decision_id']),
      (row) => row.case_id,
    ),
    opinionsOfCase: manyRows(
      rowsByKey<DocketOpinionRow>(db, 'docket_opinion', 'case_id', ['given_at', 'opinion_id']),
      (row) => row.case_id,
    ),
  };
}

export function listMeetings(
  lists: Lists,
  rows: SqlCondition,
  filter: JointMeetingFilter,
  pageArguments: PageArguments,
): Promise<Page<JointMeetingRow>> {
  const query = visibleIn(lists.db, 'joint_meeting', rows);
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
