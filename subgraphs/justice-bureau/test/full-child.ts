import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    legalAidProvided: true,
    legalAidMatters: { matter: '全例援助事项' },
    mediations: { kind: '全例调解纠纷' },
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    // The second is for a defence and therefore in no view: no caller may see two.
    legal_aid: [false, true].map((for_defence) => ({
      child_id,
      matter: for_defence ? '全例刑事辩护' : shown.legalAidMatters.matter,
      lawyer: null,
      since: '2026-01-16',
      for_defence,
    })),
    mediation: [{ child_id, kind: shown.mediations.kind, since: '2026-01-17', agreed: null }],
  };
  return { shown, rows };
};

export default fullChild;
