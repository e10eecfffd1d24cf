import { addDays, at } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import type { Circumstances } from '../../shared/synthetic/child';
import { isRegistered, protectionRows, rosterRow } from '../../shared/synthetic/places';
import { type Draws, drawsFor } from '../../shared/synthetic/random';

const BENEFIT_CNY = 1_250;
const MONTHS_PAID = 3;

/** The synthetic data of civil affairs: status, guardianship, benefits and visits of the children whom it registers. */
export const seed: AgencySeed = {
  tables: [
    'child',
    'welfare',
    'guardianship_assessment',
    'temporary_guardianship',
    'benefit',
    'home_visit',
    'adoption',
    'location_protection',
  ],
  ofChild(child, id, district) {
    const { index, person, circumstances } = child;
    const draws = drawsFor(district.seed, index);
    const categories = categoriesOf(circumstances);
    const supported = categories.some((category) => category !== 'LEFT_BEHIND');
    const visitedAt = addDays(district.today, -draws.integer('visited', 3, 28));
    const assessedAt = addDays(district.today, -draws.integer('assessed', 20, 330));
    return {
      child: [rosterRow(child, id)],
      welfare:
        categories.length > 0
          ? [
              {
                child_id: id,
                categories,
                since: circumstances.unsupported?.since ?? addDays(district.today, -draws.integer('welfare', 60, 900)),
                reason: circumstances.unsupported?.reason ?? null,
              },
            ]
          : [],
      guardianship_assessment:
        categories.length > 0
          ? [
              {
                child_id: id,
                scheme: '监护能力评估（2024版）',
                grade: gradeOf(circumstances, draws),
                assessed_at: assessedAt,
                next_due: addDays(assessedAt, 365),
              },
            ]
          : [],
      temporary_guardianship: circumstances.temporaryGuardianship
        ? [
            {
              child_id: id,
              ground: circumstances.temporaryGuardianship.ground,
              since: circumstances.temporaryGuardianship.since,
              placement: circumstances.temporaryGuardianship.placement,
            },
          ]
        : [],
      benefit: supported
        ? monthsBefore(district.today, MONTHS_PAID).map((month) => ({
            child_id: id,
            kind: circumstances.orphan || circumstances.unsupported ? '基本生活费' : '困境儿童生活补贴',
            monthly_amount: circumstances.orphan || circumstances.unsupported ? BENEFIT_CNY : BENEFIT_CNY / 2,
            month,
          }))
        : [],
      home_visit:
        categories.length > 0
          ? [
              {
                child_id: id,
                visited_at: at(visitedAt, '15:00'),
                visitor: isRegistered(child, draws, 'visitor') ? '村儿童主任' : null,
                summary: isRegistered(child, draws, 'visit note')
                  ? draws.pick('visit', ['生活正常，已提醒按时返校', '祖辈照料，情绪平稳', '已登记需求并转介'])
                  : null,
                next_due: addDays(visitedAt, 30),
              },
            ]
          : [],
      location_protection: protectionRows(child, id, 'civil-affairs', district.today),
      adoption: circumstances.adopted
        ? [{ child_id: id, registered_at: addDays(person.birthDate, draws.integer('adopted', 60, 400)) }]
        : [],
    };
  },
};

/** Drawn without regard to a placement, so that the lowest grade does not tell of one. */
function gradeOf({ orphan, unsupported }: Circumstances, draws: Draws): string {
  if (draws.chance('grade.lowest', orphan || unsupported ? 0.5 : 0.08)) return '四级';
  return draws.pick('grade', ['一级', '二级', '二级', '三级']);
}

function categoriesOf(circumstances: Circumstances): string[] {
  return [
    ...(circumstances.orphan ? ['ORPHAN'] : []),
    ...(circumstances.unsupported ? ['DE_FACTO_UNSUPPORTED'] : []),
    ...(circumstances.hardship ? ['HARDSHIP'] : []),
    ...(circumstances.leftBehind ? ['LEFT_BEHIND'] : []),
    ...(circumstances.disabled ? ['DISABLED'] : []),
    ...(circumstances.seriouslyIll ? ['SERIOUSLY_ILL'] : []),
  ];
}

/** The months before `today`, newest first: `2026-10`, `2026-09`, ... */
function monthsBefore(today: string, count: number): string[] {
  const [year, month] = today.split('-').map(Number) as [number, number];
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(year, month - 2 - back, 1)).toISOString().slice(0, 7),
  );
}
