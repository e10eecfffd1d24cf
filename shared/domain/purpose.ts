/** The purpose of an access: 风险研判, 个案处置, 联席会商, 救助帮扶, 走访, 强制报告受理, 紧急处置, 督导, 统计, 本部门履职, 访问审计. */
export const PURPOSES = [
  'RISK_ASSESSMENT',
  'CASE_HANDLING',
  'JOINT_MEETING',
  'WELFARE_SERVICE',
  'VISIT',
  'MANDATORY_REPORT',
  'EMERGENCY',
  'SUPERVISION',
  'STATISTICS',
  'OWN_DUTY',
  'ACCESS_AUDIT',
] as const;

export type Purpose = (typeof PURPOSES)[number];

export function isPurpose(name: string): name is Purpose {
  return (PURPOSES as readonly string[]).includes(name);
}

/**
 * What can justify a need-to-know purpose: 个案, 会议, a case's 任务, a 牵头帮扶 assignment, an opened 研判, the 走访 list of a
 * duty, 线索.
 */
export const REFERENCE_KINDS = ['case', 'meeting', 'task', 'protection', 'assessment', 'visits', 'clue'] as const;

export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** What justifies a need-to-know purpose: `{ kind: 'case', id: '4984292b-5e62-8e79-a47a-aa24f1b616d4' }`. */
export interface Reference {
  readonly kind: ReferenceKind;
  readonly id: string;
}

/** The kinds of reference that a purpose can have, and whether it needs one. */
export interface ReferenceNeed {
  readonly kinds: readonly ReferenceKind[];
  readonly required: boolean;
}

/** Purposes without an entry have no reference. */
export const REFERENCE_KIND: Readonly<Partial<Record<Purpose, ReferenceNeed>>> = {
  RISK_ASSESSMENT: { kinds: ['assessment'], required: false },
  CASE_HANDLING: { kinds: ['case'], required: true },
  JOINT_MEETING: { kinds: ['meeting'], required: true },
  WELFARE_SERVICE: { kinds: ['task', 'protection'], required: true },
  VISIT: { kinds: ['visits'], required: true },
  MANDATORY_REPORT: { kinds: ['clue'], required: false },
};

/**
 * @returns every reference that the purpose can be stated with, null for none: `['task', 'protection']`, `[null,
 *   'visits']`, `[null]`.
 */
export function referenceKindsOf(purpose: Purpose): readonly (ReferenceKind | null)[] {
  const { kinds, required } = REFERENCE_KIND[purpose] ?? { kinds: [], required: false };
  return required ? kinds : [null, ...kinds];
}
