import { at } from '../../../shared/domain/dates';
import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const SCHOOL = '全例学校';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    school: SCHOOL,
    enrolment: {
      school: SCHOOL,
      schoolType: '全例学校类型',
      grade: '全例年级',
      className: '全例班级',
      studentNumber: `G${idNumber}`,
      boarding: true,
    },
    attendance: { month: '2026-02' },
    dropoutAlerts: { stage: '全例劝返' },
    bullyingReports: { measure: '全例措施' },
    wellbeingScreening: { screenedAt: '2026-01-08', score: 17 },
    specialNeedsPlan: { startedAt: '2025-05-06', placement: '全例随班就读' },
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    enrolment: [
      {
        child_id,
        school: shown.enrolment.school,
        school_type: shown.enrolment.schoolType,
        grade: shown.enrolment.grade,
        class_name: shown.enrolment.className,
        student_number: shown.enrolment.studentNumber,
        boarding: shown.enrolment.boarding,
        status: '在读',
        as_of: at('2026-01-01', '00:00'),
      },
    ],
    attendance: [{ child_id, month: shown.attendance.month, school_days: 20, absent_days: 2, unexcused_days: 1 }],
    dropout_alert: [
      { child_id, raised_at: at('2026-01-09', '08:00'), stage: shown.dropoutAlerts.stage, returned_at: null },
    ],
    bullying_report: [
      {
        child_id,
        reported_at: at('2026-01-10', '08:00'),
        role: '被欺凌',
        severity: '一般',
        measure: shown.bullyingReports.measure,
      },
    ],
    wellbeing_screening: [
      {
        child_id,
        screened_at: shown.wellbeingScreening.screenedAt,
        referral: 'DUE',
        score: shown.wellbeingScreening.score,
      },
    ],
    special_needs_plan: [
      {
        child_id,
        started_at: shown.specialNeedsPlan.startedAt,
        placement: shown.specialNeedsPlan.placement,
        review_due: null,
      },
    ],
  };
  return { shown, rows };
};

export default fullChild;
