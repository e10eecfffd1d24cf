import { AGENCIES, enumName } from '../../shared/domain/agencies';
import {
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  HOUR_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import { type AskOptions, as, type Reply, visiting } from '../support/system';

const TOWN = '990101001';
const FACTS = '身上有新旧伤痕';
const REPORTER = '李老师';
const CONTACT = '办公室分机 8021';

let time: PassingTime;
let work: CaseWork;
let child: string;
const story = {} as { clue: string; receipt: string; case: string; meeting: string };
const task = {} as { education: string; decided: string };

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('case_work', time.clock);
  [child = ''] = await unknownChildren(work.owner, TOWN, 1);
  assessing = await work.assessing(child, 'town-case-worker');
  countyAssessing = await work.assessing(child);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const inTriage = as('town-case-worker', 'RISK_ASSESSMENT');
const countyInTriage = as('county-case-worker', 'RISK_ASSESSMENT');
/** With assessments of the child. */
let assessing: AskOptions;
let countyAssessing: AskOptions;
const reporting = as('education-officer', 'MANDATORY_REPORT');
const police = as('police-officer', 'MANDATORY_REPORT');
const onDuty = (name: string) => as(name, 'OWN_DUTY');
const clerk = onDuty('meeting-clerk');
const supervising = as('supervisor', 'SUPERVISION');

const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;
const denied = (body: Reply['body']) =>
  body.extensions.access.denied.map((one: { coordinate: string }) => one.coordinate);
const versionOf = async (options: AskOptions) =>
  (await ask(`{ case(id: "${story.case}") { version } }`, options)).data.case.version as number;
const step = async (name: string, to: string, extra: Record<string, unknown> = {}) =>
  work.done(
    'takeStep',
    { case: story.case, step: to, version: await versionOf(countyInTriage), ...extra },
    {
      ...byCase(story.case, name),
      select: 'step dueAt overdue closedAt version steps { step by agency at note evidence dueAt reopening }',
    },
  );

describe('from report to closed case, one test after the other', () => {
  test('the education authority reports, and gets a receipt instead of the clue', async () => {
    const receivedAt = time.now().toISOString();
    const { body } = await work.act(
      'reportClue',
      {
        channel: '强制报告',
        situation: '家庭暴力',
        facts: FACTS,
        region: '990101001001',
        child,
        reporter: REPORTER,
        reporterContact: CONTACT,
      },
      { ...reporting, select: 'receiptNumber receivedAt feedbackDue feedbackAt feedback clue { id facts }' },
    );
    expect(body.data.reportClue).toEqual({
      receiptNumber: expect.stringMatching(/^XS-\d{8}-[2-9A-HJKMNP-Z]{8}$/),
      receivedAt,
      feedbackDue: expect.any(String),
      feedbackAt: null,
      feedback: null,
      clue: null,
    });
    expect(denied(body)).toContain('ClueReceipt.clue');
    story.receipt = body.data.reportClue.receiptNumber;
    const { feedbackDue } = body.data.reportClue;
    // Seven working days are nine days at least.
    expect(Date.parse(feedbackDue) - time.now().getTime()).toBeGreaterThan(8 * DAY_MILLISECONDS);
    const [row] = await work.owner('base.clue').where({ receipt_number: story.receipt });
    story.clue = row.clue_id;
  });

  test('the police see the reporter with the reference, the case worker the report, and others nothing', async () => {
    const query = `{ clue(id: "${story.clue}") { facts situation child { id } reporter reporterContact receiptNumber } }`;
    const what = { facts: FACTS, situation: '家庭暴力' };
    expect((await ask(query, { ...police, reference: `clue/${story.clue}` })).data.clue).toEqual({
      ...what,
      child: { id: child },
      reporter: REPORTER,
      reporterContact: CONTACT,
      receiptNumber: story.receipt,
    });
    // Without the reference, they have the register alone.
    const nothing = Object.fromEntries(
      ['facts', 'child', 'reporter', 'reporterContact', 'receiptNumber'].map((one) => [one, null]),
    );
    expect((await ask(query, police)).data.clue).toEqual({ situation: what.situation, ...nothing });
    const town = await ask(query, assessing);
    expect(town.data.clue).toEqual({
      ...what,
      child: { id: child },
      reporter: null,
      reporterContact: null,
      receiptNumber: null,
    });
    // The existence of the reporter's data is hidden, too.
    expect(denied(town)).toEqual(['Clue.receiptNumber']);
    for (const other of [
      reporting,
      onDuty('education-officer'),
      onDuty('prosecutor'),
      as('prosecutor', 'MANDATORY_REPORT'),
      as('neighbour-case-worker', 'RISK_ASSESSMENT'),
      visiting(),
      clerk,
      supervising,
    ]) {
      expect({ other, data: (await ask(query, other)).data }).toEqual({ other, data: { clue: null } });
    }
  });

  test('a risk level is proposed by rule and takes effect once a person confirms it', async () => {
    const level = `{ child(id: "${child}") { risk { level basis confirmedBy nextVisitDue } } }`;
    // It takes an assessment of this child.
    expect((await work.refused('proposeRisk', { child }, inTriage)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    const another = await work.assessing(childIdOf(STORY.leftBehind), 'town-case-worker');
    expect((await work.refused('proposeRisk', { child }, another)).code).toBe('RECORD_NOT_FOUND');
    const proposal = await work.done('proposeRisk', { child }, { ...assessing, select: 'id level basis practice' });
    expect(proposal).toEqual({
      id: expect.any(String),
      level: 'RED',
      basis: ['人身安全风险'],
      practice: expect.stringMatching(/^99\//),
    });
    expect((await ask(level, assessing)).data.child.risk).toBeNull();

    const refusal = await work.refused(
      'confirmRisk',
      { proposal: proposal.id, level: 'RED' },
      onDuty('education-officer'),
    );
    expect(refusal.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    const confirmed = {
      level: 'RED',
      // Its readers may not all read clues, so it does not mention the report.
      basis: ['综合研判'],
      confirmedBy: '镇综治中心专干',
      nextVisitDue: expect.any(String),
    };
    expect(
      await work.done(
        'confirmRisk',
        { proposal: proposal.id, level: 'RED' },
        { ...assessing, select: 'level basis confirmedBy nextVisitDue' },
      ),
    ).toEqual(confirmed);
    expect((await ask(level, countyAssessing)).data.child.risk).toEqual(confirmed);
    const education = await ask(level, onDuty('education-officer'));
    expect(education.data.child?.risk ?? null).toBeNull();
    expect(denied(education)).toContain('Child.risk');
  });

  test('the town opens the case with the clue and assesses it', async () => {
    const opened = await work.done(
      'openCase',
      { kind: '一般', level: 'RED', children: [child], region: TOWN, agencies: ['EDUCATION'], clue: story.clue },
      {
        ...inTriage,
        select: 'id number step version dueAt overdue',
      },
    );
    expect(opened).toMatchObject({
      number: expect.stringMatching(/^990101-\d{4}-/),
      step: 'DISCOVERED',
      version: 1,
      overdue: false,
      dueAt: time.from(2 * HOUR_MILLISECONDS),
    });
    story.case = opened.id;
    await time.pass(HALF_A_MINUTE);
    expect((await ask(`{ clue(id: "${story.clue}") { case { id } } }`, assessing)).data.clue.case).toEqual({
      id: story.case,
    });
    // It opens nothing, not even to the officer who opened it, before the centre's head confirms the handlers.
    const own = byCase(story.case, 'town-case-worker');
    expect((await work.system.ask(`{ case(id: "${story.case}") { id } }`, own)).status).toBe(403);
    await work.confirm('CASE', story.case, 'town-case-worker', 'county-case-worker');
    const handled = await ask(
      `{ case(id: "${story.case}") { agencies children { id } steps { step by agency reopening } } }`,
      own,
    );
    expect(handled.data.case).toEqual({
      // Not only those that were asked: the list tells nobody that a child is a victim.
      agencies: AGENCIES.map(enumName).sort(),
      children: [{ id: child }],
      steps: [{ step: 'DISCOVERED', by: '镇综治中心专干', agency: 'GOVERNANCE_CENTER', reopening: false }],
    });
    expect(await step('town-case-worker', 'ASSESSED', { note: '已入户核实' })).toMatchObject({
      step: 'ASSESSED',
      version: 2,
    });
  });

  test('only those who handle the case see it', async () => {
    const query = `{ case(id: "${story.case}") { number children { id identity { fullName } } clues: tasks { id } } }`;
    const handled = await ask(query, byCase(story.case));
    expect(handled.data.case.children).toEqual([{ id: child, identity: { fullName: expect.any(String) } }]);
    for (const other of [
      onDuty('education-officer'),
      reporting,
      police,
      as('neighbour-case-worker', 'RISK_ASSESSMENT'),
      visiting(),
      clerk,
    ]) {
      expect({ other, data: (await ask(query, other)).data }).toEqual({ other, data: { case: null } });
    }
    for (const stranger of ['neighbour-case-worker', 'prosecutor', 'child-director']) {
      const { status, body } = await work.system.ask(query, byCase(story.case, stranger));
      expect({ stranger, status, code: body.errors[0].extensions.code }).toEqual({
        stranger,
        status: 403,
        code: 'ACCESS_REFERENCE_REFUSED',
      });
    }
  });

  test('the county refers the case and assigns education a task that only education sees and completes', async () => {
    expect(await step('county-case-worker', 'REFERRED')).toMatchObject({ step: 'REFERRED', version: 3 });
    const assigned = await work.done(
      'assignTask',
      {
        case: story.case,
        agency: 'EDUCATION',
        kind: '核实情况',
        instruction: '核实在校情况',
        dueAt: time.from(DAY_MILLISECONDS),
      },
      { ...byCase(story.case), select: 'id agency kind instruction title doneAt overdue' },
    );
    task.education = assigned.id;
    expect(assigned).toMatchObject({
      agency: 'EDUCATION',
      kind: '核实情况',
      instruction: '核实在校情况',
      doneAt: null,
      overdue: false,
    });

    const open = '{ tasks(filter: { done: false }, first: 100) { nodes { id title dueAt } } }';
    const idsFor = async (options: AskOptions) =>
      (await ask(open, options)).data.tasks.nodes.map(({ id }: { id: string }) => id) as string[];
    expect(await idsFor(onDuty('education-officer'))).toContain(task.education);
    expect(await idsFor(byCase(story.case))).toContain(task.education);
    expect(await idsFor(countyInTriage)).toEqual([]);
    for (const other of ['prosecutor', 'police-officer', 'civil-affairs-officer']) {
      expect({ other, ids: await idsFor(onDuty(other)) }).not.toEqual({
        other,
        ids: expect.arrayContaining([task.education]),
      });
    }
    expect(await idsFor(reporting)).toEqual([]);

    const completed = { task: task.education, outcome: '在校，已安排谈心' };
    for (const [other, code] of [
      // Another agency's task is refused like one that does not exist.
      [onDuty('prosecutor'), 'RECORD_NOT_FOUND'],
      [onDuty('police-officer'), 'RECORD_NOT_FOUND'],
      [byCase(story.case), 'RECORD_NOT_FOUND'],
      [reporting, 'UNAUTHORIZED_FIELD_OR_TYPE'],
      [inTriage, 'UNAUTHORIZED_FIELD_OR_TYPE'],
    ] as const) {
      expect({ other, code: (await work.refused('completeTask', completed, other)).code }).toEqual({ other, code });
    }
    expect(
      await work.done('completeTask', completed, { ...onDuty('education-officer'), select: 'doneAt outcome agency' }),
    ).toEqual({ doneAt: time.now().toISOString(), outcome: null, agency: 'EDUCATION' });
    // What was done is read by those who handle the case, or have been confirmed for the task.
    const results = await ask(`{ case(id: "${story.case}") { tasks { outcome } } }`, byCase(story.case));
    expect(results.data.case.tasks).toEqual([{ outcome: completed.outcome }]);
    expect(await idsFor(onDuty('education-officer'))).not.toContain(task.education);
    // The task was their own; the case that it comes from is not.
    expect((await ask(`{ case(id: "${story.case}") { number } }`, onDuty('education-officer'))).data.case).toBeNull();
  });

  test('the clerk convenes a conference, and the case worker puts the case before it', async () => {
    const convened = await work.done(
      'conveneMeeting',
      {
        kind: 'CASE_CONFERENCE',
        heldAt: time.from(2 * DAY_MILLISECONDS),
        region: '990101',
        agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'PUBLIC_SECURITY'],
        attendees: [{ officer: 'education-member', agency: 'EDUCATION' }],
      },
      { ...clerk, select: 'id version docket { decision } attendees { officer agency attended }' },
    );
    expect(convened).toMatchObject({
      version: 1,
      docket: [],
      attendees: [{ officer: 'education-member', agency: 'EDUCATION', attended: null }],
    });
    story.meeting = convened.id;
    const member = atMeeting(story.meeting, 'education-member');
    expect((await work.system.ask('{ cases { totalCount } }', member)).status).toBe(403);
    await work.confirm('MEETING', story.meeting, 'education-member', 'police-member', 'meeting-clerk');
    expect((await ask('{ cases { totalCount } children { totalCount } }', member)).data).toEqual({
      cases: { totalCount: 0 },
      children: { totalCount: 0 },
    });
    const item = { meeting: story.meeting, case: story.case };
    expect((await work.refused('referToMeeting', item, member)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect(await work.done('referToMeeting', item, { ...byCase(story.case), select: 'id' })).toEqual({
      id: story.case,
    });
    // A reference's content is cached for half a minute.
    await time.pass(HALF_A_MINUTE);
    expect(
      (await ask(`{ case(id: "${story.case}") { meetings { id } } }`, byCase(story.case))).data.case.meetings,
    ).toEqual([{ id: story.meeting }]);
  });

  test('attendees see the case and state their opinion; others are refused', async () => {
    const member = atMeeting(story.meeting, 'education-member');
    const query = `{ jointMeeting(id: "${story.meeting}") { docket { case { number children { id } } opinions { agency opinion } } } child(id: "${child}") { risk { level } } }`;
    expect((await ask(query, member)).data).toMatchObject({
      jointMeeting: { docket: [{ case: { children: [{ id: child }] }, opinions: [] }] },
      child: { risk: { level: 'RED' } },
    });
    // The meeting sees neither the reporter nor the report.
    expect((await ask(`{ clue(id: "${story.clue}") { facts } clues { totalCount } }`, member)).data).toEqual({
      clue: null,
      clues: { totalCount: 0 },
    });
    expect((await ask(`{ child(id: "${childIdOf(STORY.leftBehind)}") { id } }`, member)).data.child).toBeNull();
    for (const stranger of ['prosecutor-member', 'civil-affairs-member', 'county-case-worker']) {
      expect((await work.system.ask(query, atMeeting(story.meeting, stranger))).status).toBe(403);
    }
    const opinion = { meeting: story.meeting, case: story.case, opinion: '建议家访并安排心理辅导' };
    expect((await work.refused('giveOpinion', opinion, clerk)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    const given = await work.done('giveOpinion', opinion, {
      ...member,
      select: 'docket { opinions { agency opinion givenAt } }',
    });
    expect(given.docket).toEqual([
      { opinions: [{ agency: 'EDUCATION', opinion: opinion.opinion, givenAt: time.now().toISOString() }] },
    ]);
    const seen = await ask(query, atMeeting(story.meeting, 'police-member'));
    expect(seen.data.jointMeeting.docket[0].opinions).toHaveLength(1);
    const kept = await ask(
      `{ jointMeeting(id: "${story.meeting}") { docket { decision opinions { opinion } } } }`,
      clerk,
    );
    expect(kept.data.jointMeeting.docket).toEqual([{ decision: null, opinions: [] }]);
    expect(denied(kept)).toEqual(['DocketItem.decision', 'DocketItem.opinions']);
  });

  test('the meeting is held, and its decision becomes a task', async () => {
    await time.pass(2 * DAY_MILLISECONDS + HOUR_MILLISECONDS);
    const version = async () =>
      (await ask(`{ jointMeeting(id: "${story.meeting}") { version } }`, clerk)).data.jointMeeting.version;
    const decision = {
      meeting: story.meeting,
      case: story.case,
      decision: '民政部门评估监护情况',
      tasks: [
        { agency: 'CIVIL_AFFAIRS', kind: '其他', instruction: '评估监护情况', dueAt: time.from(7 * DAY_MILLISECONDS) },
      ],
      version: await version(),
    };
    const member = atMeeting(story.meeting, 'education-member');
    expect((await work.refused('recordDecision', decision, member)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    // The clerk reads decisions and minutes with the reference alone.
    const keeping = atMeeting(story.meeting, 'meeting-clerk');
    const recorded = await work.done('recordDecision', decision, {
      ...keeping,
      select: 'docket { decision decidedAt }',
    });
    expect(recorded.docket).toEqual([{ decision: decision.decision, decidedAt: time.now().toISOString() }]);
    const minutes = {
      meeting: story.meeting,
      minutes: '会议纪要：同意分工',
      attended: ['education-member'],
      version: await version(),
    };
    expect(
      await work.done('recordMinutes', minutes, { ...keeping, select: 'minutes attendees { officer attended }' }),
    ).toEqual({ minutes: minutes.minutes, attendees: [{ officer: 'education-member', attended: true }] });

    const open = '{ tasks(filter: { done: false }, first: 100) { nodes { id instruction } } }';
    const tasks = `{ case(id: "${story.case}") { tasks { id instruction } } }`;
    task.decided = (await ask(tasks, byCase(story.case))).data.case.tasks.find(
      ({ instruction }: { instruction: string }) => instruction === '评估监护情况',
    ).id;
    const own = (await ask(open, onDuty('civil-affairs-officer'))).data.tasks.nodes;
    expect(own).toContainEqual({ id: task.decided, instruction: null });
    const education = (await ask(open, onDuty('education-officer'))).data.tasks.nodes;
    expect(education).not.toContainEqual(expect.objectContaining({ id: task.decided }));
    // Agencies with a task take part from then on.
    const { agencies } = await work.owner('base.case_file').where({ case_id: story.case }).first('agencies');
    expect(agencies).toEqual(['GOVERNANCE_CENTER', 'EDUCATION', 'CIVIL_AFFAIRS']);
  });

  test('late items are shown to those responsible', async () => {
    const query =
      '{ dueItems(filter: { kinds: [STEP] }, first: 100) { nodes { overdue case { id } } } cases(filter: { overdue: true }, first: 100) { nodes { id } } }';
    for (const one of [countyInTriage, supervising]) {
      const { data } = await ask(query, one);
      expect(data.dueItems.nodes).toContainEqual({ overdue: true, case: { id: story.case } });
      expect(data.cases.nodes).toContainEqual({ id: story.case });
    }
    const education = await ask(query, onDuty('education-officer'));
    expect(education.data).toEqual({ dueItems: { nodes: [] }, cases: { nodes: [] } });
  });

  test('the case is handled and revisited, and the reporter learns the outcome by the receipt', async () => {
    expect(await step('county-case-worker', 'HANDLED', { note: '家庭指导已开展', openTasks: 'LEAVE' })).toMatchObject({
      step: 'HANDLED',
    });
    expect(await step('town-case-worker', 'REVISITED', { note: '回访情况稳定', openTasks: 'LEAVE' })).toMatchObject({
      step: 'REVISITED',
    });
    const receipt = `{ clueReceipt(receiptNumber: "${story.receipt}") { feedbackAt feedback clue { facts } } }`;
    expect((await ask(receipt, reporting)).data.clueReceipt).toEqual({ feedbackAt: null, feedback: null, clue: null });
    const feedback = { clue: story.clue, feedback: '已核实并帮扶' };
    expect((await work.refused('giveFeedback', feedback, reporting)).code).toBe('RECORD_NOT_FOUND');
    const referring = { ...police, reference: `clue/${story.clue}` };
    expect(await work.done('giveFeedback', feedback, { ...referring, select: 'feedback feedbackAt' })).toEqual({
      feedback: feedback.feedback,
      feedbackAt: time.now().toISOString(),
    });
    expect((await ask(receipt, reporting)).data.clueReceipt).toEqual({
      feedbackAt: time.now().toISOString(),
      feedback: feedback.feedback,
      clue: null,
    });
    expect((await ask(receipt, as('neighbour-case-worker', 'MANDATORY_REPORT'))).data.clueReceipt).toBeNull();
    expect((await ask(receipt, onDuty('education-officer'))).data.clueReceipt).toBeNull();
  });

  test('the county closes the case, with evidence, once the tasks are done', async () => {
    const evidence = ['结案评估〔2026〕7号'];
    const close = async () => ({
      case: story.case,
      step: 'CLOSED',
      evidence,
      version: await versionOf(countyInTriage),
    });
    expect((await work.refused('takeStep', await close(), byCase(story.case))).code).toBe('TASKS_OPEN');
    await work.done('completeTask', { task: task.decided, outcome: '监护合格' }, onDuty('civil-affairs-officer'));
    expect((await work.refused('takeStep', await close(), byCase(story.case, 'town-case-worker'))).code).toBe(
      'STEP_NOT_YOURS',
    );
    const closed = await step('county-case-worker', 'CLOSED', { evidence });
    expect(closed).toMatchObject({ step: 'CLOSED', dueAt: null, overdue: false, closedAt: time.now().toISOString() });
    expect(closed.steps).toMatchObject([
      { step: 'DISCOVERED', by: '镇综治中心专干' },
      { step: 'ASSESSED', by: '镇综治中心专干', note: '已入户核实', evidence: [] },
      { step: 'REFERRED', by: '县综治中心专干', note: null },
      { step: 'HANDLED', by: '县综治中心专干', note: '家庭指导已开展' },
      { step: 'REVISITED', by: '镇综治中心专干', note: '回访情况稳定' },
      { step: 'CLOSED', by: '县综治中心专干', evidence },
    ]);
    expect(
      (
        await work.refused(
          'assignTask',
          {
            case: story.case,
            agency: 'EDUCATION',
            kind: '其他',
            instruction: '补充',
            dueAt: time.from(DAY_MILLISECONDS),
          },
          byCase(story.case),
        )
      ).code,
    ).toBe('CASE_CLOSED');
  });

  test('the supervisor sees the process without personal data, and reopens the case', async () => {
    const seen = await ask(
      `{ case(id: "${story.case}") { number step steps { step by at note evidence } tasks { agency doneAt outcome } meetings { minutes docket { decision opinions { opinion } } } children { id risk { level } identity { fullName } } }
         clue(id: "${story.clue}") { facts } }`,
      supervising,
    );
    const { children, steps, tasks, meetings, ...rest } = seen.data.case;
    const process = { ...rest, tasks };
    const written = { steps, tasks, meetings };
    expect(JSON.stringify(written)).not.toMatch(/"(?:by|note|outcome|minutes|decision|opinion)":"/);
    expect(steps.every(({ evidence }: { evidence: [] }) => evidence.length === 0)).toBe(true);
    expect(process).toMatchObject({ step: 'CLOSED', tasks: [{ agency: 'EDUCATION' }, { agency: 'CIVIL_AFFAIRS' }] });
    expect(children).toEqual([]);
    expect(seen.data.clue).toBeNull();
    expect(denied(seen)).toEqual(
      expect.arrayContaining(['Case.children', 'CaseStepRecord.by', 'CaseStepRecord.note', 'Query.clue']),
    );

    const version = await versionOf(supervising);
    const reopening = { case: story.case, reason: '回访材料不全', version };
    for (const other of [onDuty('education-officer'), assessing, clerk]) {
      expect((await work.refused('reopenCase', reopening, other)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
    const reopened = await work.done('reopenCase', reopening, {
      ...supervising,
      select: 'step closedAt dueAt version steps { step by note reopening }',
    });
    expect(reopened).toMatchObject({
      step: 'DISCOVERED',
      closedAt: null,
      dueAt: time.from(2 * HOUR_MILLISECONDS),
      version: version + 1,
    });
    expect(reopened.steps.at(-1)).toEqual({ step: 'DISCOVERED', by: null, note: null, reopening: true });
    expect((await work.owner('base.case_step').where({ reopening: true }))[0].note).toBe('回访材料不全');
    expect(reopened.steps).toHaveLength(7);
    expect(
      (
        await work.refused(
          'takeStep',
          { case: story.case, step: 'ASSESSED', note: '核实', version: version + 1 },
          supervising,
        )
      ).code,
    ).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
  });

  test('every act is recorded with its caller, and announced to the subscribed apps', async () => {
    const kinds: string[] = await work.owner('base.notice').orderBy('occurred_at').pluck('kind');
    expect([...new Set(kinds)].toSorted()).toEqual(
      [
        'CLUE_REPORTED',
        'RISK_PROPOSED',
        'RISK_CONFIRMED',
        'CASE_OPENED',
        'CASE_STEP_TAKEN',
        'TASK_ASSIGNED',
        'TASK_DONE',
        'MEETING_CONVENED',
        'DOCKET_CHANGED',
        'MEETING_CHANGED',
        'DECISION_RECORDED',
        'FEEDBACK_GIVEN',
        'CASE_CLOSED',
        'CASE_REOPENED',
      ].toSorted(),
    );
    for (const secret of [FACTS, REPORTER, CONTACT, child]) expect(work.system.logged()).not.toContain(secret);
  });
});
