import { type Agency, enumName } from '../../../shared/domain/agencies';
import type { DescribeFullChild } from '../../../shared/synthetic/full-child';

const HELPERS: readonly Agency[] = ['education'];

const fullChild: DescribeFullChild = ({ id: child_id, idNumber, region }) => {
  const shown = {
    protectionOrders: { number: '全检未督〔2026〕1号', addressee: '全例送达对象' },
    victimSupport: { needs: '全例救助需求' },
    judicialAid: { kind: '全例司法救助' },
  };
  const rows = {
    child: [{ child_id, id_number: idNumber, region }],
    // The second is tied to a suspect and therefore in no view: no caller may see two.
    legal_document: [false, true].map((tied_to_suspect) => ({
      child_id,
      number: tied_to_suspect ? '全检涉嫌〔2026〕2号' : shown.protectionOrders.number,
      kind: '督促监护令',
      issued_at: '2026-01-12',
      addressee: tied_to_suspect ? '本人' : shown.protectionOrders.addressee,
      served_at: null,
      reply_due: null,
      replied_at: null,
      tied_to_suspect,
    })),
    victim_support: [
      {
        child_id,
        needs: [shown.victimSupport.needs],
        one_stop_interview_done: true,
        legal_aid: true,
        since: '2025-06-07',
        helpers: HELPERS.map(enumName),
      },
    ],
    judicial_aid: [{ child_id, kind: shown.judicialAid.kind, granted_at: '2025-07-08', amount: 4_321 }],
  };
  return { shown, rows, records: { 'procuratorate.victim-support': { helpers: HELPERS } } };
};

export default fullChild;
