import { AGENCIES, type Agency, enumName } from '../../shared/agencies';
import { addDays, ageOn, at } from '../../shared/dates';
import type { AgencyDatabase } from '../../shared/db/agency-database';
import { connect } from '../../shared/db/connect';
import { checkDigit } from '../../shared/id-number';
import type { LedgerEntry } from '../../shared/ledger-entry';
import { ageBand } from '../../subgraphs/public-security/age-band';
import { confirmedParts, confirmOthersInStories } from './confirmed-parts';
import { childIdOf, TEST_DISTRICT } from './databases';

/** Sequences below 010 belong to children that are told about; no story was born on this day. */
const FIRST_17 = '99010120150314008';

const idNumber = `${FIRST_17}${checkDigit(FIRST_17)}`;

/**
 * A child that every agency has something of every kind about, so that a clear answer always has something to show. No
 * two texts are alike: wherever one of them turns up, it is known which field it came from.
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
  /** Of nobody in particular, beside the first on the docket of the last meeting. */
  otherCase: { id: 'fc000000-0000-8000-8000-00000000000f', number: '990101-全-0002' },
  clue: { id: 'fc000000-0000-8000-8000-00000000000b', channel: '全例渠道', receiptNumber: 'XS-全例-0001' },
  opinion: '全例单位意见',
  note: '全例环节备注',
  evidence: '全例佐证材料',
  minutes: '全例会议纪要',
  decision: '全例会议决定',
  outcome: '全例办理结果',
  task: { id: 'fc000000-0000-8000-8000-000000000010' },
  /** That an officer of civil affairs takes part in the case. */
  participation: 'fc000000-0000-8000-8000-000000000013',
  assessment: 'fc000000-0000-8000-8000-000000000011',
  emergencyUse: 'fc000000-0000-8000-8000-000000000012',
  /** Of an access to everything that every agency has about the child. */
  access: { caller: '全例查阅人', requestId: 'fc000000-0000-8000-8000-000000000014', day: '2021-03-04' },
  /** All deal with the case; the last is attended by one agency alone. */
  meetings: {
    regular: { id: 'fc000000-0000-8000-8000-00000000000c', title: '全例联席会议', kind: 'REGULAR' },
    conference: { id: 'fc000000-0000-8000-8000-00000000000d', title: '全例个案会商', kind: 'CASE_CONFERENCE' },
    civilAffairsOnly: { id: 'fc000000-0000-8000-8000-00000000000e', title: '全例民政会议', kind: 'REGULAR' },
  },
  meetingRegion: '990101',
} as const;

const REGISTERED_REGION = '990101001003';
const ALL_AGENCIES = AGENCIES.map(enumName);
const { id, case: ofCase, otherCase, clue, meetings } = FULL_CHILD;

/** The child as the graph shows it to somebody who may see everything; of lists, the only element. */
export const FULL_CHILD_ANSWERS = {
  region: { name: '青塘村' },
  risk: { confirmedBy: '全例确认人', reason: '全例确认说明', visits: { note: '全例风险走访' } },
  riskHistory: { confirmedBy: '全例确认人' },
  riskProposal: { basis: '全例建议依据' },
  protectionCategories: { responsible: '全例包保人' },
  cases: { number: ofCase.number },
  identity: {
    fullName: '欧阳全例',
    idNumber,
    birthDate: '2015-03-14',
    age: ageOn(TEST_DISTRICT.today, '2015-03-14'),
    ageBand: ageBand(ageOn(TEST_DISTRICT.today, '2015-03-14')),
    sex: 'FEMALE',
    ethnicity: '06',
  },
  household: {
    address: '青禾县柳溪镇全例路一号',
    registeredRegion: REGISTERED_REGION,
    members: { name: '欧阳祖辈' },
  },
  policeIncidents: { receiptNumber: 'J-全-0001' },
  domesticViolenceWarnings: { number: '告诫〔全〕1号' },
  absenceAlerts: { kind: '夜不归宿（全例）' },
  welfare: { since: '2025-01-02', reason: '全例认定原因' },
  guardianship: {
    assessment: { scheme: '全例评估标准' },
    temporary: { ground: '全例法定情形', placement: '全例安置场所' },
  },
  benefits: { kind: '全例保障金' },
  homeVisits: { summary: '全例走访情况' },
  enrolment: { school: '全例学校', studentNumber: `G${idNumber}` },
  attendance: { month: '2026-02' },
  dropoutAlerts: { stage: '全例劝返' },
  bullyingReports: { measure: '全例措施' },
  wellbeingScreening: { screenedAt: '2026-01-08', score: 17 },
  specialNeedsPlan: { placement: '全例随班就读' },
  protectionOrders: { number: '全检未督〔2026〕1号' },
  victimSupport: { needs: '全例救助需求' },
  judicialAid: { kind: '全例司法救助' },
  familyComplaints: { handling: '全例投诉处理', reporter: '全例投诉人' },
  safetyOrderApplications: { decision: '全例裁定' },
  familyGuidance: { startedAt: '2026-01-11' },
  lovingMother: { name: '全例妈妈' },
  safetyOfficer: { name: '全例安全员' },
} as const;

export const FULL_CHILD_CLUE = {
  situation: '全例情形',
  reporter: '全例报告人',
  reporterContact: '全例联系方式',
} as const;

const shown = FULL_CHILD_ANSWERS;
const child = { child_id: id, id_number: idNumber, region: FULL_CHILD.region };
const of = (rest: object) => ({ child_id: id, ...rest });

/** In the access ledger, by an officer who is where the child lives. */
export const FULL_CHILD_ACCESS: LedgerEntry = {
  v: 1,
  requestId: FULL_CHILD.access.requestId,
  stage: 'ended',
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
};

/** Rows by table of schema `base`, each table after those that it refers to. */
const ROWS: Readonly<Record<Agency, Readonly<Record<string, readonly object[]>>>> = {
  'governance-center': {
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
        visited_by: '全例走访人',
        note: shown.risk.visits.note,
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
        category: 'ORPHAN_OR_HARDSHIP',
        lead_agency: 'CIVIL_AFFAIRS',
        responsible: shown.protectionCategories.responsible,
        since: '2025-02-03',
      }),
    ],
    case_file: [ofCase, otherCase].map(({ id: case_id, number }) => ({
      case_id,
      number,
      title: '全例个案',
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
        taken_by: '全例经办人',
        agency: 'GOVERNANCE_CENTER',
        taken_at: at('2020-01-07', '10:00'),
        note: FULL_CHILD.note,
        evidence: [FULL_CHILD.evidence],
      },
    ],
    joint_meeting: Object.values(meetings).map(({ id: meeting_id, title, kind }) => ({
      meeting_id,
      title,
      kind,
      // Open to those who attend for as long as the tests take.
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
      })),
      { meeting_id: meetings.civilAffairsOnly.id, position: 2, case_id: otherCase.id, decision: null },
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
        title: '全例任务',
        outcome: FULL_CHILD.outcome,
        // First of what is due.
        due_at: at('2020-01-08', '18:00'),
      },
    ],
    clue: [
      {
        clue_id: clue.id,
        channel: clue.channel,
        situation: FULL_CHILD_CLUE.situation,
        received_at: at('2020-01-05', '14:00'),
        region: FULL_CHILD.region,
        child_id: id,
        case_id: ofCase.id,
        feedback_due: null,
        feedback_at: null,
        receipt_number: clue.receiptNumber,
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
        // Late in nobody's list.
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
    clue_reporter: [{ clue_id: clue.id, reporter: FULL_CHILD_CLUE.reporter, contact: FULL_CHILD_CLUE.reporterContact }],
  },
  'public-security': {
    person: [
      of({
        id_number: idNumber,
        full_name: shown.identity.fullName,
        birth_date: shown.identity.birthDate,
        sex: 2,
        ethnicity: shown.identity.ethnicity,
        region: FULL_CHILD.region,
        as_of: at('2026-01-01', '00:00'),
      }),
    ],
    household: [
      of({
        address: shown.household.address,
        address_protected: false,
        registered_region: REGISTERED_REGION,
        residence_region: FULL_CHILD.region,
      }),
    ],
    household_member: [of({ position: 1, name: shown.household.members.name, kinship: '祖母', lives_together: true })],
    incident: [
      of({
        part: 'VICTIM',
        receipt_number: shown.policeIncidents.receiptNumber,
        type: '侵害未成年人',
        occurred_at: at('2026-01-04', '19:20'),
        handling: null,
      }),
    ],
    domestic_violence_warning: [
      of({ number: shown.domesticViolenceWarnings.number, issued_at: at('2026-01-04', '20:00'), follow_up_due: null }),
    ],
    absence_alert: [of({ kind: shown.absenceAlerts.kind, raised_at: at('2026-01-03', '23:10'), resolved_at: null })],
  },
  'civil-affairs': {
    child: [child],
    welfare: [of({ categories: ['HARDSHIP'], since: shown.welfare.since, reason: shown.welfare.reason })],
    guardianship_assessment: [
      of({
        scheme: shown.guardianship.assessment.scheme,
        grade: '全例等级',
        assessed_at: '2025-03-04',
        next_due: '2026-03-04',
      }),
    ],
    temporary_guardianship: [of({ ...shown.guardianship.temporary, since: '2025-04-05' })],
    benefit: [of({ kind: shown.benefits.kind, monthly_amount: 1_234, month: '2026-01' })],
    home_visit: [
      of({ visited_at: at('2026-01-07', '15:00'), visitor: null, summary: shown.homeVisits.summary, next_due: null }),
    ],
  },
  education: {
    child: [child],
    enrolment: [
      of({
        school: shown.enrolment.school,
        school_type: '小学',
        grade: '五年级',
        class_name: '全班',
        student_number: shown.enrolment.studentNumber,
        boarding: false,
        status: '在读',
        as_of: at('2026-01-01', '00:00'),
      }),
    ],
    attendance: [of({ month: shown.attendance.month, school_days: 20, absent_days: 2, unexcused_days: 1 })],
    dropout_alert: [of({ raised_at: at('2026-01-09', '08:00'), stage: shown.dropoutAlerts.stage, returned_at: null })],
    bullying_report: [
      of({
        reported_at: at('2026-01-10', '08:00'),
        role: '被欺凌',
        severity: '一般',
        measure: shown.bullyingReports.measure,
      }),
    ],
    wellbeing_screening: [
      of({
        screened_at: shown.wellbeingScreening.screenedAt,
        referral: 'DUE',
        score: shown.wellbeingScreening.score,
      }),
    ],
    special_needs_plan: [
      of({ started_at: '2025-05-06', placement: shown.specialNeedsPlan.placement, review_due: null }),
    ],
  },
  procuratorate: {
    child: [child],
    legal_document: [
      // The second is tied to a suspect, and so in no view: nobody may be shown two.
      ...[false, true].map((tied_to_suspect) =>
        of({
          number: tied_to_suspect ? '全检涉嫌〔2026〕2号' : shown.protectionOrders.number,
          kind: '督促监护令',
          issued_at: '2026-01-12',
          addressee: '监护人',
          served_at: null,
          reply_due: null,
          replied_at: null,
          tied_to_suspect,
        }),
      ),
    ],
    victim_support: [
      of({
        needs: [shown.victimSupport.needs],
        one_stop_interview_done: true,
        legal_aid: true,
        since: '2025-06-07',
      }),
    ],
    judicial_aid: [of({ kind: shown.judicialAid.kind, granted_at: '2025-07-08', amount: 4_321 })],
  },
  'womens-federation': {
    child: [child],
    family_complaint: [
      of({
        received_at: at('2026-01-13', '16:20'),
        kind: '家庭暴力',
        handling: shown.familyComplaints.handling,
        reporter: shown.familyComplaints.reporter,
        child_as_offender: false,
      }),
    ],
    safety_order_application: [
      of({
        applied_at: at('2026-01-14', '09:10'),
        decision: shown.safetyOrderApplications.decision,
        decided_at: null,
        valid_until: null,
      }),
    ],
    family_guidance: [
      of({ started_at: shown.familyGuidance.startedAt, ordered: true, sessions_done: 1, sessions_planned: 6 }),
    ],
    loving_mother: [of({ name: shown.lovingMother.name, since: '2025-08-09', last_contact_at: null })],
    safety_officer: [of({ name: shown.safetyOfficer.name, tier: '重点关爱', last_visit_at: null })],
  },
};

/** Writes the child down at an agency, as the owner of its tables. */
export async function insertFullChild(agency: Agency, { ownerUrl = '' }: AgencyDatabase): Promise<void> {
  const owner = connect(ownerUrl, { poolSize: 1, statementTimeout: 30_000 });
  try {
    await owner.transaction(async (transaction) => {
      for (const [table, rows] of Object.entries(ROWS[agency])) {
        await transaction.withSchema('base').table(table).insert(rows);
      }
      if (agency === 'governance-center') await confirmOthersInStories(transaction);
    });
  } finally {
    await owner.destroy();
  }
}
