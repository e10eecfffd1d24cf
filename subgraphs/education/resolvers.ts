import type { RecordFinders } from '../../shared/access/record-finders';
import { type ChildKey, childReference, recordOfChild } from '../../shared/child-reference';
import { failure } from '../../shared/errors';
import type { Resolvers, SubgraphContext } from '../../shared/subgraph-definition';
import type {
  AttendanceRow,
  BullyingReportRow,
  DropoutAlertRow,
  EnrolmentRow,
  Loaders,
  SpecialNeedsPlanRow,
  WellbeingScreeningRow,
} from './data';

type Context = SubgraphContext<Loaders>;

/** How long the register keeps attendance. */
const MONTHS_KEPT = 24;

export const records: RecordFinders<Context> = {
  Child: async ({ id }: ChildKey, { load }) => recordOfChild(await load.child.load(id)),
};

export const resolvers: Resolvers<Context> = {
  Child: {
    __resolveReference: childReference,
    enrolment: ({ id }: ChildKey, _, { load }) => load.enrolment.load(id),
    attendance: async ({ id }: ChildKey, { months }: { months: number }, { load }) => {
      if (months < 1 || months > MONTHS_KEPT) {
        throw failure('BAD_USER_INPUT', `"months" must be between 1 and ${MONTHS_KEPT}.`, { argument: 'months' });
      }
      return (await load.attendance.load(id)).slice(0, months);
    },
    dropoutAlerts: ({ id }: ChildKey, _, { load }) => load.dropoutAlerts.load(id),
    bullyingReports: ({ id }: ChildKey, _, { load }) => load.bullyingReports.load(id),
    wellbeingScreening: ({ id }: ChildKey, _, { load }) => load.wellbeingScreening.load(id),
    specialNeedsPlan: ({ id }: ChildKey, _, { load }) => load.specialNeedsPlan.load(id),
  },
  Enrolment: {
    schoolType: (row: EnrolmentRow) => row.school_type,
    className: (row: EnrolmentRow) => row.class_name,
    studentNumber: (row: EnrolmentRow) => row.student_number,
    asOf: (row: EnrolmentRow) => row.as_of,
  },
  MonthlyAttendance: {
    schoolDays: (row: AttendanceRow) => row.school_days,
    absentDays: (row: AttendanceRow) => row.absent_days,
    unexcusedDays: (row: AttendanceRow) => row.unexcused_days,
  },
  DropoutAlert: {
    raisedAt: (row: DropoutAlertRow) => row.raised_at,
    returnedAt: (row: DropoutAlertRow) => row.returned_at,
  },
  BullyingReport: {
    reportedAt: (row: BullyingReportRow) => row.reported_at,
  },
  WellbeingScreening: {
    screenedAt: (row: WellbeingScreeningRow) => row.screened_at,
  },
  SpecialNeedsPlan: {
    startedAt: (row: SpecialNeedsPlanRow) => row.started_at,
    reviewDue: (row: SpecialNeedsPlanRow) => row.review_due,
  },
};
