import { join } from 'node:path';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { AGENCIES, type Agency, enumName } from '../../shared/domain/agencies';
import { addDays, at } from '../../shared/domain/dates';
import { checkDigit } from '../../shared/domain/id-number';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import type { DescribeFullChild, FullChildPart } from '../../shared/synthetic/full-child';
import { confirmedParts, confirmOthersInStories } from './confirmed-parts';
import { childIdOf, TEST_DISTRICT } from './databases';

/** Sequences below 010 belong to story children; no story child was born on this day. */
const FIRST_17 = '99010120150314008';
const BIRTH_DATE = '2015-03-14';

const idNumber = `${FIRST_17}${checkDigit(FIRST_17)}`;

/**
 * A child about whom every agency has data of every kind, so a clear answer is never empty. Each agency's part is in
 * its own folder; the governance centre's, on which all tests depend, is here.
 */
export const FULL_CHILD = {
  idNumber,
  id: childIdOf(idNumber),
  region: '990101001001',
  case: {
    id: 'fc000000-0000-8000-8000-00000000000a',
    number: '990101-全-0001',
    region: '990101001',
  },
  /** Another case without children, on the docket of the last meeting. */
  otherCase: { id: 'fc000000-0000-8000-8000-00000000000f', number: '990101-全-0002' },
  clue: {
    id: 'fc000000-0000-8000-8000-00000000000b',
    channel: '全例渠道',
    receiptNumber: 'XS-全例-0001',
    receivedAt: '2020-01-05T06:00:00.000Z',
  },
  opinion: '全例单位意见',
  note: '全例环节备注',
  amendment: { reason: '全例更正理由', officer: '全例承接人', formerInstruction: '全例原任务要求' },
  evidence: '全例佐证材料',
  minutes: '全例会议纪要',
  decision: '全例会议决定',
  decidedAt: '2020-02-03T02:30:00.000Z',
  /** The purpose of its visits' notes. */
  writtenFor: 'VISIT',
  town: '柳溪镇',
  outcome: '全例办理结果',
  instruction: '全例任务要求',
  task: { id: 'fc000000-0000-8000-8000-000000000010' },
  /** The confirmed part of an officer of civil affairs in the case. */
  participation: 'fc000000-0000-8000-8000-000000000013',
  /** A standing duty of an officer of civil affairs. */
  /** A request for a release by an officer of civil affairs. */
  release: { id: 'fc000000-0000-8000-8000-000000000016', officer: '全例放行申请人' },
  duty: { id: 'fc000000-0000-8000-8000-000000000015', officer: '全例岗位人' },
  assessment: 'fc000000-0000-8000-8000-000000000011',
  emergencyUse: 'fc000000-0000-8000-8000-000000000012',
  support: 'fc000000-0000-8000-8000-000000000017',
  villageNotice: 'fc000000-0000-8000-8000-000000000018',
  /** An access to all agencies' data about the child. */
  access: { caller: '全例查阅人', requestId: 'fc000000-0000-8000-8000-000000000014', day: '2021-03-04' },
  /** All discuss the case; only one agency attends the last. */
  meetings: {
    regular: { id: 'fc000000-0000-8000-8000-00000000000c', number: '2020-901', kind: 'REGULAR' },
    conference: { id: 'fc000000-0000-8000-8000-00000000000d', number: '2020-902', kind: 'CASE_CONFERENCE' },
    civilAffairsOnly: { id: 'fc000000-0000-8000-8000-00000000000e', number: '2020-903', kind: 'REGULAR' },
  },
  meetingRegion: '990101',
} as const;

const CENTRE = 'governance-center';
const ALL_AGENCIES = AGENCIES.map(enumName);
const { id, case: ofCase, otherCase, clue, meetings } = FULL_CHILD;

/** The centre's values of the child. */
const shown = {
  region: { name: '青禾县' },
  place: { name: '青塘村' },
  risk: { confirmedBy: '全例确认人', reason: '全例确认说明', visits: { by: '全例走访人', note: '全例风险走访' } },
  riskHistory: { confirmedBy: '全例确认人' },
  riskProposal: { basis: '全例建议依据' },
  protectionCategories: {
    category: 'ORPHAN_OR_HARDSHIP',
    responsible: '全例包保人',
    visits: { by: '全例帮扶人', note: '全例帮扶走访' },
  },
  villageNotices: { nextVisitDue: '2026-02-27' },
  misconductSupport: { since: '2025-12-04', visits: { note: '全例四访五帮记述' } },
  cases: { id: ofCase.id },
};

export const FULL_CHILD_STEP = {
  by: '全例经办人',
  agency: 'GOVERNANCE_CENTER',
  note: FULL_CHILD.note,
  evidence: FULL_CHILD.evidence,
} as const;

export const FULL_CHILD_AMENDMENT = { kind: 'HANDED_OVER', by: '全例更正人', ...FULL_CHILD.amendment } as const;

export const FULL_CHILD_CLUE = {
  situation: '全例情形',
  channel: clue.channel,
  receiptNumber: clue.receiptNumber,
  facts: '全例线索事实',
  feedback: '全例反馈内容',
  child: { id },
  case: { id: ofCase.id },
  reporter: '全例报告人',
  reporterContact: '全例联系方式',
} as const;

const of = (rest: object) => ({ child_id: id, ...rest });

/** In the access ledger, by an officer of the child's region. */
export const FULL_CHILD_ACCESS: LedgerEntry = {
  v: 2,
  requestId: FULL_CHILD.access.requestId,
  stage: 'ended',
  time: `${FULL_CHILD.access.day}T01:00:00.000Z`,
  peer: null,
  requests: 1,
  caller: {
    id: FULL_CHILD.access.caller,
    agency: 'governance-center',
    roles: ['case-worker'],
    region: FULL_CHILD.region,
  },
  purpose: 'EMERGENCY',
  reference: 'case/全例依据',
  approvedBy: '全例批准人',
  operation: { kind: 'query', name: '全例操作', hash: '全例摘要' },
  rules: 'rules-1',
  children: [id],
  looks: AGENCIES.map((agency) => ({ agency, dataClass: `${agency}.全例`, answer: 'clear', children: 'all' })),
  emergency: { reason: '全例紧急理由', uses: ['全例紧急编号'] },
  outcome: { status: 418, codes: ['全例代码'] },
  milliseconds: 12,
  lookups: null,
};

/** Rows of the centre's tables, each after those that it refers to. */
const rows = {
  child: [{ child_id: id, region: FULL_CHILD.region }],
  risk_assessment: [
    of({
      level: 'ORANGE',
      basis: ['全例依据'],
      assessed_at: at('2026-01-05', '10:00'),
      confirmed_by: shown.risk.confirmedBy,
      next_visit_due: '2026-03-05',
      in_force: true,
      reason: shown.risk.reason,
      assessment_key: FULL_CHILD.assessment,
    }),
  ],
  risk_visit: [
    {
      visit_id: FULL_CHILD.assessment,
      assessment_key: FULL_CHILD.assessment,
      visited_at: at('2026-01-06', '10:00'),
      visited_by: shown.risk.visits.by,
      note: shown.risk.visits.note,
      written_for: FULL_CHILD.writtenFor,
    },
  ],
  risk_proposal: [
    of({
      proposal_id: FULL_CHILD.assessment,
      level: 'RED',
      basis: [shown.riskProposal.basis],
      practice: '99/2020-1',
      proposed_at: at('2026-01-04', '10:00'),
    }),
  ],
  protection_assignment: [
    of({
      assignment_id: FULL_CHILD.assessment,
      category: 'ORPHAN_OR_HARDSHIP',
      lead_agency: 'CIVIL_AFFAIRS',
      responsible: shown.protectionCategories.responsible,
      since: '2025-02-03',
    }),
  ],
  protection_visit: [
    {
      visit_id: FULL_CHILD.assessment,
      assignment_id: FULL_CHILD.assessment,
      party: 'FAMILY',
      helps: [],
      visited_at: at('2026-01-07', '10:00'),
      visited_by: shown.protectionCategories.visits.by,
      agency: 'CIVIL_AFFAIRS',
      note: shown.protectionCategories.visits.note,
      written_for: FULL_CHILD.writtenFor,
    },
  ],
  misconduct_support: [
    of({
      support_id: FULL_CHILD.support,
      lead_agency: 'PUBLIC_SECURITY',
      helpers: ['CIVIL_AFFAIRS'],
      since: shown.misconductSupport.since,
      next_visit_due: null,
    }),
  ],
  support_visit: [
    {
      visit_id: FULL_CHILD.support,
      support_id: FULL_CHILD.support,
      party: 'SELF',
      helps: ['STUDY'],
      visited_at: at('2026-01-06', '15:00'),
      visited_by: '全例四访人',
      agency: 'PUBLIC_SECURITY',
      note: shown.misconductSupport.visits.note,
    },
  ],
  village_notice: [
    of({
      notice_id: FULL_CHILD.villageNotice,
      kind: 'WARNING',
      agency: 'PUBLIC_SECURITY',
      notified_at: at('2026-01-28', '16:00'),
      notified_by: '全例通知人',
      // In force while the tests run.
      until: '2099-04-28',
      next_visit_due: shown.villageNotices.nextVisitDue,
    }),
  ],
  case_file: [ofCase, otherCase].map(({ id: case_id, number }) => ({
    case_id,
    number,
    level: 'ORANGE',
    region: ofCase.region,
    step: 'REFERRED',
    due_at: null,
    agencies: ALL_AGENCIES,
    // Older than any other, so that the newest cases of the district stay the generator's.
    opened_at: at('2020-01-06', '09:30'),
    closed_at: null,
    version: 1,
  })),
  case_child: [{ case_id: ofCase.id, child_id: id }],
  case_step: [
    {
      case_id: ofCase.id,
      step: 'REFERRED',
      taken_by: FULL_CHILD_STEP.by,
      agency: FULL_CHILD_STEP.agency,
      taken_at: at('2020-01-07', '10:00'),
      note: FULL_CHILD.note,
      evidence: [FULL_CHILD.evidence],
    },
  ],
  case_amendment: [
    {
      case_id: ofCase.id,
      kind: FULL_CHILD_AMENDMENT.kind,
      made_by: FULL_CHILD_AMENDMENT.by,
      agency: 'GOVERNANCE_CENTER',
      made_at: at('2020-01-07', '11:00'),
      reason: FULL_CHILD.amendment.reason,
      officer: FULL_CHILD.amendment.officer,
      words_before: FULL_CHILD.amendment.formerInstruction,
    },
  ],
  joint_meeting: Object.values(meetings).map(({ id: meeting_id, number, kind }) => ({
    meeting_id,
    number,
    kind,
    // Open to attendees while the tests run.
    held_at: at(addDays(TEST_DISTRICT.today, -20), '09:00'),
    region: FULL_CHILD.meetingRegion,
    agencies: meeting_id === meetings.civilAffairsOnly.id ? [enumName('civil-affairs')] : ALL_AGENCIES,
    minutes: FULL_CHILD.minutes,
  })),
  docket_item: [
    ...Object.values(meetings).map(({ id: meeting_id }) => ({
      meeting_id,
      position: 1,
      case_id: ofCase.id,
      decision: FULL_CHILD.decision,
      decided_at: FULL_CHILD.decidedAt,
    })),
    { meeting_id: meetings.civilAffairsOnly.id, position: 2, case_id: otherCase.id, decision: null, decided_at: null },
  ],
  docket_opinion: Object.values(meetings).map(({ id: meeting_id }) => ({
    opinion_id: meeting_id,
    meeting_id,
    case_id: ofCase.id,
    officer: '全例参会人',
    agency: 'EDUCATION',
    opinion: FULL_CHILD.opinion,
    given_at: at('2020-02-03', '10:00'),
  })),
  task: [
    {
      task_id: FULL_CHILD.task.id,
      case_id: ofCase.id,
      agency: 'CIVIL_AFFAIRS',
      kind: '其他',
      instruction: FULL_CHILD.instruction,
      outcome: FULL_CHILD.outcome,
      // The earliest due item.
      due_at: at('2020-01-08', '18:00'),
    },
  ],
  task_child: [{ task_id: FULL_CHILD.task.id, child_id: id }],
  clue: [
    {
      clue_id: clue.id,
      channel: clue.channel,
      situation: FULL_CHILD_CLUE.situation,
      received_at: clue.receivedAt,
      region: FULL_CHILD.region,
      child_id: id,
      case_id: ofCase.id,
      facts: FULL_CHILD_CLUE.facts,
      feedback: FULL_CHILD_CLUE.feedback,
      feedback_due: null,
      feedback_at: at('2020-01-06', '14:00'),
      receipt_number: clue.receiptNumber,
      // The first leads.
      recipients: ['civil-affairs', 'education'],
    },
  ],
  emergency_use: [
    of({
      use_id: FULL_CHILD.emergencyUse,
      officer: 'full-officer',
      agency: 'PUBLIC_SECURITY',
      region: FULL_CHILD.region,
      reason: '全例紧急处置事由，接报走失',
      opened_at: at('2020-01-05', '10:00'),
      expires_at: at('2020-01-05', '10:30'),
      // Never overdue.
      review_due: at('2099-01-05', '10:00'),
    }),
  ],
  participation: [
    ...confirmedParts([
      { case_id: ofCase.id },
      ...Object.values(meetings).map(({ id: meeting_id }) => ({ meeting_id })),
    ]),
    {
      participation_id: FULL_CHILD.participation,
      case_id: ofCase.id,
      officer: '全例参与人',
      agency: 'CIVIL_AFFAIRS',
      confirmed_by: '全例负责人',
      confirmed_at: at('2026-01-03', '09:00'),
    },
  ],
  duty: [
    {
      duty_id: FULL_CHILD.duty.id,
      officer: FULL_CHILD.duty.officer,
      agency: 'CIVIL_AFFAIRS',
      kind: 'INTAKE',
      region: ofCase.region,
      valid_from: '2020-01-03',
      valid_until: '2020-12-31',
      confirmed_by: '全例负责人',
      confirmed_at: at('2020-01-03', '09:00'),
    },
  ],
  opening: [
    of({
      officer: FULL_CHILD.access.caller,
      agency: 'GOVERNANCE_CENTER',
      region: FULL_CHILD.region,
      purpose: 'VISIT',
      day: FULL_CHILD.access.day,
      reference: 'visits/全例岗位',
      opened_at: at(FULL_CHILD.access.day, '09:00'),
    }),
  ],
  release_request: [
    {
      request_id: FULL_CHILD.release.id,
      officer: FULL_CHILD.release.officer,
      agency: 'CIVIL_AFFAIRS',
      region: ofCase.region,
      purpose: 'VISIT',
      number: 5,
      ground: '全例放行事由',
      day: '2020-01-06',
      requested_at: at('2020-01-06', '09:00'),
    },
  ],
  clue_reporter: [{ clue_id: clue.id, reporter: FULL_CHILD_CLUE.reporter, contact: FULL_CHILD_CLUE.reporterContact }],
};

const PARTS: ReadonlyMap<Agency, FullChildPart> = new Map(
  SUBGRAPHS.map(({ agency, folder }): readonly [Agency, FullChildPart] => {
    if (agency === CENTRE) return [agency, { shown, rows }];
    const { default: describe } = require(join(folder, 'test/full-child')) as { default: DescribeFullChild };
    const { region } = FULL_CHILD;
    return [agency, describe({ id, idNumber, birthDate: BIRTH_DATE, region, today: TEST_DISTRICT.today })];
  }),
);

/** The child's values for a caller who may see everything; of lists, the only element. */
export const FULL_CHILD_ANSWERS: Readonly<Record<string, unknown>> = Object.fromEntries(
  [...PARTS.values()].flatMap((part) => Object.entries(part.shown)),
);

/** The attributes of the child's records for the rules, from the agencies' folders. */
export const FULL_CHILD_RECORDS: FullChildPart['records'] = Object.fromEntries(
  [...PARTS.values()].flatMap(({ records = {} }) => Object.entries(records)),
);

/** The child's rows at an agency by table, each table after those that it refers to. */
export const fullChildRows = (agency: Agency): FullChildPart['rows'] => PARTS.get(agency)?.rows ?? {};

/** Inserts the child at an agency, as the owner of its tables. */
export async function insertFullChild(agency: Agency, { ownerUrl = '' }: AgencyDatabase): Promise<void> {
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 0 });
  try {
    await owner.transaction(async (transaction) => {
      for (const [table, rows] of Object.entries(fullChildRows(agency))) {
        await transaction.withSchema('base').table(table).insert(rows);
      }
      if (agency === CENTRE) await confirmOthersInStories(transaction);
    });
  } finally {
    await owner.destroy();
  }
}
