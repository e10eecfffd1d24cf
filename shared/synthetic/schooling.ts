import { ageOn } from '../domain/dates';
import type { Circumstances, Schooling } from './child';
import { type Stage, schoolsNear } from './schools';
import { pastDate, type Subject } from './subject';

const KINDERGARTEN_ENTRY_AGE = 3;
const PRIMARY_ENTRY_AGE = 6;
const FIRST_SCREENED_AGE = PRIMARY_ENTRY_AGE + 3;
const ENROLLED = { kindergarten: 0.96, school: 0.995 } as const;
const VOCATIONAL = 0.4;
const BOARDING: Readonly<Record<Stage, number>> = { KINDERGARTEN: 0, PRIMARY: 0.04, JUNIOR: 0.4, SENIOR: 0.7 };
/** 0.2 % of pupils of compulsory school age, most of them in junior school; more often for left-behind children. */
const DROPPING_OUT: Readonly<Record<Stage, number>> = { KINDERGARTEN: 0, PRIMARY: 0.0004, JUNIOR: 0.0045, SENIOR: 0 };
const DROPPING_OUT_WHEN_LEFT_BEHIND = 5;
const BULLYING = 0.003;
const SPECIAL_NEEDS = { disabled: 0.7, others: 0.0048 } as const;
const SPECIAL_EDUCATION = { fromAge: 12, probability: 0.0005 } as const;

const GRADES = [
  ...['小班', '中班', '大班'],
  ...['一年级', '二年级', '三年级', '四年级', '五年级', '六年级'],
  ...['七年级', '八年级', '九年级'],
  ...['高一', '高二', '高三'],
] as const;
const VOCATIONAL_GRADES = ['中职一年级', '中职二年级', '中职三年级'] as const;
const SCHOOL_TYPES: Readonly<Record<Stage, string>> = {
  KINDERGARTEN: '幼儿园',
  PRIMARY: '小学',
  JUNIOR: '初级中学',
  SENIOR: '高级中学',
};
const FIRST_AND_LAST_AGE: Readonly<Record<Stage, readonly [first: number, last: number]>> = {
  KINDERGARTEN: [3, 5],
  PRIMARY: [6, 11],
  JUNIOR: [12, 14],
  SENIOR: [15, 17],
};

/**
 * The child's age for school: completed years on 31 August before the school year (义务教育法 art. 11), so 3 enters
 * kindergarten, 6 primary, 12 junior and 15 senior school.
 */
export function schoolAge(schoolYear: number, birthDate: string): number {
  return ageOn(`${schoolYear}-08-31`, birthDate);
}

/** The grade in a school of this stage; an age outside the stage counts as its first or last year. */
export function gradeIn(stage: Stage, age: number): string {
  const [first, last] = FIRST_AND_LAST_AGE[stage];
  return GRADES[Math.min(Math.max(age, first), last) - KINDERGARTEN_ENTRY_AGE] as string;
}

/** @returns null for the youngest and for the few who are not enrolled. */
export function schoolingOf(subject: Subject, circumstances: Circumstances, idNumber: string): Schooling | null {
  const { draws, schoolYear, birthDate, region } = subject;
  const age = schoolAge(schoolYear, birthDate);
  if (age < KINDERGARTEN_ENTRY_AGE) return null;
  const stage = stageAt(age);
  const isPupil = stage !== 'KINDERGARTEN';
  if (!draws.chance('enrolled', isPupil ? ENROLLED.school : ENROLLED.kindergarten)) return null;

  const vocational = stage === 'SENIOR' && draws.chance('vocational', VOCATIONAL);
  const schoolType = vocational ? '中等职业学校' : SCHOOL_TYPES[stage];
  const droppingOut = isDroppingOut(subject, circumstances, stage);
  return {
    stage,
    school: draws.pick('school', schoolsNear(region, schoolType)).name,
    schoolType,
    grade: vocational ? (VOCATIONAL_GRADES[age - 15] as string) : gradeIn(stage, age),
    className: `${draws.integer('class', 1, stage === 'KINDERGARTEN' ? 3 : 8)}班`,
    studentNumber: isPupil ? studentNumberOf(subject, idNumber) : null,
    boarding: draws.chance('boarding', BOARDING[stage]),
    droppingOut,
    truancy: isPupil ? truancyOf(subject, droppingOut) : 0,
    bullying: isPupil ? bullyingOf(subject) : null,
    specialNeeds:
      isPupil && draws.chance('special-needs', circumstances.disabled ? SPECIAL_NEEDS.disabled : SPECIAL_NEEDS.others),
    wellbeingScore: age < FIRST_SCREENED_AGE ? null : wellbeingScoreOf(subject, circumstances),
    specialEducation:
      isPupil &&
      subject.age >= SPECIAL_EDUCATION.fromAge &&
      draws.chance('special-education', SPECIAL_EDUCATION.probability),
  };
}

// Private:

function stageAt(age: number): Stage {
  if (age < PRIMARY_ENTRY_AGE) return 'KINDERGARTEN';
  if (age < 12) return 'PRIMARY';
  return age < 15 ? 'JUNIOR' : 'SENIOR';
}

/**
 * `G` numbers contain the ID number; `J` and `L` numbers are unique by the index, and reveal neither birth date nor ID
 * number.
 */
function studentNumberOf({ draws, index }: Subject, idNumber: string): string {
  const kind = draws.unit('student-number');
  if (kind < 0.975) return `G${idNumber}`;
  const random = String(draws.integer('student-number.digits', 0, 9_999_999_999)).padStart(10, '0');
  return `${kind < 0.99 ? 'J' : 'L'}${random}${String(index).padStart(8, '0')}`;
}

function isDroppingOut({ draws }: Subject, { leftBehind }: Circumstances, stage: Stage): boolean {
  return draws.chance('dropping-out', DROPPING_OUT[stage] * (leftBehind ? DROPPING_OUT_WHEN_LEFT_BEHIND : 1));
}

/**
 * Most pupils miss almost nothing; one in 250 misses a tenth of the days or more, and a pupil who drops out far more.
 */
function truancyOf({ draws }: Subject, droppingOut: boolean): number {
  const lean = draws.unit('truancy');
  if (droppingOut) return rounded(0.15 + 0.5 * lean);
  if (draws.chance('truancy.marked', 0.004)) return rounded(0.1 + 0.2 * lean);
  return rounded(0.04 * lean ** 6);
}

function rounded(share: number): number {
  return Math.round(share * 1000) / 1000;
}

function bullyingOf(subject: Subject): Schooling['bullying'] {
  const { draws } = subject;
  if (!draws.chance('bullying', BULLYING)) return null;
  return {
    role: draws.chance('bullying.victim', 0.6) ? 'VICTIM' : 'PARTICIPANT',
    severity: draws.pick('bullying.severity', ['轻微', '轻微', '一般', '严重']),
    reportedAt: pastDate(subject, 'bullying.reported', 3, 350),
  };
}

function wellbeingScoreOf({ draws }: Subject, { leftBehind }: Circumstances): number {
  const lean = draws.unit('wellbeing.score');
  const positive = draws.chance('wellbeing.positive', leftBehind ? 0.14 : 0.08);
  return positive ? 10 + Math.floor(18 * lean ** 2) : Math.floor(10 * lean ** 1.5);
}
