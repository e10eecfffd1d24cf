import { addDays } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../shared/synthetic/child';
import { rosterRow } from '../../shared/synthetic/places';
import { type Draws, drawsFor } from '../../shared/synthetic/random';

/** The synthetic data of the justice bureau: legal aid, mediation, and sealed data. */
export const seed: AgencySeed = {
  tables: ['child', 'legal_aid', 'mediation', 'community_correction', 'resettlement'],
  ofChild(child, id, district) {
    const { index, circumstances, events } = child;
    const draws = drawsFor(district.seed, index);
    const { juvenileRecordAt } = events;
    return {
      child: [rosterRow(child, id)],
      legal_aid: aidFor(events, draws).map((aid) => ({ child_id: id, ...aid })),
      mediation:
        circumstances.singleParent && draws.chance('mediation', 0.1)
          ? [
              {
                child_id: id,
                kind: '抚养费纠纷',
                since: addDays(district.today, -draws.integer('mediation.since', 10, 300)),
                agreed: draws.pick('mediation.agreed', [true, true, false, null]),
              },
            ]
          : [],
      // Sealed: in base tables only.
      community_correction: juvenileRecordAt ? [{ child_id: id, kind: '社区矫正', since: juvenileRecordAt }] : [],
      resettlement:
        juvenileRecordAt && draws.chance('resettlement', 0.5)
          ? [{ child_id: id, kind: '安置帮教', since: juvenileRecordAt }]
          : [],
    };
  },
};

// Private:

function aidFor({ violence, victimisedAt, juvenileRecordAt }: SyntheticChild['events'], draws: Draws) {
  const lawyer = draws.pick('legal aid.lawyer', ['江律师', '陆律师', '白律师']);
  const aid = (matter: string, since: string, for_defence = false) => ({ matter, lawyer, since, for_defence });
  return [
    // The same draw as the procuratorate's `legal_aid`.
    ...(victimisedAt && draws.chance('legal aid', 0.8) ? [aid('刑事案件被害人代理', victimisedAt)] : []),
    ...(violence?.orderAppliedAt ? [aid('人身安全保护令申请', violence.orderAppliedAt)] : []),
    // Sealed: in the base table only.
    ...(juvenileRecordAt ? [aid('刑事辩护', juvenileRecordAt, true)] : []),
  ];
}
