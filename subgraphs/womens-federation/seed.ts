import { addDays, at } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { rosterRow } from '../../shared/synthetic/places';
import { drawsFor } from '../../shared/synthetic/random';

/** The synthetic data of the women's federation: complaints, safety orders, guidance and companions. */
export const seed: AgencySeed = {
  tables: [
    'child',
    'family_complaint',
    'safety_order_application',
    'family_guidance',
    'loving_mother',
    'safety_officer',
  ],
  ofChild(child, id, district) {
    const { index, events, companionship } = child;
    const draws = drawsFor(district.seed, index);
    const { violence, guidance } = events;
    const mother = companionship?.lovingMother;
    const officer = companionship?.safetyOfficer;
    return {
      child: [rosterRow(child, id)],
      family_complaint: [
        ...(violence?.complaintAt
          ? [
              {
                child_id: id,
                received_at: at(violence.complaintAt, '16:20'),
                kind: '家庭暴力',
                handling: '已转公安并跟进',
                reporter: '邻居',
                child_as_offender: false,
                violence: true,
              },
            ]
          : []),
        ...(events.juvenileRecordAt && draws.chance('complaint', 0.5)
          ? [
              {
                child_id: id,
                received_at: at(events.juvenileRecordAt, '16:20'),
                kind: '未成年人行为',
                handling: '封存',
                reporter: null,
                child_as_offender: true,
                violence: false,
              },
            ]
          : []),
      ],
      safety_order_application: violence?.orderAppliedAt
        ? [
            {
              child_id: id,
              applied_at: at(violence.orderAppliedAt, '09:10'),
              decision: violence.orderValidUntil ? '准予' : '驳回',
              decided_at: at(addDays(violence.orderAppliedAt, 2), '17:00'),
              valid_until: violence.orderValidUntil,
              served_on_village_at: violence.orderValidUntil ? addDays(violence.orderAppliedAt, 3) : null,
            },
          ]
        : [],
      family_guidance: guidance
        ? [
            {
              child_id: id,
              started_at: guidance.startedAt,
              ordered: guidance.ordered,
              sessions_done: guidance.done,
              sessions_planned: guidance.planned,
            },
          ]
        : [],
      loving_mother: mother
        ? [
            {
              child_id: id,
              name: mother.name,
              since: mother.since,
              last_contact_at: mother.lastContactAt,
              next_contact_due: addDays(mother.lastContactAt, 30),
            },
          ]
        : [],
      safety_officer: officer
        ? [{ child_id: id, name: officer.name, tier: officer.tier, last_visit_at: officer.lastVisitAt }]
        : [],
    };
  },
};
