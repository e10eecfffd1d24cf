import { addDays, at } from '../../shared/domain/dates';
import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { isRegistered, rosterRow } from '../../shared/synthetic/places';
import { drawsFor } from '../../shared/synthetic/random';

/** Months of attendance in the synthetic register; schools are closed in February, July and August. */
const MONTHS = 6;
const HOLIDAYS: ReadonlySet<string> = new Set(['02', '07', '08']);

/** Ten or more of 27 points are a positive screening. */
const POSITIVE_SCORE = 10;

/** The synthetic data of education: enrolment and attendance of its pupils, and reports of their schools. */
export const seed: AgencySeed = {
  tables: [
    'child',
    'enrolment',
    'attendance',
    'dropout_alert',
    'bullying_report',
    'wellbeing_screening',
    'special_needs_plan',
    'special_education',
  ],
  ofChild(child, id, district) {
    const { index, schooling } = child;
    const roster = [rosterRow(child, id)];
    if (schooling === null) return { child: roster };
    const draws = drawsFor(district.seed, index);
    const { bullying, wellbeingScore } = schooling;
    return {
      child: roster,
      enrolment: [
        {
          child_id: id,
          school: schooling.school,
          school_type: schooling.schoolType,
          grade: schooling.grade,
          class_name: schooling.className,
          student_number: schooling.studentNumber,
          boarding: schooling.boarding,
          status: '在读',
          as_of: at(district.today, '00:00'),
        },
      ],
      attendance:
        schooling.stage === 'KINDERGARTEN'
          ? []
          : schoolMonthsBefore(district.today).map((month) => {
              const unexcused = Math.round(20 * schooling.truancy);
              return {
                child_id: id,
                month,
                school_days: 20,
                absent_days: Math.min(20, unexcused + (draws.chance(`ill ${month}`, 0.2) ? 1 : 0)),
                unexcused_days: unexcused,
              };
            }),
      dropout_alert: schooling.droppingOut
        ? [
            {
              child_id: id,
              raised_at: at(addDays(district.today, -21), '09:00'),
              stage: '家访劝返',
              returned_at: null,
            },
          ]
        : [],
      bullying_report: bullying
        ? [
            {
              child_id: id,
              reported_at: at(bullying.reportedAt, '11:40'),
              role: bullying.role === 'VICTIM' ? '被欺凌' : '参与',
              severity: bullying.severity,
              measure: '学校已处置并告知家长',
            },
          ]
        : [],
      wellbeing_screening:
        wellbeingScore === null
          ? []
          : [
              {
                child_id: id,
                screened_at: addDays(district.today, -draws.integer('screened', 20, 60)),
                referral:
                  wellbeingScore < POSITIVE_SCORE ? 'NOT_NEEDED' : draws.chance('referred', 0.8) ? 'DONE' : 'DUE',
                score: wellbeingScore,
              },
            ],
      special_needs_plan: schooling.specialNeeds
        ? [
            {
              child_id: id,
              started_at: addDays(district.today, -draws.integer('plan', 100, 700)),
              placement: isRegistered(child, draws, 'placement')
                ? draws.pick('placement', ['随班就读', '特教班', '送教上门'])
                : null,
              review_due: addDays(district.today, draws.integer('review', 10, 200)),
            },
          ]
        : [],
      special_education: schooling.specialEducation
        ? [
            {
              child_id: id,
              admitted_at: addDays(district.today, -draws.integer('admitted', 30, 200)),
              school: '专门学校',
            },
          ]
        : [],
    };
  },
};

function schoolMonthsBefore(today: string): string[] {
  const [year, month] = today.split('-').map(Number) as [number, number];
  const months: string[] = [];
  for (let back = 1; months.length < MONTHS; back += 1) {
    const candidate = new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7);
    if (!HOLIDAYS.has(candidate.slice(5))) months.push(candidate);
  }
  return months;
}
