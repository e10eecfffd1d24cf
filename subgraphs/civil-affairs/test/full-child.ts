import { at } from '../../../shared/domain/dates';
import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    welfare: { since: '2025-01-02', reason: '全例认定原因' },
    guardianship: {
      assessment: { scheme: '全例评估标准' },
      temporary: { ground: '全例法定情形', placement: '全例安置场所' },
    },
    benefits: { kind: '全例保障金' },
    homeVisits: { nextDue: '2026-02-06', visitor: '全例走访人员', summary: '全例走访情况' },
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    welfare: [{ child_id, categories: ['HARDSHIP'], ...shown.welfare }],
    guardianship_assessment: [
      {
        child_id,
        scheme: shown.guardianship.assessment.scheme,
        grade: '全例等级',
        assessed_at: '2025-03-04',
        next_due: '2026-03-04',
      },
    ],
    temporary_guardianship: [{ child_id, ...shown.guardianship.temporary, since: '2025-04-05' }],
    benefit: [{ child_id, kind: shown.benefits.kind, monthly_amount: 1_234, month: '2026-01' }],
    home_visit: [
      {
        child_id,
        visited_at: at('2026-01-07', '15:00'),
        visitor: shown.homeVisits.visitor,
        summary: shown.homeVisits.summary,
        next_due: shown.homeVisits.nextDue,
      },
    ],
  };
  return { shown, rows };
};

export default fullChild;
