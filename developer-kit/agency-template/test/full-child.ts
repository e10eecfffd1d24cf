import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    // each class
    sampleClass: { kind: '全例示例局示例类' },
    // end
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    // each class
    sample_class: [{ child_id, kind: shown.sampleClass.kind, since: '2026-01-16' }],
    // end
  };
  return { shown, rows };
};

export default fullChild;
