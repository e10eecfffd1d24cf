import { dayOf, isoOf, schoolYearOf } from './calendar';
import type { Circumstances, Events, Household, Schooling, SyntheticChild } from './child';
import { addressIn } from './geography';
import { asRegistered } from './places';
import { drawsFor } from './random';
import { gradeIn, schoolAge } from './schooling';

/** Number of story children, who come first in every district. */
export const STORY_COUNT = 9;

/**
 * The nine children of documents and tests, the same in every district: names, households, schools and events never
 * vary, dates are at fixed distances from `today`, and only the grade follows the school year. Their ages fit their
 * schools from September 2025 to 20 February 2027, the last day on which all are minors.
 *
 * @param today `YYYY-MM-DD`
 */
export function storyAt(today: string, index: number): SyntheticChild {
  const story = STORIES[index];
  if (story === undefined) throw new RangeError(`Stories have the indices 0 to ${STORY_COUNT - 1}.`);
  return { ...story(tellerOf(today)), index };
}

// Private:

type Tale = Omit<SyntheticChild, 'index'>;

interface Teller {
  readonly daysAgo: (days: number) => string;
  readonly inDays: (days: number) => string;
  readonly grade: (stage: Schooling['stage'], birthDate: string) => string;
}

const STORIES: readonly ((teller: Teller) => Tale)[] = [
  leftBehind,
  protectedAddress,
  sealed,
  unsupported,
  neighbour,
  placeUnknown,
  placed,
  warned,
  supported,
];

function tellerOf(today: string): Teller {
  const day = dayOf(today);
  return {
    daysAgo: (days) => isoOf(day - days),
    inDays: (days) => isoOf(day + days),
    grade: (stage, birthDate) => gradeIn(stage, schoolAge(schoolYearOf(today), birthDate)),
  };
}

const OPEN = { placeKnown: true, locationProtection: null } as const satisfies Partial<Tale>;

const UNREMARKABLE: Circumstances = {
  leftBehind: false,
  orphan: false,
  singleParent: false,
  hardship: false,
  disabled: false,
  seriouslyIll: false,
  unsupported: null,
  temporaryGuardianship: null,
  adopted: false,
};

const UNEVENTFUL: Events = {
  violence: null,
  victimisedAt: null,
  ranAwayAt: null,
  foundAtRiskAt: null,
  guardianshipOrderAt: null,
  guidance: null,
  juvenileRecordAt: null,
};

const REGULAR = {
  boarding: false,
  droppingOut: false,
  truancy: 0,
  bullying: null,
  specialNeeds: false,
  specialEducation: false,
} as const satisfies Partial<Schooling>;

function at(region: string, group: number, house: number): Omit<Household, 'members'> {
  return {
    address: addressIn(region, group, house),
    registeredRegion: region,
    residenceRegion: region,
  };
}

/** Left behind with her grandparents, with much of what agencies can record about a child without secrets. */
function leftBehind({ daysAgo, grade }: Teller): Tale {
  const region = '990101001001';
  const idNumber = '99010120130517002X';
  const birthDate = '2013-05-17';
  return {
    story: 'left-behind',
    region,
    ...OPEN,
    person: { idNumber, fullName: '林小溪', sex: 2, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 3, 12),
      members: [
        { name: '林水生', kinship: '父亲', livesTogether: false },
        { name: '苏巧枝', kinship: '母亲', livesTogether: false },
        { name: '林有田', kinship: '祖父', livesTogether: true },
        { name: '周桂香', kinship: '祖母', livesTogether: true },
      ],
    },
    circumstances: { ...UNREMARKABLE, leftBehind: true },
    schooling: {
      ...REGULAR,
      stage: 'JUNIOR',
      school: '柳溪镇初级中学',
      schoolType: '初级中学',
      grade: grade('JUNIOR', birthDate),
      className: '2班',
      studentNumber: `G${idNumber}`,
      droppingOut: true,
      truancy: 0.18,
      wellbeingScore: 12,
    },
    events: {
      ...UNEVENTFUL,
      ranAwayAt: daysAgo(24),
      guardianshipOrderAt: daysAgo(16),
      guidance: { startedAt: daysAgo(12), ordered: true, done: 1, planned: 6 },
    },
    companionship: {
      lovingMother: { name: '何春菱', since: daysAgo(400), lastContactAt: daysAgo(9) },
      safetyOfficer: { name: '方秋穗', tier: '重点关爱', lastVisitAt: daysAgo(5) },
    },
    // Confirmed before she ran away; no case worker has assessed her since.
    risk: { level: 'YELLOW', basis: ['留守', '辍学预警'], assessedAt: daysAgo(45) },
  };
}

/** Moved after violence at home: an order is in force, and the police keep the place from everyone else. */
function protectedAddress({ daysAgo, inDays, grade }: Teller): Tale {
  const region = '990101001002';
  const idNumber = '990101201209030019';
  const birthDate = '2012-09-03';
  return {
    story: 'protected-address',
    region,
    placeKnown: true,
    locationProtection: { by: 'public-security', ground: 'ORDER', since: daysAgo(30) },
    person: { idNumber, fullName: '许沐川', sex: 1, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 5, 41),
      members: [
        { name: '许长松', kinship: '父亲', livesTogether: false },
        { name: '唐彩云', kinship: '母亲', livesTogether: true },
      ],
    },
    circumstances: { ...UNREMARKABLE, hardship: true },
    schooling: {
      ...REGULAR,
      stage: 'JUNIOR',
      school: '柳溪镇第二初级中学',
      schoolType: '初级中学',
      grade: grade('JUNIOR', birthDate),
      className: '4班',
      studentNumber: `G${idNumber}`,
      truancy: 0.02,
      specialNeeds: true,
      wellbeingScore: 15,
    },
    events: {
      ...UNEVENTFUL,
      violence: {
        complaintAt: daysAgo(37),
        warnedAt: daysAgo(35),
        orderAppliedAt: daysAgo(30),
        orderValidUntil: inDays(150),
      },
      victimisedAt: daysAgo(37),
      guardianshipOrderAt: daysAgo(28),
    },
    companionship: {
      lovingMother: { name: '秦晚晴', since: daysAgo(300), lastContactAt: daysAgo(15) },
      safetyOfficer: { name: '方秋穗', tier: '重点关爱', lastVisitAt: daysAgo(8) },
    },
    risk: { level: 'RED', basis: ['监护风险'], assessedAt: daysAgo(34) },
  };
}

/** An ordinary pupil to everyone; the only notable fact is sealed. */
function sealed({ daysAgo, grade }: Teller): Tale {
  const region = '990101002001';
  const idNumber = '990101200902210056';
  const birthDate = '2009-02-21';
  return {
    story: 'sealed',
    region,
    ...OPEN,
    person: { idNumber, fullName: '陈知远', sex: 1, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 1, 8),
      members: [
        { name: '陈广林', kinship: '父亲', livesTogether: true },
        { name: '吴翠莲', kinship: '母亲', livesTogether: true },
        { name: '陈禾苗', kinship: '妹', livesTogether: true },
      ],
    },
    circumstances: UNREMARKABLE,
    schooling: {
      ...REGULAR,
      stage: 'SENIOR',
      school: '青禾县第一高级中学',
      schoolType: '高级中学',
      grade: grade('SENIOR', birthDate),
      className: '6班',
      studentNumber: `G${idNumber}`,
      boarding: true,
      wellbeingScore: 4,
    },
    events: { ...UNEVENTFUL, juvenileRecordAt: daysAgo(260) },
    companionship: null,
    risk: null,
  };
}

/** Without de facto support (事实无人抚养): the status may be known, the reason and the placement may not. */
function unsupported({ daysAgo, grade }: Teller): Tale {
  const region = '990101001001';
  const idNumber = '990101201608110067';
  const birthDate = '2016-08-11';
  return {
    story: 'unsupported',
    region,
    ...OPEN,
    person: { idNumber, fullName: '罗念夏', sex: 2, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 6, 27),
      members: [
        { name: '罗满仓', kinship: '父亲', livesTogether: false },
        { name: '丁玉梅', kinship: '母亲', livesTogether: false },
        { name: '谢腊梅', kinship: '祖母', livesTogether: true },
      ],
    },
    circumstances: {
      ...UNREMARKABLE,
      unsupported: { since: daysAgo(300), reason: '父亲服刑，母亲失联六个月以上' },
      temporaryGuardianship: {
        ground: '监护人因自身客观原因不能履行监护职责，导致监护缺失',
        since: daysAgo(60),
        placement: '青禾县家庭寄养点',
      },
    },
    schooling: {
      ...REGULAR,
      stage: 'PRIMARY',
      school: '柳溪镇中心小学',
      schoolType: '小学',
      grade: grade('PRIMARY', birthDate),
      className: '1班',
      studentNumber: `G${idNumber}`,
      truancy: 0.01,
      wellbeingScore: 8,
    },
    events: UNEVENTFUL,
    companionship: {
      lovingMother: null,
      safetyOfficer: { name: '方秋穗', tier: '重点关爱', lastVisitAt: daysAgo(11) },
    },
    risk: { level: 'BLUE', basis: ['困境'], assessedAt: daysAgo(55) },
  };
}

/** Without notable facts, in the neighbouring county: no officer of this county needs to know of him. */
function neighbour({ grade }: Teller): Tale {
  const region = '990102001001';
  const idNumber = '990102201401050032';
  const birthDate = '2014-01-05';
  return {
    story: 'neighbour',
    region,
    ...OPEN,
    person: { idNumber, fullName: '宋启舟', sex: 1, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 2, 19),
      members: [
        { name: '宋根喜', kinship: '父亲', livesTogether: true },
        { name: '田香荷', kinship: '母亲', livesTogether: true },
      ],
    },
    circumstances: UNREMARKABLE,
    schooling: {
      ...REGULAR,
      stage: 'JUNIOR',
      school: '桑树湾镇初级中学',
      schoolType: '初级中学',
      grade: grade('JUNIOR', birthDate),
      className: '3班',
      studentNumber: `G${idNumber}`,
      wellbeingScore: 5,
    },
    events: UNEVENTFUL,
    companionship: null,
    risk: null,
  };
}

/**
 * The pair of the protected address: the same happened to him, but nobody protects his place; nobody knows it since he
 * moved. Whoever may not know of a protection cannot tell the two apart.
 */
function placeUnknown(teller: Teller): Tale {
  const pair = protectedAddress(teller);
  const idNumber = '99010120120905001X';
  const living: SyntheticChild = {
    ...pair,
    index: 0,
    story: 'place-unknown',
    placeKnown: false,
    person: { idNumber, fullName: '何远山', sex: 1, birthDate: '2012-09-05', ethnicity: '01' },
    schooling: pair.schooling && { ...pair.schooling, studentNumber: `G${idNumber}` },
  };
  return asRegistered(living, drawsFor('stories', 0));
}

/** Under temporary guardianship, in a place that civil affairs keeps from everyone else (未成年人保护法 art. 92, 93). */
function placed({ daysAgo, grade }: Teller): Tale {
  const region = '990101003001';
  const idNumber = '990101201504160027';
  const birthDate = '2015-04-16';
  return {
    story: 'placed',
    region,
    placeKnown: true,
    locationProtection: { by: 'civil-affairs', ground: 'PLACEMENT', since: daysAgo(40) },
    person: { idNumber, fullName: '沈若溪', sex: 2, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 4, 33),
      members: [{ name: '沈德柱', kinship: '父亲', livesTogether: false }],
    },
    circumstances: {
      ...UNREMARKABLE,
      singleParent: true,
      unsupported: { since: daysAgo(200), reason: '母亲死亡，父亲重度残疾' },
      temporaryGuardianship: {
        ground: '监护人因自身客观原因不能履行监护职责，导致监护缺失',
        since: daysAgo(40),
        placement: '青禾县未成年人救助保护中心',
      },
    },
    schooling: {
      ...REGULAR,
      stage: 'PRIMARY',
      school: '云岭口镇中心小学',
      schoolType: '小学',
      grade: grade('PRIMARY', birthDate),
      className: '2班',
      studentNumber: `G${idNumber}`,
      truancy: 0.01,
      wellbeingScore: 7,
    },
    events: UNEVENTFUL,
    companionship: {
      lovingMother: null,
      safetyOfficer: { name: '柳映霞', tier: '重点关爱', lastVisitAt: daysAgo(13) },
    },
    risk: { level: 'BLUE', basis: ['困境'], assessedAt: daysAgo(35) },
  };
}

/** The police have warned the abuser, and the village visits until the follow-up ends (反家庭暴力法 art. 16, 17). */
function warned({ daysAgo, grade }: Teller): Tale {
  const region = '990101001002';
  const idNumber = '990101201303090085';
  const birthDate = '2013-03-09';
  return {
    story: 'warned',
    region,
    ...OPEN,
    person: { idNumber, fullName: '谢雨桐', sex: 2, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 2, 16),
      members: [
        { name: '谢大川', kinship: '父亲', livesTogether: true },
        { name: '蒋桂芬', kinship: '母亲', livesTogether: true },
      ],
    },
    circumstances: UNREMARKABLE,
    schooling: {
      ...REGULAR,
      stage: 'JUNIOR',
      school: '柳溪镇第二初级中学',
      schoolType: '初级中学',
      grade: grade('JUNIOR', birthDate),
      className: '1班',
      studentNumber: `G${idNumber}`,
      wellbeingScore: 8,
    },
    events: {
      ...UNEVENTFUL,
      violence: { complaintAt: null, warnedAt: daysAgo(20), orderAppliedAt: null, orderValidUntil: null },
    },
    companionship: null,
    risk: { level: 'RED', basis: ['监护风险'], assessedAt: daysAgo(18) },
  };
}

/** Helped by visits after serious misconduct, and an ordinary pupil to everyone else; nothing about him is sealed. */
function supported({ grade }: Teller): Tale {
  const region = '990101001001';
  const idNumber = '990101201206110072';
  const birthDate = '2012-06-11';
  return {
    story: 'supported',
    region,
    ...OPEN,
    person: { idNumber, fullName: '丁一帆', sex: 1, birthDate, ethnicity: '01' },
    household: {
      ...at(region, 1, 5),
      members: [
        { name: '丁有福', kinship: '父亲', livesTogether: true },
        { name: '黄春燕', kinship: '母亲', livesTogether: true },
      ],
    },
    circumstances: UNREMARKABLE,
    schooling: {
      ...REGULAR,
      stage: 'JUNIOR',
      school: '柳溪镇初级中学',
      schoolType: '初级中学',
      grade: grade('JUNIOR', birthDate),
      className: '3班',
      studentNumber: `G${idNumber}`,
      wellbeingScore: 6,
    },
    events: UNEVENTFUL,
    companionship: null,
    risk: null,
  };
}
