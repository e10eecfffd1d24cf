/** Groups of callers that a data class can be opened to: columns of `access.cases.yaml`. */
export const AUDIENCES = [
  'assessment',
  'case-handling',
  'case-officer',
  'welfare',
  'visit',
  'joint-meeting',
  'case-conference',
  'report-recipient',
  'emergency',
] as const;

export type Audience = (typeof AUDIENCES)[number];

/** A rule of `access.cedar`, without its data classes. */
export interface RuleOfAudience {
  readonly id: string;
  readonly comment: string;
  readonly basis: string;
  /** What remains of the name of its sharing agreement after the agency: `joint-meeting/demo-1`. */
  readonly agreement?: string;
  readonly principal: string;
  /** Conditions on the request, written before those on the record. */
  readonly context: readonly string[];
  /** Conditions on the record. */
  readonly record: readonly string[];
}

const IN_REGION = 'resource.region in principal.region';
const IN_A_MEETING =
  '未成年人保护法 第九条、第九十一条、第一百一十一条; 数据安全法 第三十八条; 网络数据安全管理条例 第十二条';
const COVERED = (...kinds: readonly string[]) => {
  const [kind, ...more] = kinds.map((name) => `GrantKind::"${name}"`);
  return [
    'context has grant',
    more.length === 0
      ? `context.grant.kind == ${kind}`
      : `[${[kind, ...more].join(', ')}].contains(context.grant.kind)`,
    'resource has child',
    'context.grant.children.contains(resource.child)',
  ];
};

/** For each audience, the rule that opens a data class to it. */
export const RULE_OF: Readonly<Record<Audience, RuleOfAudience>> = {
  assessment: {
    id: 'assessment',
    comment: '综治中心专干: assessing the one child that they have opened an assessment of.',
    basis: '未成年人保护法 第八十一条; 个人信息保护法 第六条、第三十四条、第三十七条; 网络数据安全管理条例 第十二条',
    agreement: 'governance-center/demo-1',
    principal: 'principal in Role::"case-worker"',
    context: ['context.purpose == Purpose::"RISK_ASSESSMENT"'],
    record: COVERED('assessment'),
  },
  'case-handling': {
    id: 'case-handling',
    comment: '综治中心专干: handling a case that covers the child.',
    basis:
      '未成年人保护法 第十一条第三款、第八十一条; 个人信息保护法 第三十四条、第三十七条; 网络数据安全管理条例 第十二条',
    agreement: 'governance-center/demo-2',
    principal: 'principal in Role::"case-worker"',
    context: ['context.purpose == Purpose::"CASE_HANDLING"'],
    record: COVERED('case'),
  },
  'case-officer': {
    id: 'case-officer',
    comment: '部门经办人: taking part in a case that covers the child; where it lives comes with a task.',
    basis: '未成年人保护法 第九条、第十一条第三款; 个人信息保护法 第六条、第三十四条; 网络数据安全管理条例 第十二条',
    agreement: 'joint-meeting/demo-3',
    principal: 'principal in Role::"agency-officer"',
    context: ['context.purpose == Purpose::"CASE_HANDLING"'],
    record: COVERED('case'),
  },
  welfare: {
    id: 'welfare',
    comment: 'Officers with a task or an assignment learn whom they help, and where. The grant names the children.',
    basis:
      '未成年人保护法 第九条、第九十一条; 个人信息保护法 第六条、第三十四条; 未成年人网络保护条例 第三十六条; 网络数据安全管理条例 第十二条',
    agreement: 'joint-meeting/demo-4',
    principal: 'principal',
    context: [
      '(principal in Role::"agency-officer" || principal in Role::"case-worker" || principal in Role::"child-director")',
      'context.purpose == Purpose::"WELFARE_SERVICE"',
    ],
    record: COVERED('task', 'protection'),
  },
  visit: {
    id: 'visit',
    comment: '综治中心专干、儿童主任: a child on their list of visits.',
    basis:
      '未成年人保护法 第四十三条、第八十一条; 预防未成年人犯罪法 第二十五条; 个人信息保护法 第六条; 网络数据安全管理条例 第十二条',
    agreement: 'joint-meeting/demo-5',
    principal: 'principal',
    context: [
      '(principal in Role::"case-worker" || principal in Role::"child-director")',
      'context.purpose == Purpose::"VISIT"',
    ],
    record: COVERED('visits'),
  },
  'report-recipient': {
    id: 'report-recipient',
    comment: '部门经办人: the child of a report that their agency has received.',
    basis: '未成年人保护法 第十一条; 个人信息保护法 第六条、第三十四条; 网络数据安全管理条例 第十二条',
    agreement: 'joint-meeting/demo-6',
    principal: 'principal in Role::"agency-officer"',
    context: ['context.purpose == Purpose::"MANDATORY_REPORT"'],
    record: COVERED('clue'),
  },
  'joint-meeting': {
    id: 'joint-meeting',
    comment: '联席会议成员: a child on the docket of a meeting that they attend.',
    basis: IN_A_MEETING,
    agreement: 'joint-meeting/demo-1',
    principal: 'principal in Role::"meeting-member"',
    context: ['context.purpose == Purpose::"JOINT_MEETING"'],
    record: COVERED('meeting'),
  },
  'case-conference': {
    id: 'case-conference',
    comment: 'Only where the meeting is a case conference (个案会商).',
    basis: IN_A_MEETING,
    agreement: 'joint-meeting/demo-2',
    principal: 'principal in Role::"meeting-member"',
    context: ['context.purpose == Purpose::"JOINT_MEETING"'],
    record: [
      ...COVERED('meeting'),
      'context.grant has meetingKind',
      'context.grant.meetingKind == MeetingKind::"CASE_CONFERENCE"',
    ],
  },
  emergency: {
    id: 'emergency',
    comment: '紧急处置: break-glass with a written reason, for case workers and the police, within the region.',
    basis: '个人信息保护法 第十三条第一款第四项、第三十四条; 预防未成年人犯罪法 第三十六条; 反家庭暴力法 第十五条',
    principal: 'principal',
    context: [
      'context.purpose == Purpose::"EMERGENCY"',
      'context.reasonGiven',
      `(
    principal in Role::"case-worker" ||
    (principal in Role::"agency-officer" && principal.agency == Agency::"public-security")
  )`,
    ],
    record: [IN_REGION],
  },
};
