import { randomUUID } from 'node:crypto';
import { addDays, todayInChina } from '../../shared/domain/dates';
import {
  type ActOptions,
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { STORY } from '../support/databases';

const TOWN = '990101001';
const LONGEST_TEXT = 4_000;

let time: PassingTime;
let work: CaseWork;
/** Children of the county, the first 25 from the town; the first is in the cases below. */
let children: readonly string[];
let neighbour: readonly string[];
/** Case workers with assessments of the children of these proposals. */
const assessing = {} as Record<'settled' | 'proposal' | 'neighbour', ActOptions>;
const at = {} as {
  readonly clue: string;
  readonly clueOfCase: string;
  readonly answeredClue: string;
  readonly proposal: string;
  readonly settled: string;
  readonly neighbourProposal: string;
  readonly openCase: string;
  readonly otherCase: string;
  readonly revisitedCase: string;
  readonly caseWithTask: string;
  readonly closedCase: string;
  readonly neighbourCase: string;
  readonly task: string;
  readonly doneTask: string;
  readonly meeting: string;
  readonly otherMeeting: string;
  readonly full: string;
  readonly oneMore: string;
  readonly held: string;
  readonly endedAssignment: string;
  readonly settledDeadline: string;
};

type Input = Readonly<Record<string, unknown>>;

const head = { as: 'centre-head', purpose: 'OWN_DUTY' };
const reporting: ActOptions = { as: 'education-officer', purpose: 'MANDATORY_REPORT' };
const town: ActOptions = { as: 'town-case-worker', purpose: 'RISK_ASSESSMENT' };
const county: ActOptions = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' };
const neighbouring: ActOptions = { as: 'neighbour-case-worker', purpose: 'RISK_ASSESSMENT' };
const clerk: ActOptions = { as: 'meeting-clerk', purpose: 'OWN_DUTY' };
const education: ActOptions = { as: 'education-officer', purpose: 'OWN_DUTY' };

const report = (more: Input = {}): Input => ({
  channel: '强制报告',
  situation: '辍学',
  facts: '连续两周未到校',
  region: '990101001001',
  ...more,
});
const opening = (more: Input = {}): Input => ({
  kind: '一般',
  level: 'YELLOW',
  children: [children[0]],
  region: TOWN,
  ...more,
});
const step = (id: string, to: string, version: number, more: Input = {}): Input => ({
  case: id,
  step: to,
  version,
  ...more,
});
const assignment = (id: string, more: Input = {}): Input => ({
  case: id,
  agency: 'EDUCATION',
  kind: '核实情况',
  dueAt: time.from(DAY_MILLISECONDS),
  ...more,
});
const convening = (more: Input = {}): Input => ({
  kind: 'CASE_CONFERENCE',
  heldAt: time.from(DAY_MILLISECONDS),
  region: '990101',
  agencies: ['GOVERNANCE_CENTER', 'EDUCATION'],
  ...more,
});
const decision = (more: Input = {}): Input => ({
  meeting: at.held,
  case: at.openCase,
  decision: '联合走访',
  version: 4,
  ...more,
});
const several = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('mutation_input', time.clock);
  const ofTown = await unknownChildren(work.owner, TOWN, 25);
  const ofCounty = await unknownChildren(work.owner, '990101', 76);
  children = [...new Set([...ofTown, ...ofCounty])].slice(0, 51);
  neighbour = await unknownChildren(work.owner, '990102', 2);
  const id = async (mutation: string, input: Input, options: ActOptions): Promise<string> =>
    (await work.done(mutation, input, { select: 'id', ...options })).id;
  const steps = async (caseId: string, ...names: string[]) => {
    for (const [index, name] of names.entries()) {
      const more = name === 'CLOSED' ? { evidence: ['结案〔2026〕1号'] } : { note: '记录' };
      await work.done('takeStep', step(caseId, name, index + 1, more), byCase(caseId));
    }
    return caseId;
  };
  const newCase = async (more: Input = {}) => {
    const caseId = await id('openCase', opening(more), county);
    await work.confirm('CASE', caseId, 'county-case-worker', 'town-case-worker');
    return caseId;
  };
  const newClue = async (more: Input = {}) => {
    const { receiptNumber } = await work.done('reportClue', report(more), { ...reporting, select: 'receiptNumber' });
    return (await work.owner('base.clue').where({ receipt_number: receiptNumber }))[0].clue_id as string;
  };
  const propose = (child: string | undefined, options: ActOptions) => id('proposeRisk', { child }, options);
  for (const [name, child = '', officer] of [
    ['settled', children[1]],
    ['proposal', children[4]],
    ['neighbour', neighbour[0], 'neighbour-case-worker'],
  ] as const) {
    assessing[name] = await work.assessing(child, officer);
  }

  const clueOfCase = await newClue();
  const answeredClue = await newClue();
  await work.done('giveFeedback', { clue: answeredClue, feedback: '已办理' }, county);
  const settled = await propose(children[1], assessing.settled);
  await work.done('confirmRisk', { proposal: settled, level: 'YELLOW', reason: '走访所见' }, assessing.settled);
  const openCase = await newCase({ clue: clueOfCase });
  const ALL = ['ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED', 'CLOSED'];
  const caseWithTask = await steps(await newCase(), ...ALL.slice(0, 4));
  const task = await id('assignTask', assignment(caseWithTask), byCase(caseWithTask));
  const otherCase = await newCase();
  const doneTask = await id('assignTask', assignment(otherCase), byCase(otherCase));
  await work.done('completeTask', { task: doneTask, outcome: '已核实' }, education);
  const held = await id('conveneMeeting', convening(), clerk);
  for (const one of [openCase, otherCase]) await work.done('putOnDocket', { meeting: held, case: one }, clerk);
  await time.pass(2 * DAY_MILLISECONDS);
  await work.done('recordDecision', { meeting: held, case: otherCase, decision: '联合走访', version: 3 }, clerk);
  const meeting = await id('conveneMeeting', convening(), clerk);
  await work.confirm('MEETING', meeting, 'education-member');
  await work.done('putOnDocket', { meeting, case: openCase }, clerk);
  const otherMeeting = await id('conveneMeeting', convening(), clerk);
  const full = await id('conveneMeeting', convening(), clerk);
  for (const [from, to] of [
    [0, 20],
    [20, 40],
    [40, 50],
  ]) {
    const many = await newCase({ children: children.slice(from, to) });
    await work.done('putOnDocket', { meeting: full, case: many }, clerk);
  }
  const protect = (child: string | undefined) => id('assignProtection', { child, category: 'MISCONDUCT' }, county);
  const endedAssignment = await protect(children[2]);
  await work.done('endProtection', { assignment: endedAssignment }, county);
  await protect(children[3]);
  const track = {
    kind: 'RECOMMENDATION_REPLY',
    child: children[0],
    agency: 'EDUCATION',
    dueOn: addDays(todayInChina(), 365),
  };
  const settledDeadline = await id('trackDeadline', track, county);
  await work.owner('base.tracked_deadline').where({ deadline_id: settledDeadline }).update({ settled_at: time.now() });
  Object.assign(at, {
    clue: await newClue(),
    clueOfCase,
    answeredClue,
    proposal: await propose(children[4], assessing.proposal),
    settled,
    neighbourProposal: await propose(neighbour[0], assessing.neighbour),
    openCase,
    otherCase,
    revisitedCase: await steps(await newCase(), ...ALL.slice(0, 4)),
    caseWithTask,
    closedCase: await steps(await newCase(), ...ALL),
    neighbourCase: await id('openCase', opening({ children: [neighbour[0]], region: '990102' }), neighbouring),
    task,
    doneTask,
    meeting,
    otherMeeting,
    full,
    oneMore: await newCase({ children: [children[50]] }),
    held,
    endedAssignment,
    settledDeadline,
  });
  // A reference's content is cached for half a minute.
  await time.pass(HALF_A_MINUTE);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

/** The mutation, its input and caller, and the expected code, argument, fault and state. */
type Attempt = readonly [mutation: string, input: Input, options: ActOptions, code: string, told?: Input];

const argument = (name: string) => ({ argument: `input.${name}` });
const NOT_FOUND = 'RECORD_NOT_FOUND';
const DENIED = 'UNAUTHORIZED_FIELD_OR_TYPE';
const ofText = (fault: string, name = 'facts'): [string, Input] => ['TEXT_REFUSED', { ...argument(name), fault }];
const nobody = () => `${'A'.repeat(42)}A`;

const attempts: Record<string, () => Attempt> = {
  // 线索
  'a channel that is on no list': () => [
    'reportClue',
    report({ channel: '口耳相传' }),
    reporting,
    'CODE_UNKNOWN',
    argument('channel'),
  ],
  'a situation that is on no list': () => [
    'reportClue',
    report({ situation: '心情不好' }),
    reporting,
    'CODE_UNKNOWN',
    argument('situation'),
  ],
  'a region that does not exist': () => [
    'reportClue',
    report({ region: '990199' }),
    reporting,
    'CODE_UNKNOWN',
    argument('region'),
  ],
  'a region that cannot be one': () => [
    'reportClue',
    report({ region: "99'; --" }),
    reporting,
    'CODE_UNKNOWN',
    argument('region'),
  ],
  'a region of elsewhere': () => ['reportClue', report({ region: '990102' }), reporting, DENIED],
  'a clue that does not exist': () => ['linkClue', { clue: randomUUID(), child: children[0] }, county, NOT_FOUND],
  'a clue’s id that cannot be one': () => ['linkClue', { clue: '某条线索', child: children[0] }, county, NOT_FOUND],
  'a clue linked to nothing': () => ['linkClue', { clue: at.clue }, county, 'BAD_USER_INPUT', argument('child')],
  'a clue linked to a child that does not exist': () => [
    'linkClue',
    { clue: at.clue, child: nobody() },
    county,
    NOT_FOUND,
    argument('child'),
  ],
  'a clue linked to a child of elsewhere': () => [
    'linkClue',
    { clue: at.clue, child: neighbour[0] },
    county,
    NOT_FOUND,
    argument('child'),
  ],
  'a clue linked to a case that does not exist': () => [
    'linkClue',
    { clue: at.clue, case: randomUUID() },
    county,
    NOT_FOUND,
    argument('case'),
  ],
  'a clue linked to a case of elsewhere': () => [
    'linkClue',
    { clue: at.clue, case: at.neighbourCase },
    county,
    NOT_FOUND,
    argument('case'),
  ],
  'feedback that was given': () => [
    'giveFeedback',
    { clue: at.answeredClue, feedback: '再次告知' },
    county,
    'ALREADY_SETTLED',
  ],

  // Texts
  'no facts': () => ['reportClue', report({ facts: '' }), reporting, ...ofText('EMPTY')],
  'blank facts': () => ['reportClue', report({ facts: ' \n\t\u3000' }), reporting, ...ofText('EMPTY')],
  'one character too many': () => [
    'reportClue',
    report({ facts: '长'.repeat(LONGEST_TEXT + 1) }),
    reporting,
    ...ofText('TOO_LONG'),
  ],
  'a control character': () => [
    'reportClue',
    report({ facts: '响\u0007铃响铃' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'an escape sequence': () => [
    'reportClue',
    report({ facts: '红色\u001b[31m字' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'a bidirectional override': () => [
    'reportClue',
    report({ facts: '左右\u202e颠倒' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'a bidirectional isolate': () => [
    'reportClue',
    report({ facts: '左右\u2066颠倒' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'a space of no width': () => [
    'reportClue',
    report({ facts: '看不\u200b见的' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'a line separator': () => [
    'reportClue',
    report({ facts: '另起\u2028一行' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'half a character': () => [
    'reportClue',
    report({ facts: '半个\ud83d字符' }),
    reporting,
    ...ofText('CONTROL_CHARACTER'),
  ],
  'a null byte': () => ['reportClue', report({ facts: '截断\u0000之后' }), reporting, ...ofText('CONTROL_CHARACTER')],
  'a reporter’s name that is too long': () => [
    'reportClue',
    report({ reporter: '某'.repeat(101) }),
    reporting,
    ...ofText('TOO_LONG', 'reporter'),
  ],
  'a null byte in a contact': () => [
    'reportClue',
    report({ reporterContact: '电话\u0000分机' }),
    reporting,
    ...ofText('CONTROL_CHARACTER', 'reporterContact'),
  ],
  'a null byte in a channel': () => [
    'reportClue',
    report({ channel: '强制\u0000报告' }),
    reporting,
    'CODE_UNKNOWN',
    argument('channel'),
  ],
  'a null byte in an id': () => [
    'linkClue',
    { clue: at.clue, child: `${children[0]}\u0000` },
    county,
    NOT_FOUND,
    argument('child'),
  ],
  'a kind of case that the practice does not have': () => [
    'openCase',
    opening({ kind: '家庭暴力' }),
    town,
    'CODE_UNKNOWN',
    { argument: 'input.kind', kinds: ['一般', '重大', '紧急'] },
  ],
  'a kind of task that the practice does not have': () => [
    'assignTask',
    assignment(at.openCase, { kind: '司法救助' }),
    byCase(at.openCase),
    'CODE_UNKNOWN',
    {
      argument: 'input.kind',
      kinds: ['核实情况', '入户走访', '联系家庭', '学习帮扶', '心理支持', '生活帮扶', '法律服务', '安全保障', '其他'],
    },
  ],
  'an instruction that is too long': () => [
    'assignTask',
    assignment(at.openCase, { instruction: '长'.repeat(LONGEST_TEXT + 1) }),
    byCase(at.openCase),
    ...ofText('TOO_LONG', 'instruction'),
  ],
  // Keys and shapes
  ...Object.fromEntries(
    Object.entries({
      empty: '',
      short: 'k-12345',
      long: 'k'.repeat(101),
      spaced: 'key with spaces',
      Chinese: '幂等键幂等键幂等键',
      null: 'key-1234\u0000',
    }).map(([what, idempotencyKey]) => [
      `a key that is ${what}`,
      (): Attempt => [
        'reportClue',
        report({ idempotencyKey }),
        reporting,
        'BAD_USER_INPUT',
        argument('idempotencyKey'),
      ],
    ]),
  ),
  'no key': () => ['reportClue', report({ idempotencyKey: undefined }), reporting, 'BAD_USER_INPUT'],
  'a number for a text': () => ['reportClue', report({ facts: 1234567890 }), reporting, 'BAD_USER_INPUT'],
  'a field that no input has': () => ['reportClue', report({ secretField: '多余的内容' }), reporting, 'BAD_USER_INPUT'],
  'a level that no scheme has': () => ['openCase', opening({ level: 'PURPLE' }), town, 'BAD_USER_INPUT'],
  'a category that is sealed': () => [
    'assignProtection',
    { child: children[0], category: 'SERIOUS_MISCONDUCT' },
    county,
    'BAD_USER_INPUT',
  ],
  'a time that is none': () => [
    'assignTask',
    assignment(at.openCase, { dueAt: '后天下午三点' }),
    byCase(at.openCase),
    'BAD_USER_INPUT',
  ],

  // 风险评估
  'a proposal that does not exist': () => [
    'confirmRisk',
    { proposal: randomUUID(), level: 'RED' },
    assessing.settled,
    NOT_FOUND,
  ],
  'a proposal that is settled': () => [
    'confirmRisk',
    { proposal: at.settled, level: 'YELLOW' },
    assessing.settled,
    'ALREADY_SETTLED',
  ],
  'another level than proposed, without a reason': () => [
    'confirmRisk',
    { proposal: at.proposal, level: 'RED' },
    assessing.proposal,
    'EVIDENCE_REQUIRED',
    argument('reason'),
  ],
  'another level than proposed, for a blank reason': () => [
    'confirmRisk',
    { proposal: at.proposal, level: 'RED', reason: ' ' },
    assessing.proposal,
    'EVIDENCE_REQUIRED',
    argument('reason'),
  ],
  'a level that the county’s scheme lacks': () => [
    'confirmRisk',
    { proposal: at.neighbourProposal, level: 'BLUE', reason: '从轻' },
    assessing.neighbour,
    'CODE_UNKNOWN',
    argument('level'),
  ],
  'a basis too many': () => [
    'confirmRisk',
    { proposal: at.proposal, level: 'RED', reason: '从重', basis: several(11, (index) => `依据之${index}`) },
    assessing.proposal,
    'BAD_USER_INPUT',
    argument('basis'),
  ],
  'a proposal about a child of elsewhere': () => [
    'proposeRisk',
    { child: neighbour[0] },
    assessing.proposal,
    NOT_FOUND,
  ],
  'a visit that is yet to come': () => [
    'recordVisit',
    { child: children[1], visitedAt: time.from(1_000) },
    county,
    'DATE_REFUSED',
    argument('visitedAt'),
  ],
  'a visit of a child without a level': () => [
    'recordVisit',
    { child: children[5], visitedAt: time.from(0) },
    county,
    'NOT_IN_FORCE',
  ],

  // 个案
  'a case about nobody': () => ['openCase', opening({ children: [] }), town, 'BAD_USER_INPUT', argument('children')],
  'a case about too many': () => [
    'openCase',
    opening({ children: children.slice(0, 21) }),
    town,
    'BAD_USER_INPUT',
    argument('children'),
  ],
  'a case about a child that does not exist': () => [
    'openCase',
    opening({ children: [children[0], nobody()] }),
    town,
    NOT_FOUND,
    argument('children'),
  ],
  'a case about a child of elsewhere': () => [
    'openCase',
    opening({ children: [children[0], neighbour[0]] }),
    town,
    NOT_FOUND,
    argument('children'),
  ],
  'a case in a region of elsewhere': () => ['openCase', opening({ region: '990102' }), town, DENIED],
  'a case at a level that the county’s scheme lacks': () => [
    'openCase',
    opening({ children: [neighbour[0]], region: '990102', level: 'BLUE' }),
    neighbouring,
    'CODE_UNKNOWN',
    argument('level'),
  ],
  'a case from a clue that does not exist': () => [
    'openCase',
    opening({ clue: randomUUID() }),
    town,
    NOT_FOUND,
    argument('clue'),
  ],
  'a case from a clue’s id that cannot be one': () => [
    'openCase',
    opening({ clue: '某条线索' }),
    town,
    NOT_FOUND,
    argument('clue'),
  ],
  'a case from a clue that has one': () => ['openCase', opening({ clue: at.clueOfCase }), town, 'ALREADY_SETTLED'],
  'a step of a case that does not exist': () => [
    'takeStep',
    step(randomUUID(), 'ASSESSED', 1, { note: '记录' }),
    byCase(at.openCase),
    NOT_FOUND,
  ],
  'a step of a case’s id that cannot be one': () => [
    'takeStep',
    step('某个个案', 'ASSESSED', 1, { note: '记录' }),
    byCase(at.openCase),
    NOT_FOUND,
  ],
  'a step of a case that the reference does not cover': () => [
    'takeStep',
    step(at.otherCase, 'ASSESSED', 1, { note: '记录' }),
    byCase(at.openCase),
    NOT_FOUND,
  ],
  'a step too far': () => [
    'takeStep',
    step(at.openCase, 'REFERRED', 1),
    byCase(at.openCase),
    'STEP_OUT_OF_ORDER',
    { current: { version: 1, step: 'DISCOVERED' } },
  ],
  'a step back': () => [
    'takeStep',
    step(at.revisitedCase, 'HANDLED', 5, { note: '记录' }),
    byCase(at.revisitedCase),
    'STEP_OUT_OF_ORDER',
    { current: { version: 5, step: 'REVISITED' } },
  ],
  'the first step': () => [
    'takeStep',
    step(at.openCase, 'DISCOVERED', 1),
    byCase(at.openCase),
    'STEP_OUT_OF_ORDER',
    { current: { version: 1, step: 'DISCOVERED' } },
  ],
  'a step of another version': () => [
    'takeStep',
    step(at.openCase, 'ASSESSED', 7, { note: '记录' }),
    byCase(at.openCase),
    'CONFLICT',
    { current: { version: 1, step: 'DISCOVERED' } },
  ],
  'a step without its note': () => [
    'takeStep',
    step(at.openCase, 'ASSESSED', 1),
    byCase(at.openCase),
    'EVIDENCE_REQUIRED',
    argument('note'),
  ],
  'a step with a blank note': () => [
    'takeStep',
    step(at.openCase, 'ASSESSED', 1, { note: ' ' }),
    byCase(at.openCase),
    'EVIDENCE_REQUIRED',
    argument('note'),
  ],
  'a note that is too long': () => [
    'takeStep',
    step(at.openCase, 'ASSESSED', 1, { note: '长'.repeat(LONGEST_TEXT + 1) }),
    byCase(at.openCase),
    ...ofText('TOO_LONG', 'note'),
  ],
  'the end without evidence': () => [
    'takeStep',
    step(at.revisitedCase, 'CLOSED', 5, { note: '记录' }),
    byCase(at.revisitedCase),
    'EVIDENCE_REQUIRED',
    argument('evidence'),
  ],
  'blank evidence': () => [
    'takeStep',
    step(at.revisitedCase, 'CLOSED', 5, { evidence: [' '] }),
    byCase(at.revisitedCase),
    ...ofText('EMPTY', 'evidence'),
  ],
  'too much evidence': () => [
    'takeStep',
    step(at.revisitedCase, 'CLOSED', 5, { evidence: several(21, (index) => `材料第${index}号`) }),
    byCase(at.revisitedCase),
    'BAD_USER_INPUT',
    argument('evidence'),
  ],
  'the end by a town': () => [
    'takeStep',
    step(at.revisitedCase, 'CLOSED', 5, { evidence: ['结案〔2026〕1号'] }),
    byCase(at.revisitedCase, 'town-case-worker'),
    'STEP_NOT_YOURS',
  ],
  'the end with a task that is not done': () => [
    'takeStep',
    step(at.caseWithTask, 'CLOSED', 6, { evidence: ['结案〔2026〕1号'] }),
    byCase(at.caseWithTask),
    'TASKS_OPEN',
    { openTasks: 1 },
  ],
  'a step of a closed case': () => [
    'takeStep',
    step(at.closedCase, 'CLOSED', 6, { evidence: ['结案〔2026〕1号'] }),
    byCase(at.closedCase),
    'CASE_CLOSED',
    { current: { version: 6, step: 'CLOSED' } },
  ],
  'a case opened again that is open': () => [
    'reopenCase',
    { case: at.openCase, reason: '材料不全', version: 1 },
    { as: 'supervisor', purpose: 'SUPERVISION' },
    'STEP_OUT_OF_ORDER',
    { current: { version: 1, step: 'DISCOVERED' } },
  ],
  'a case opened again without a reason': () => [
    'reopenCase',
    { case: at.closedCase, reason: ' ', version: 6 },
    { as: 'supervisor', purpose: 'SUPERVISION' },
    ...ofText('EMPTY', 'reason'),
  ],

  // 任务
  'a task that was due before': () => [
    'assignTask',
    assignment(at.openCase, { dueAt: time.from(-1_000) }),
    byCase(at.openCase),
    'DATE_REFUSED',
    argument('dueAt'),
  ],
  'a task that is due now': () => [
    'assignTask',
    assignment(at.openCase, { dueAt: time.from(0) }),
    byCase(at.openCase),
    'DATE_REFUSED',
    argument('dueAt'),
  ],
  'a task in a closed case': () => [
    'assignTask',
    assignment(at.closedCase),
    byCase(at.closedCase),
    'CASE_CLOSED',
    { current: { version: 6, step: 'CLOSED' } },
  ],
  'a task that does not exist': () => ['completeTask', { task: randomUUID(), outcome: '已核实' }, education, NOT_FOUND],
  'a task’s id that cannot be one': () => [
    'completeTask',
    { task: '某项任务', outcome: '已核实' },
    education,
    NOT_FOUND,
  ],
  'a task that is done': () => [
    'completeTask',
    { task: at.doneTask, outcome: '再次核实' },
    education,
    'ALREADY_SETTLED',
  ],
  'a task of another agency': () => [
    'completeTask',
    { task: at.task, outcome: '代为核实' },
    { as: 'prosecutor', purpose: 'OWN_DUTY' },
    NOT_FOUND,
  ],
  'a task without an outcome': () => [
    'completeTask',
    { task: at.task, outcome: '' },
    education,
    ...ofText('EMPTY', 'outcome'),
  ],

  // 会议
  'a meeting that was held before': () => [
    'conveneMeeting',
    convening({ heldAt: time.from(-1_000) }),
    clerk,
    'DATE_REFUSED',
    argument('heldAt'),
  ],
  'a meeting in a region that does not exist': () => [
    'conveneMeeting',
    convening({ region: '990199' }),
    clerk,
    'CODE_UNKNOWN',
    argument('region'),
  ],
  'a meeting in a region of elsewhere': () => ['conveneMeeting', convening({ region: '990102' }), clerk, DENIED],
  'a meeting of nobody': () => [
    'conveneMeeting',
    convening({ agencies: [] }),
    clerk,
    'BAD_USER_INPUT',
    argument('agencies'),
  ],
  'an attendee of an agency that does not attend': () => [
    'conveneMeeting',
    convening({ attendees: [{ officer: '某检察官', agency: 'PROCURATORATE' }] }),
    clerk,
    'CODE_UNKNOWN',
    argument('attendees'),
  ],
  'too many attendees': () => [
    'conveneMeeting',
    convening({ attendees: several(101, (index) => ({ officer: `经办人${index}`, agency: 'EDUCATION' })) }),
    clerk,
    'BAD_USER_INPUT',
    argument('attendees'),
  ],
  'a null byte in an attendee': () => [
    'conveneMeeting',
    convening({ attendees: [{ officer: '某人\u0000', agency: 'EDUCATION' }] }),
    clerk,
    ...ofText('CONTROL_CHARACTER', 'attendees'),
  ],
  'a meeting that does not exist': () => [
    'putOnDocket',
    { meeting: randomUUID(), case: at.otherCase },
    clerk,
    NOT_FOUND,
  ],
  'a meeting’s id that cannot be one': () => [
    'putOnDocket',
    { meeting: '某次会议', case: at.otherCase },
    clerk,
    NOT_FOUND,
  ],
  'a change of another version': () => [
    'changeMeeting',
    { meeting: at.meeting, heldAt: time.from(DAY_MILLISECONDS), version: 7 },
    clerk,
    'CONFLICT',
    { current: { version: 2 } },
  ],
  'a change that asks whom the agency does not send': () => [
    'changeMeeting',
    {
      meeting: at.meeting,
      attendees: [
        { officer: 'education-member', agency: 'EDUCATION' },
        { officer: '某检察官', agency: 'PROCURATORATE' },
      ],
      version: 2,
    },
    clerk,
    'CODE_UNKNOWN',
    argument('attendees'),
  ],
  'a case that is on the docket': () => [
    'putOnDocket',
    { meeting: at.meeting, case: at.openCase },
    clerk,
    'ALREADY_SETTLED',
  ],
  'a case for the docket that does not exist': () => [
    'putOnDocket',
    { meeting: at.meeting, case: randomUUID() },
    clerk,
    NOT_FOUND,
    argument('case'),
  ],
  'a case for the docket that lies elsewhere': () => [
    'putOnDocket',
    { meeting: at.meeting, case: at.neighbourCase },
    clerk,
    'RECORD_NOT_FOUND',
    argument('case'),
  ],
  // The clerk may not know of the case, so its state is not shown.
  'a closed case for the docket': () => [
    'putOnDocket',
    { meeting: at.meeting, case: at.closedCase },
    clerk,
    'CASE_CLOSED',
  ],
  'more than 50 children on a docket': () => [
    'putOnDocket',
    { meeting: at.full, case: at.oneMore },
    clerk,
    'DOCKET_FULL',
    { limit: 50 },
  ],
  'a case off the docket that is not on it': () => [
    'takeOffDocket',
    { meeting: at.meeting, case: at.otherCase },
    clerk,
    NOT_FOUND,
    argument('case'),
  ],
  'an opinion in a meeting that one does not attend': () => [
    'giveOpinion',
    { meeting: at.meeting, case: at.openCase, opinion: '同意方案' },
    atMeeting(at.meeting, 'prosecutor-member'),
    'ACCESS_REFERENCE_REFUSED',
  ],
  'an opinion by the reference of another meeting': () => [
    'giveOpinion',
    { meeting: at.otherMeeting, case: at.openCase, opinion: '同意方案' },
    atMeeting(at.meeting, 'education-member'),
    NOT_FOUND,
  ],
  'an opinion on a case that is not on the docket': () => [
    'giveOpinion',
    { meeting: at.meeting, case: at.otherCase, opinion: '同意方案' },
    atMeeting(at.meeting, 'education-member'),
    NOT_FOUND,
    argument('case'),
  ],
  'a decision before the meeting': () => [
    'recordDecision',
    decision({ meeting: at.meeting, version: 2 }),
    clerk,
    'NOT_IN_FORCE',
  ],
  'a decision that was made': () => ['recordDecision', decision({ case: at.otherCase }), clerk, 'ALREADY_SETTLED'],
  'a decision of another version': () => [
    'recordDecision',
    decision({ version: 7 }),
    clerk,
    'CONFLICT',
    { current: { version: 4 } },
  ],
  'a decision with a task that was due before': () => [
    'recordDecision',
    decision({
      tasks: [
        { agency: 'EDUCATION', kind: '入户走访', dueAt: time.from(DAY_MILLISECONDS) },
        { agency: 'EDUCATION', kind: '入户走访', dueAt: time.from(-1_000) },
      ],
    }),
    clerk,
    'DATE_REFUSED',
    argument('dueAt'),
  ],
  'a decision with too many tasks': () => [
    'recordDecision',
    decision({
      tasks: several(21, () => ({ agency: 'EDUCATION', kind: '入户走访', dueAt: time.from(DAY_MILLISECONDS) })),
    }),
    clerk,
    'BAD_USER_INPUT',
    argument('tasks'),
  ],
  'minutes before the meeting': () => [
    'recordMinutes',
    { meeting: at.meeting, minutes: '会议纪要', version: 2 },
    clerk,
    'NOT_IN_FORCE',
  ],
  'minutes with somebody who was not asked': () => [
    'recordMinutes',
    { meeting: at.held, minutes: '会议纪要', attended: ['不速之客'], version: 4 },
    clerk,
    NOT_FOUND,
    argument('attended'),
  ],
  'minutes that are too long': () => [
    'recordMinutes',
    { meeting: at.held, minutes: '长'.repeat(20_001), version: 4 },
    clerk,
    ...ofText('TOO_LONG', 'minutes'),
  ],

  // 包保帮扶, 跟踪事项
  'an assignment that there is': () => [
    'assignProtection',
    { child: children[3], category: 'MISCONDUCT' },
    county,
    'ALREADY_SETTLED',
  ],
  'an assignment that has ended': () => ['endProtection', { assignment: at.endedAssignment }, county, 'NOT_IN_FORCE'],
  'a visit of an assignment that has ended': () => [
    'recordProtectionVisit',
    { assignment: at.endedAssignment, party: 'SELF', visitedAt: time.from(0) },
    county,
    'NOT_IN_FORCE',
  ],
  'a deadline before today': () => [
    'trackDeadline',
    { kind: 'RECOMMENDATION_REPLY', child: children[0], agency: 'EDUCATION', dueOn: '2020-01-01' },
    county,
    'DATE_REFUSED',
    argument('dueOn'),
  ],
  'a deadline that is settled': () => ['settleDeadline', { deadline: at.settledDeadline }, county, 'ALREADY_SETTLED'],

  // 参与确认
  'a part of nobody': () => [
    'confirmParticipation',
    { kind: 'CASE', id: at.openCase, officer: '\u3000' },
    head,
    ...ofText('EMPTY', 'officer'),
  ],
  'a part of a name that is too long': () => [
    'confirmParticipation',
    { kind: 'CASE', id: at.openCase, officer: '长'.repeat(201) },
    head,
    ...ofText('TOO_LONG', 'officer'),
  ],
  'a part in a case that does not exist': () => [
    'confirmParticipation',
    { kind: 'CASE', id: randomUUID(), officer: '某专干' },
    head,
    NOT_FOUND,
  ],
  'a part in what cannot be a case': () => [
    'confirmParticipation',
    { kind: 'CASE', id: '某个案件', officer: '某专干' },
    head,
    NOT_FOUND,
  ],
  'a part in a meeting by the id of a case': () => [
    'confirmParticipation',
    { kind: 'MEETING', id: at.openCase, officer: '某专干' },
    head,
    NOT_FOUND,
  ],
  'a part in a case of elsewhere': () => [
    'confirmParticipation',
    { kind: 'CASE', id: at.neighbourCase, officer: '某专干' },
    head,
    NOT_FOUND,
  ],
  'a part that nobody has confirmed, withdrawn': () => [
    'withdrawParticipation',
    { kind: 'CASE', id: at.openCase, officer: '某专干' },
    head,
    NOT_FOUND,
    argument('officer'),
  ],
};

/** Texts that could reveal a value: all that are not names of the schema. */
function* texts(value: unknown): Iterable<string> {
  if (typeof value === 'string') {
    if (!/^[A-Z_]*$/.test(value)) yield value.trim();
  } else if (typeof value === 'number') {
    if (value > 1_000) yield String(value);
  } else if (value !== null && typeof value === 'object') {
    for (const part of Object.values(value)) yield* texts(part);
  }
}

/** Part of a long text would be harmful, too, but not a short one such as four hexadecimal digits. */
const parts = (text: string) =>
  [text, ...text.split(/[^\p{L}\p{N}]+/u)]
    .filter((part) => part.length > (/^[ -~]*$/.test(part) ? 6 : 2))
    .map((part) => part.slice(0, 12));

test.each(Object.keys(attempts))(
  '%s: is refused, nothing is written, and the error contains no value',
  async (name) => {
    const [mutation, input, options, code, told = {}] = (attempts[name] as () => Attempt)();
    const idempotencyKey = randomUUID();
    const before = await work.contents();
    const loggedBefore = work.system.logged().length;
    const { status, body, text } = await work.act(mutation, { idempotencyKey, ...input }, options);
    const { limit, ...extensions } = body.errors?.[0]?.extensions ?? {};
    expect({ errors: body.errors?.length, answer: body.data?.[mutation] ?? null, ...extensions }).toMatchObject({
      errors: 1,
      answer: null,
      code,
      ...(told.limit === undefined ? told : { code }),
    });
    if (told.limit !== undefined) expect(limit).toBe(told.limit);
    expect(status).toBe(
      code === 'ACCESS_REFERENCE_REFUSED' ? 403 : status === 400 && code === 'BAD_USER_INPUT' ? 400 : 200,
    );
    expect(await work.contents()).toEqual(before);
    const reference = options.reference?.split('/')[1] ?? ' ';
    const answer = text.replaceAll(reference, '');
    const logged = work.system.logged().slice(loggedBefore).replaceAll(reference, '');
    for (const value of [...texts({ idempotencyKey, ...input })].flatMap(parts)) {
      expect({ value, answered: answer.includes(value), logged: logged.includes(value) }).toEqual({
        value,
        answered: false,
        logged: false,
      });
    }
  },
);

test('a child of another county is refused like one that does not exist', async () => {
  const refusals = await Promise.all(
    [nobody(), neighbour[0], '某某某某'].map(async (child) => {
      const { status, text } = await work.act('openCase', opening({ children: [child] }), town);
      return `${status} ${text}`;
    }),
  );
  expect(new Set(refusals).size).toBe(1);
});

test('a note of 10 MB is refused before it is read', async () => {
  const before = await work.contents();
  const note = '长'.repeat(3_500_000);
  const { status, body } = await work.act('takeStep', step(at.openCase, 'ASSESSED', 1, { note }), byCase(at.openCase));
  expect({ status, code: body.errors[0].extensions.code }).toEqual({ status: 413, code: 'REQUEST_TOO_LARGE' });
  expect(await work.contents()).toEqual(before);
  expect(work.system.logged()).not.toContain('长长长长');
});

test('a report about nobody whom the centre knows is accepted, and neither kept nor logged with its child', async () => {
  for (const child of [nobody(), '某某某某', STORY.leftBehind, `${children[0]}\u0000`]) {
    const loggedBefore = work.system.logged().length;
    const { receiptNumber } = await work.done('reportClue', report({ child }), {
      ...reporting,
      select: 'receiptNumber',
    });
    const rows = await work.owner('base.clue').where({ receipt_number: receiptNumber }).select('child_id', 'region');
    expect(rows).toEqual([{ child_id: null, region: report({}).region }]);
    expect(work.system.logged().slice(loggedBefore)).not.toContain(child.slice(0, 12));
  }
});

describe('the same input without the fault is accepted', () => {
  const accepted: Record<string, () => readonly [string, Input, ActOptions]> = {
    'facts of 4,000 characters': () => ['reportClue', report({ facts: '长'.repeat(LONGEST_TEXT) }), reporting],
    'facts of 4,000 characters of two halves each': () => [
      'reportClue',
      report({ facts: '𠮷'.repeat(LONGEST_TEXT) }),
      reporting,
    ],
    'facts of several lines': () => ['reportClue', report({ facts: '第一行\n\t第二行\r\n' }), reporting],
    'a key of 8 characters': () => ['reportClue', report({ idempotencyKey: 'Aa0-_z90' }), reporting],
    'a key of 100 characters': () => ['reportClue', report({ idempotencyKey: 'k'.repeat(100) }), reporting],
    'a case about 20': () => ['openCase', opening({ children: children.slice(0, 20) }), town],
    'a case from a clue': () => ['openCase', opening({ clue: at.clue }), town],
    'a step with its note': () => ['takeStep', step(at.openCase, 'ASSESSED', 1, { note: '记录' }), byCase(at.openCase)],
    'the end by the county': () => [
      'takeStep',
      step(at.revisitedCase, 'CLOSED', 5, { evidence: ['结案〔2026〕1号'] }),
      byCase(at.revisitedCase),
    ],
    'a task that is due later': () => ['assignTask', assignment(at.otherCase), byCase(at.otherCase)],
    'another level, for a reason': () => [
      'confirmRisk',
      { proposal: at.proposal, level: 'RED', reason: '从重' },
      assessing.proposal,
    ],
    'a level that the scheme has': () => [
      'confirmRisk',
      { proposal: at.neighbourProposal, level: 'YELLOW', reason: '从轻' },
      assessing.neighbour,
    ],
    'an opinion': () => [
      'giveOpinion',
      { meeting: at.meeting, case: at.openCase, opinion: '同意方案' },
      atMeeting(at.meeting, 'education-member'),
    ],
    'a decision': () => ['recordDecision', decision(), clerk],
    minutes: () => ['recordMinutes', { meeting: at.held, minutes: '长'.repeat(20_000), version: 5 }, clerk],
    'a task of one’s own agency': () => ['completeTask', { task: at.task, outcome: '已核实' }, education],
    'the case on another docket': () => ['putOnDocket', { meeting: at.otherMeeting, case: at.oneMore }, clerk],
  };

  test.each(Object.keys(accepted))('%s', async (name) => {
    const [mutation, input, options] = (accepted[name] as () => readonly [string, Input, ActOptions])();
    expect(await work.done(mutation, input, options)).toEqual({ __typename: expect.any(String) });
  });
});
