import { addDays } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { isRegistered, rosterRow } from '../../shared/synthetic/places';
import { drawsFor } from '../../shared/synthetic/random';

/** The synthetic data of the procuratorate: legal documents, support of victims, and sealed data. */
export const seed: AgencySeed = {
  tables: ['child', 'legal_document', 'victim_support', 'judicial_aid', 'juvenile_case'],
  ofChild(child, id, district) {
    const { index, events } = child;
    const draws = drawsFor(district.seed, index);
    const document = (kind: string, issuedAt: string, addressee: string, tiedToSuspect: boolean) => ({
      child_id: id,
      number: `县检未督〔${issuedAt.slice(0, 4)}〕${draws.integer(`document ${kind}`, 100, 999)}号`,
      kind,
      issued_at: issuedAt,
      addressee: isRegistered(child, draws, 'addressee') ? addressee : null,
      served_at: addDays(issuedAt, 2),
      reply_due: addDays(issuedAt, 30),
      replied_at: null,
      tied_to_suspect: tiedToSuspect,
    });
    return {
      child: [rosterRow(child, id)],
      legal_document: [
        ...(events.guardianshipOrderAt ? [document('督促监护令', events.guardianshipOrderAt, '监护人', false)] : []),
        ...(events.juvenileRecordAt ? [document('附条件不起诉决定书', events.juvenileRecordAt, '本人', true)] : []),
      ],
      victim_support: events.victimisedAt
        ? [
            {
              child_id: id,
              needs: ['心理疏导', '法律援助'],
              one_stop_interview_done: true,
              legal_aid: draws.chance('legal aid', 0.8),
              since: events.victimisedAt,
              helpers: ['CIVIL_AFFAIRS', ...(draws.chance('helped at school', 0.5) ? ['EDUCATION'] : [])],
            },
          ]
        : [],
      judicial_aid:
        events.victimisedAt && draws.chance('judicial aid', 0.4)
          ? [{ child_id: id, kind: '司法救助金', granted_at: addDays(events.victimisedAt, 30), amount: 8_000 }]
          : [],
      juvenile_case: events.juvenileRecordAt
        ? [{ child_id: id, decision: '附条件不起诉', decided_at: events.juvenileRecordAt }]
        : [],
    };
  },
};
