/**
 * The truth about one synthetic child, from which each agency's seed records only what that agency would know. Dates
 * are ISO (`YYYY-MM-DD`), instants ISO with the offset `+08:00`, regions are codes of 2, 4, 6, 9 or 12 digits.
 */
export interface SyntheticChild {
  /** Position in the district, from 0. The story children come first. */
  readonly index: number;
  readonly story: Story | null;
  readonly person: Person;
  /** The village (12 digits) where the child lives; of a child whose place nobody knows, the county (6). */
  readonly region: string;
  /**
   * False if no agency knows where the child lives and goes to school: moved in, registered elsewhere, a transfer under
   * way. All values that would tell it are then null, and lists empty.
   */
  readonly placeKnown: boolean;
  /** Who keeps the child's place from all others; null for almost every child. */
  readonly locationProtection: LocationProtection | null;
  readonly household: Household;
  readonly circumstances: Circumstances;
  readonly schooling: Schooling | null;
  readonly events: Events;
  readonly companionship: Companionship | null;
  /** The level that a case worker has confirmed; null for a child who was never assessed. */
  readonly risk: Risk | null;
}

export type Story =
  | 'left-behind'
  | 'protected-address'
  | 'sealed'
  | 'unsupported'
  | 'neighbour'
  | 'place-unknown'
  | 'placed'
  | 'warned'
  | 'supported';

/** A child's place kept secret (未成年人保护法 art. 103, 反家庭暴力法 art. 5, 29). */
export interface LocationProtection {
  readonly by: 'public-security' | 'civil-affairs';
  /** 人身安全保护令, 告诫, 临时安置. */
  readonly ground: 'ORDER' | 'WARNING' | 'PLACEMENT';
  readonly since: string;
}

export interface Person {
  /** GB 11643, 18 characters, valid check digit, region prefix 99. */
  readonly idNumber: string;
  readonly fullName: string;
  /** GB/T 2261.1: 1 male, 2 female; agrees with the 17th digit of the ID number. */
  readonly sex: 1 | 2;
  readonly birthDate: string;
  /** GB/T 3304 numeric code, two digits. */
  readonly ethnicity: string;
}

export interface Household {
  /** Full postal address, from county to house number: `青禾县柳溪镇…村…号`. */
  readonly address: string | null;
  /** Where the household is registered: a village code, differing from the residence for migrants; or the county. */
  readonly registeredRegion: string;
  readonly residenceRegion: string | null;
  readonly members: readonly HouseholdMember[];
}

export interface HouseholdMember {
  readonly name: string;
  /** GB/T 4761 kinship to the child, as its Chinese term: 父亲, 母亲, 祖父, 祖母, 外祖父, 外祖母, 兄, 姐, 弟, 妹. */
  readonly kinship: string;
  readonly livesTogether: boolean;
}

export interface Circumstances {
  /** 农村留守儿童: both parents away, or one away and the other unable; under 16. */
  readonly leftBehind: boolean;
  readonly orphan: boolean;
  /** 单亲: one parent has died or left the family for good. */
  readonly singleParent: boolean;
  /** 困境儿童 through poverty. */
  readonly hardship: boolean;
  readonly disabled: boolean;
  readonly seriouslyIll: boolean;
  /** 事实无人抚养: the reason exposes a parent, and only civil affairs may know it. */
  readonly unsupported: Unsupported | null;
  /** Temporary guardianship by civil affairs (未成年人保护法 art. 92). */
  readonly temporaryGuardianship: TemporaryGuardianship | null;
  /** Sealed: the child was adopted. */
  readonly adopted: boolean;
}

export interface Unsupported {
  readonly since: string;
  readonly reason: string;
}

export interface TemporaryGuardianship {
  readonly ground: string;
  readonly since: string;
  /** Where the child was placed: an institution or a foster family. */
  readonly placement: string;
}

export interface Schooling {
  readonly stage: 'KINDERGARTEN' | 'PRIMARY' | 'JUNIOR' | 'SENIOR';
  readonly school: string | null;
  /** 幼儿园, 小学, 初级中学, 高级中学, 中等职业学校. */
  readonly schoolType: string | null;
  /** As schools say it: 小班, 三年级, 七年级, 高二. */
  readonly grade: string;
  readonly className: string | null;
  /** 19 characters: `G` + ID number, or `J` / `L` + 18 digits for generated and temporary ones. */
  readonly studentNumber: string | null;
  readonly boarding: boolean | null;
  readonly droppingOut: boolean;
  /** Share of school days missed without excuse, 0 to 1. */
  readonly truancy: number;
  readonly bullying: {
    readonly role: 'VICTIM' | 'PARTICIPANT';
    readonly severity: string;
    readonly reportedAt: string;
  } | null;
  readonly specialNeeds: boolean;
  /** 青苗守护 screening: 0 to 27, 10 and more is positive. Null before grade 4. */
  readonly wellbeingScore: number | null;
  /** Sealed: 专门教育 (预防未成年人犯罪法 art. 43); the pupil stays on the rolls of the original school. */
  readonly specialEducation: boolean;
}

/** Events in the child's life, by which agencies date their own records. */
export interface Events {
  /**
   * Domestic violence of which an agency knows: the women's federation by a complaint, the police by a warning, both by
   * an application for an order (反家庭暴力法 art. 13, 16, 23). None of them follows from another.
   */
  readonly violence: {
    readonly complaintAt: string | null;
    readonly warnedAt: string | null;
    readonly orderAppliedAt: string | null;
    /** Null without an order in force. */
    readonly orderValidUntil: string | null;
  } | null;
  /** Date of a crime against the child, of which agencies record only the need for support. */
  readonly victimisedAt: string | null;
  /** 夜不归宿 or 离家出走. */
  readonly ranAwayAt: string | null;
  /** A police incident with the child as a person found at risk. */
  readonly foundAtRiskAt: string | null;
  /** A 督促监护令 issued to the parents. */
  readonly guardianshipOrderAt: string | null;
  /** Family guidance (家庭教育指导), ordered by a court or taken up freely. */
  readonly guidance: {
    readonly startedAt: string;
    readonly ordered: boolean;
    readonly done: number;
    readonly planned: number;
  } | null;
  /** Sealed: a juvenile criminal record (预防未成年人犯罪法 art. 59). */
  readonly juvenileRecordAt: string | null;
}

export interface Companionship {
  /** 爱心妈妈 */
  readonly lovingMother: {
    readonly name: string | null;
    readonly since: string;
    readonly lastContactAt: string;
  } | null;
  /** 春蕾安全员 and the tier of care. */
  readonly safetyOfficer: { readonly name: string | null; readonly tier: string; readonly lastVisitAt: string } | null;
}

export interface Risk {
  readonly level: 'RED' | 'ORANGE' | 'YELLOW' | 'BLUE';
  /** Chinese keywords for the reasons; never a sealed or absent fact. */
  readonly basis: readonly string[];
  readonly assessedAt: string;
}
