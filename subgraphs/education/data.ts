import type { Knex } from 'knex';
import { childOf, type RowOfChild, rowsOfChildren } from '../../shared/subgraph/rows/keyed-rows';
import { manyRows, oneRow } from '../../shared/subgraph/rows/loaders';
import { roster } from '../../shared/subgraph/rows/roster';
import type { ReferralState } from './schema.types';

export interface EnrolmentRow extends RowOfChild {
  /** Like the type, the class and boarding, null while it is not known where the pupil is taught. */
  readonly school: string | null;
  readonly school_type: string | null;
  readonly grade: string;
  readonly class_name: string | null;
  readonly student_number: string | null;
  readonly boarding: boolean | null;
  readonly status: string;
  readonly as_of: Date;
}

export interface MonthlyAttendanceRow extends RowOfChild {
  readonly month: string;
  readonly school_days: number;
  readonly absent_days: number;
  readonly unexcused_days: number;
}

export interface DropoutAlertRow extends RowOfChild {
  readonly raised_at: Date;
  readonly stage: string;
  readonly returned_at: Date | null;
}

export interface BullyingReportRow extends RowOfChild {
  readonly reported_at: Date;
  readonly role: string;
  readonly severity: string;
  readonly measure: string | null;
}

export interface WellbeingScreeningRow extends RowOfChild {
  readonly screened_at: string;
  readonly referral: ReferralState;
  readonly score: number | null;
}

export interface SpecialNeedsPlanRow extends RowOfChild {
  readonly started_at: string;
  readonly placement: string | null;
  readonly review_due: string | null;
}

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many children a request asks about. */
export function loaders(db: Knex) {
  return {
    child: roster(db),
    enrolment: oneRow(rowsOfChildren<EnrolmentRow>(db, 'enrolment'), childOf),
    // All stored months, at most 24 per child: fields with different spans share one statement.
    attendance: manyRows(rowsOfChildren<MonthlyAttendanceRow>(db, 'attendance', ['-month']), childOf),
    dropoutAlerts: manyRows(rowsOfChildren<DropoutAlertRow>(db, 'dropout_alert', ['-raised_at', 'alert_id']), childOf),
    bullyingReports: manyRows(
      rowsOfChildren<BullyingReportRow>(db, 'bullying_report', ['-reported_at', 'report_id']),
      childOf,
    ),
    wellbeingScreening: oneRow(rowsOfChildren<WellbeingScreeningRow>(db, 'wellbeing_screening'), childOf),
    specialNeedsPlan: oneRow(rowsOfChildren<SpecialNeedsPlanRow>(db, 'special_needs_plan'), childOf),
  };
}
