import { addDays, at } from '../../../shared/domain/dates';
import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region, today }) => {
  const shown = {
    familyComplaints: { handling: '全例投诉处理', reporter: '全例投诉人' },
    safetyOrderApplications: { decision: '全例裁定' },
    familyGuidance: { startedAt: '2026-01-11', ordered: true },
    lovingMother: { name: '全例妈妈', since: '2025-08-09' },
    safetyOfficer: { name: '全例安全员', tier: '全例管护等级' },
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    family_complaint: [
      {
        child_id,
        received_at: at('2026-01-13', '16:20'),
        kind: '家庭暴力',
        handling: shown.familyComplaints.handling,
        reporter: shown.familyComplaints.reporter,
        child_as_offender: false,
        violence: true,
      },
    ],
    safety_order_application: [
      {
        child_id,
        applied_at: at('2026-01-14', '09:10'),
        decision: shown.safetyOrderApplications.decision,
        decided_at: null,
        valid_until: addDays(today, 60),
        served_on_village_at: '2026-01-16',
      },
    ],
    family_guidance: [
      {
        child_id,
        started_at: shown.familyGuidance.startedAt,
        ordered: shown.familyGuidance.ordered,
        sessions_done: 1,
        sessions_planned: 6,
      },
    ],
    loving_mother: [{ child_id, ...shown.lovingMother, last_contact_at: null }],
    safety_officer: [{ child_id, ...shown.safetyOfficer, last_visit_at: null }],
  };
  const records = {
    'womens-federation.family-complaint': { violence: true },
    'womens-federation.safety-order': { inForce: true },
  };
  return { shown, rows, records };
};

export default fullChild;
