import { addDays, at } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { protectionRows, rosterRow } from '../../shared/synthetic/places';
import { drawsFor } from '../../shared/synthetic/random';

/** The synthetic data of public security: identity and household of every child, and incidents. */
export const seed: AgencySeed = {
  tables: [
    'person',
    'household',
    'household_member',
    'incident',
    'domestic_violence_warning',
    'absence_alert',
    'juvenile_record',
    'location_protection',
  ],
  ofChild(child, id, district) {
    const { index, person, household, events } = child;
    const draws = drawsFor(district.seed, index);
    const receipt = (day: string, topic: string) => `J${day.replaceAll('-', '')}${draws.integer(topic, 1000, 9999)}`;
    const incident = (part: string, type: string, day: string, handling: string) => ({
      child_id: id,
      part,
      receipt_number: receipt(day, `receipt ${part}`),
      type,
      occurred_at: at(day, '19:20'),
      handling,
    });
    return {
      person: [
        {
          ...rosterRow(child, id),
          full_name: person.fullName,
          birth_date: person.birthDate,
          sex: person.sex,
          ethnicity: person.ethnicity,
          as_of: at(district.today, '00:00'),
        },
      ],
      household: [
        {
          child_id: id,
          address: household.address,
          registered_region: household.registeredRegion,
          residence_region: household.residenceRegion,
        },
      ],
      household_member: household.members.map((member, position) => ({
        child_id: id,
        position,
        name: member.name,
        kinship: member.kinship,
        lives_together: member.livesTogether,
      })),
      incident: [
        ...(events.foundAtRiskAt
          ? [incident('AT_RISK', '未成年人处于危险情形', events.foundAtRiskAt, '已护送回家并通报属地')]
          : []),
        ...(events.victimisedAt ? [incident('VICTIM', '侵害未成年人', events.victimisedAt, '已受理并移送')] : []),
        ...(events.juvenileRecordAt ? [incident('SUSPECT', '涉案', events.juvenileRecordAt, '封存')] : []),
      ],
      domestic_violence_warning: events.violence?.warnedAt
        ? [
            {
              child_id: id,
              number: `告诫〔${events.violence.warnedAt.slice(0, 4)}〕${draws.integer('warning', 100, 999)}号`,
              issued_at: at(events.violence.warnedAt, '10:30'),
              follow_up_due: addDays(events.violence.warnedAt, 30),
              notified_village_at: at(addDays(events.violence.warnedAt, 1), '09:00'),
              followed_up_at:
                addDays(events.violence.warnedAt, 30) < district.today ? addDays(events.violence.warnedAt, 30) : null,
            },
          ]
        : [],
      absence_alert: events.ranAwayAt
        ? [
            {
              child_id: id,
              kind: draws.chance('ran away', 0.3) ? '离家出走' : '夜不归宿',
              raised_at: at(events.ranAwayAt, '23:10'),
              resolved_at: at(addDays(events.ranAwayAt, 1), '08:40'),
            },
          ]
        : [],
      location_protection: protectionRows(child, id, 'public-security', district.today),
      juvenile_record: events.juvenileRecordAt
        ? [{ child_id: id, measure: '训诫', decided_at: events.juvenileRecordAt }]
        : [],
    };
  },
};
