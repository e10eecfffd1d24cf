import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { AGENCIES, type Agency } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { childIdOf, STORY } from '../databases';
import { FULL_CHILD } from '../full-child';
import type { About, Facts } from './specification';

/**
 * One object of every kind that mutations can act on, with its attributes for the rules, specified independently of the
 * agency.
 */
export interface WritesSubject {
  readonly name: string;
  readonly ids: Readonly<
    Record<
      Exclude<About, 'region' | 'participation' | 'notification' | 'own'> | 'proposal' | 'deadline' | 'other',
      string
    >
  >;
  readonly facts: Readonly<Record<About, Facts>>;
}

const DAY_MILLISECONDS = 86_400_000;
/** The agencies that receive a clue, the lead first. */
const received = (leadRecipient: Agency, ...others: readonly Agency[]) => ({
  recipients: [leadRecipient, ...others],
  leadRecipient,
});
const inDays = (days: number) => new Date(Date.now() + days * DAY_MILLISECONDS);

/**
 * The full child's objects; those of the references "another case" and "another meeting"; those of the full child's
 * case that belong to other agencies; and those of the neighbouring county. @param owner of the tables of a governance
 * centre that has the tests' district and the full child.
 */
export async function writesSubjects(owner: Knex): Promise<readonly WritesSubject[]> {
  const leftBehind = childIdOf(STORY.leftBehind);
  const neighbour = childIdOf(STORY.neighbour);
  const base = (table: string) => owner.withSchema('base').table(table);
  const insert = async (table: string, id: string, row: object): Promise<string> => {
    const key = randomUUID();
    await base(table).insert({ [id]: key, ...row });
    return key;
  };
  const deadline = (child_id: string) =>
    insert('tracked_deadline', 'deadline_id', {
      child_id,
      kind: 'RECOMMENDATION_REPLY',
      agency: 'CIVIL_AFFAIRS',
      due_on: '2031-05-06',
    });
  const proposal = (child_id: string) =>
    insert('risk_proposal', 'proposal_id', {
      child_id,
      level: 'YELLOW',
      basis: ['在办个案'],
      practice: '99/2020-1',
      proposed_at: inDays(-1),
    });
  const assignment = (child_id: string, category: string, lead_agency: string) =>
    insert('protection_assignment', 'assignment_id', { child_id, category, lead_agency, since: '2026-01-02' });
  const notice = (child_id: string, kind: 'WARNING' | 'ORDER', agency: string) =>
    insert('village_notice', 'notice_id', {
      child_id,
      kind,
      agency,
      notified_at: inDays(-3),
      notified_by: '民警',
      until: '2031-05-06',
    });
  const support = (child_id: string, rest: object = {}) =>
    insert('misconduct_support', 'support_id', {
      child_id,
      lead_agency: 'PUBLIC_SECURITY',
      since: '2026-01-02',
      ...rest,
    });
  const clue = (region: string, child_id: string | null, case_id: string | null, recipients: readonly Agency[]) =>
    insert('clue', 'clue_id', {
      channel: '网格摸排',
      situation: '其他',
      region,
      child_id,
      case_id,
      received_at: inDays(-2),
      recipients,
    });
  const task = (case_id: string, agency: string) => insert('task', 'task_id', { case_id, agency, due_at: inDays(3) });
  const meeting = (region: string) =>
    insert('joint_meeting', 'meeting_id', {
      kind: 'REGULAR',
      held_at: inDays(-1),
      region,
      agencies: ['GOVERNANCE_CENTER', 'EDUCATION'],
    });

  const use = (child_id: string, region: string) =>
    insert('emergency_use', 'use_id', {
      child_id,
      region,
      officer: 'somebody',
      agency: 'PUBLIC_SECURITY',
      reason: '接报儿童走失，需立即核实',
      opened_at: inDays(-1),
      expires_at: inDays(-0.9),
      review_due: inDays(2),
    });

  const duty = (region: string, agency: string) =>
    insert('duty', 'duty_id', {
      officer: 'somebody',
      agency,
      kind: 'WELFARE',
      region,
      valid_from: '2026-01-02',
      valid_until: '2026-12-31',
      confirmed_by: 'their head',
      confirmed_at: inDays(-1),
    });

  const release = (region: string, agency: string) =>
    insert('release_request', 'request_id', {
      officer: 'somebody',
      agency,
      region,
      purpose: 'VISIT',
      number: 5,
      ground: '集中走访',
      day: todayInChina(),
      requested_at: inDays(0),
    });

  const ofFull = await base('protection_assignment').where({ child_id: FULL_CHILD.id }).first('assignment_id');
  const storyCase = await base('case_child').where({ child_id: leftBehind }).first('case_id');
  const storyDocket = await base('docket_item').where({ case_id: storyCase.case_id }).first('meeting_id');
  const caseThere = (number: number) =>
    insert('case_file', 'case_id', {
      number: `990102-邻-000${number}`,
      level: 'YELLOW',
      region: '990102001',
      step: 'DISCOVERED',
      agencies: ['GOVERNANCE_CENTER', 'EDUCATION'],
      opened_at: inDays(-3),
      version: 1,
    });
  const thereCase = await caseThere(1);
  const thereMeeting = await meeting('990102');
  const meetingHere = FULL_CHILD.meetings.regular.id;
  const { case: ofCase } = FULL_CHILD;
  const ofChild = { region: FULL_CHILD.region, child: FULL_CHILD.id };
  const village = { region: '990101001001', child: leftBehind };
  const there = { region: '990102001001', child: neighbour };
  const subjects: readonly WritesSubject[] = [
    {
      name: 'of the full child',
      ids: {
        child: FULL_CHILD.id,
        proposal: FULL_CHILD.assessment,
        deadline: await deadline(FULL_CHILD.id),
        clue: FULL_CHILD.clue.id,
        case: ofCase.id,
        other: FULL_CHILD.otherCase.id,
        task: FULL_CHILD.task.id,
        meeting: meetingHere,
        assignment: ofFull.assignment_id,
        notice: FULL_CHILD.villageNotice,
        support: FULL_CHILD.support,
        use: await use(FULL_CHILD.id, FULL_CHILD.region),
        duty: await duty('990101001', 'CIVIL_AFFAIRS'),
        release: await release('990101001', 'CIVIL_AFFAIRS'),
      },
      facts: {
        region: { region: '990101001' },
        child: ofChild,
        clue: { ...ofChild, caseId: ofCase.id, clue: FULL_CHILD.clue.id, ...received('civil-affairs', 'education') },
        case: { region: ofCase.region, caseId: ofCase.id },
        task: { region: ofCase.region, caseId: ofCase.id, assignee: 'civil-affairs' },
        meeting: { region: FULL_CHILD.meetingRegion, meeting: meetingHere, agencies: AGENCIES },
        assignment: { ...ofChild, leadAgency: 'civil-affairs' },
        notification: { ...ofChild, issuer: 'public-security' },
        notice: { ...ofChild, issuer: 'public-security' },
        support: { ...ofChild, assignment: FULL_CHILD.support },
        use: ofChild,
        duty: { region: '990101001', agencies: ['civil-affairs'] },
        own: { region: '990101', holder: true },
        release: { region: '990101001', agencies: ['civil-affairs'] },
        participation: { region: ofCase.region, caseId: ofCase.id, agencies: AGENCIES },
      },
    },
    {
      name: 'beside it, of other agencies',
      ids: {
        child: FULL_CHILD.id,
        proposal: FULL_CHILD.assessment,
        deadline: await deadline(FULL_CHILD.id),
        clue: await clue('990101001', null, null, ['public-security']),
        case: FULL_CHILD.otherCase.id,
        other: ofCase.id,
        task: await task(ofCase.id, 'GOVERNANCE_CENTER'),
        meeting: FULL_CHILD.meetings.civilAffairsOnly.id,
        assignment: await assignment(FULL_CHILD.id, 'MISCONDUCT', 'PUBLIC_SECURITY'),
        notice: await notice(FULL_CHILD.id, 'ORDER', 'WOMENS_FEDERATION'),
        support: await support(FULL_CHILD.id, { ended_on: '2026-02-02' }),
        use: await use(FULL_CHILD.id, '990101002001'),
        duty: await duty('990101', 'GOVERNANCE_CENTER'),
        release: await release('990101', 'GOVERNANCE_CENTER'),
      },
      facts: {
        region: { region: '990101' },
        child: ofChild,
        clue: { region: '990101001', child: null, caseId: null, ...received('public-security') },
        case: { region: ofCase.region, caseId: FULL_CHILD.otherCase.id },
        task: { region: ofCase.region, caseId: ofCase.id, assignee: 'governance-center' },
        meeting: {
          region: FULL_CHILD.meetingRegion,
          meeting: FULL_CHILD.meetings.civilAffairsOnly.id,
          agencies: ['civil-affairs'],
        },
        assignment: { ...ofChild, leadAgency: 'public-security' },
        notification: { ...ofChild, issuer: 'womens-federation' },
        notice: { ...ofChild, issuer: 'womens-federation' },
        support: ofChild,
        // The child has moved since then.
        use: { ...ofChild, region: '990101002001' },
        duty: { region: '990101', agencies: ['governance-center'] },
        own: { region: '990101', holder: true },
        release: { region: '990101', agencies: ['governance-center'] },
        participation: {
          region: FULL_CHILD.meetingRegion,
          meeting: FULL_CHILD.meetings.civilAffairsOnly.id,
          agencies: ['civil-affairs'],
        },
      },
    },
    {
      name: 'of another child of the village',
      ids: {
        child: leftBehind,
        proposal: await proposal(leftBehind),
        deadline: await deadline(leftBehind),
        clue: await clue('990101001001', leftBehind, storyCase.case_id, []),
        case: storyCase.case_id,
        other: ofCase.id,
        task: await task(storyCase.case_id, 'EDUCATION'),
        meeting: storyDocket.meeting_id,
        assignment: await assignment(leftBehind, 'SINGLE_PARENT', 'WOMENS_FEDERATION'),
        notice: await notice(leftBehind, 'WARNING', 'PUBLIC_SECURITY'),
        support: await support(leftBehind),
        use: await use(leftBehind, village.region),
        duty: await duty('990101001001', 'EDUCATION'),
        release: await release('990101001001', 'EDUCATION'),
      },
      facts: {
        region: { region: '990101001001' },
        child: village,
        clue: { ...village, caseId: storyCase.case_id },
        case: { region: '990101001', caseId: storyCase.case_id },
        task: { region: '990101001', caseId: storyCase.case_id, assignee: 'education' },
        meeting: { region: '990101', meeting: storyDocket.meeting_id },
        assignment: { ...village, leadAgency: 'womens-federation' },
        notification: { ...village, issuer: 'public-security' },
        notice: { ...village, issuer: 'public-security' },
        support: village,
        use: village,
        duty: { region: '990101001001', agencies: ['education'] },
        own: { region: '990101', holder: true },
        release: { region: '990101001001', agencies: ['education'] },
        participation: { region: '990101', meeting: storyDocket.meeting_id, agencies: AGENCIES },
      },
    },
    {
      name: 'of the neighbouring county',
      ids: {
        child: neighbour,
        proposal: await proposal(neighbour),
        deadline: await deadline(neighbour),
        clue: await clue('990102001001', neighbour, thereCase, ['education']),
        case: thereCase,
        other: await caseThere(2),
        task: await task(thereCase, 'EDUCATION'),
        meeting: thereMeeting,
        assignment: await assignment(neighbour, 'SINGLE_PARENT', 'CIVIL_AFFAIRS'),
        notice: await notice(neighbour, 'ORDER', 'WOMENS_FEDERATION'),
        support: await support(neighbour),
        use: await use(neighbour, there.region),
        duty: await duty('990102001', 'CIVIL_AFFAIRS'),
        release: await release('990102001', 'CIVIL_AFFAIRS'),
      },
      facts: {
        region: { region: '990102001' },
        child: there,
        clue: { ...there, caseId: thereCase, ...received('education') },
        case: { region: '990102001', caseId: thereCase },
        task: { region: '990102001', caseId: thereCase, assignee: 'education' },
        meeting: { region: '990102', meeting: thereMeeting },
        assignment: { ...there, leadAgency: 'civil-affairs' },
        notification: { ...there, issuer: 'womens-federation' },
        notice: { ...there, issuer: 'womens-federation' },
        support: there,
        use: there,
        duty: { region: '990102001', agencies: ['civil-affairs'] },
        own: { region: '990101', holder: true },
        release: { region: '990102001', agencies: ['civil-affairs'] },
        participation: {
          region: '990102001',
          caseId: thereCase,
          agencies: ['governance-center', 'education'],
        },
      },
    },
  ];
  return subjects.map(({ name, ids, facts }) => ({
    name,
    ids,
    facts: {
      ...facts,
      task: { ...facts.task, task: ids.task },
      assignment: { ...facts.assignment, assignment: ids.assignment },
    },
  }));
}

/** A formally valid input for every mutation except its key, so only a refusal stops it. */
export function inputFor(mutation: string, { ids, facts }: WritesSubject): Readonly<Record<string, unknown>> {
  const { child, proposal, deadline, clue, task, meeting, assignment, notice, support, use, duty, release } = ids;
  const { region } = facts.region;
  const docket = { meeting, case: ids.case };
  const { caseId, meeting: ofMeeting } = facts.participation;
  const part = { kind: caseId ? 'CASE' : 'MEETING', id: caseId ?? ofMeeting, officer: '写入检查' };
  const visitedAt = inDays(-1).toISOString();
  const later = inDays(2).toISOString();
  const inputs: Readonly<Record<string, object>> = {
    reportClue: { channel: '强制报告', situation: '其他', facts: '写入检查', region, child },
    linkClue: { clue, child, case: ids.case },
    addRecipient: { clue, agency: 'JUSTICE_BUREAU' },
    giveFeedback: { clue, feedback: '写入检查' },
    proposeRisk: { child },
    confirmRisk: { proposal, level: 'RED', reason: '写入检查' },
    recordVisit: { child, visitedAt },
    openAssessment: { child, clue, ground: 'OBSERVED', note: '写入检查' },
    openCase: { kind: '一般', level: 'YELLOW', children: [child], region, clue },
    takeStep: { case: ids.case, step: 'HANDLED', note: '写入检查', evidence: ['一'], version: 1 },
    reopenCase: { case: ids.case, reason: '写入检查', version: 1 },
    changeCaseLevel: { case: ids.case, level: 'RED', reason: '写入检查', version: 1 },
    handOverCase: { case: ids.case, region: facts.case.region, reason: '写入检查', version: 1 },
    linkCases: { case: ids.case, other: ids.other, reason: '写入检查', version: 1 },
    addCaseChild: { case: ids.case, child, reason: '写入检查', version: 1 },
    removeCaseChild: { case: ids.case, child, reason: '写入检查', version: 1 },
    assignTask: { case: ids.case, children: [ids.child], agency: 'EDUCATION', kind: '其他', dueAt: later },
    changeTask: { task, kind: '其他', reason: '写入检查', version: 1 },
    cancelTask: { task, reason: '写入检查', version: 1 },
    handOnTask: { task, agency: 'JUSTICE_BUREAU', reason: '写入检查', version: 1 },
    completeTask: { task, outcome: '写入检查' },
    conveneMeeting: { kind: 'REGULAR', heldAt: later, region, agencies: ['EDUCATION'] },
    changeMeeting: { meeting, agencies: ['EDUCATION'], version: 1 },
    putOnDocket: docket,
    takeOffDocket: docket,
    referToMeeting: docket,
    withdrawFromMeeting: docket,
    giveOpinion: { ...docket, opinion: '写入检查' },
    orderDocket: { meeting, cases: [ids.case], version: 1 },
    signIn: { meeting, officer: '写入检查', agency: 'EDUCATION', version: 1 },
    amendDecision: { ...docket, decision: '写入检查', reason: '写入检查', version: 1 },
    recordDecision: { ...docket, decision: '写入检查', version: 1 },
    recordMinutes: { meeting, minutes: '写入检查', version: 1 },
    assignProtection: { child, category: 'OUT_OF_SCHOOL_UNEMPLOYED' },
    endProtection: { assignment },
    recordProtectionVisit: { assignment, party: 'FAMILY', visitedAt },
    notifyVillage: {
      child,
      kind: facts.notification.issuer === 'public-security' ? 'WARNING' : 'ORDER',
      until: '2031-05-06',
    },
    recordNoticeVisit: { notice, visitedAt },
    endVillageNotice: { notice },
    beginSupport: { child },
    recordSupportVisit: { support, party: 'SELF', visitedAt },
    endSupport: { support },
    trackDeadline: { kind: 'RECOMMENDATION_REPLY', child, agency: 'EDUCATION', dueOn: '2031-05-06' },
    settleDeadline: { deadline },
    reviewEmergency: { use, finding: 'JUSTIFIED', note: '写入检查' },
    confirmParticipation: part,
    withdrawParticipation: part,
    requestParticipation: { kind: part.kind, id: part.id },
    confirmDuty: { officer: '写入检查', kind: 'INTAKE', region, from: todayInChina(), until: todayInChina() },
    withdrawDuty: { duty },
    requestRelease: { purpose: 'VISIT', number: 5, ground: '写入检查' },
    releaseOpenings: { request: release },
  };
  const input = inputs[mutation];
  if (input === undefined) throw new Error(`No input is written down for ${mutation}.`);
  return input as Record<string, unknown>;
}
