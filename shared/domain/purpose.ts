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

/** The case or meeting that justifies a need-to-know purpose. */
export interface Reference {
  readonly kind: 'case' | 'meeting';
  readonly id: string;
}

/** The kind of reference that a purpose requires, if any. */
export const REFERENCE_KIND: Readonly<Partial<Record<Purpose, Reference['kind']>>> = {
  CASE_HANDLING: 'case',
  JOINT_MEETING: 'meeting',
};
