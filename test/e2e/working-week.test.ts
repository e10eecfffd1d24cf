import { dutyId } from '../../subgraphs/governance-center/duties/seed';
import {
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
import { TEST_DISTRICT } from '../support/databases';
import type { AskOptions } from '../support/system';

// A working week, from a school's report to a closed case: at every step, what each of sixteen callers is told about the child
// and the case, with the references that they have by then.

const TOWN = '990101001';
const VILLAGE = '990101001001';
const FACTS = '连续三日无人接送，独自在家';
const REPORTER = '王老师';

let time: PassingTime;
let work: CaseWork;
let child: string;
const story = {} as { clue: string; receipt: string; case: string; meeting: string; assessment: string };
const task = {} as { education: string; civilAffairs: string };

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('working_week', time.clock);
  [child = ''] = await unknownChildren(work.owner, VILLAGE, 1);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const as = (name: string, purpose: string, reference?: string): AskOptions => ({
  as: name,
  purpose,
  ...(reference && { reference }),
});
const visits = (officer: string) => `visits/${dutyId(TEST_DISTRICT, 'VISITS', officer)}`;

/** The callers, with the reference of each by now; where there is none, one that nobody has. */
function callers(): Readonly<Record<string, AskOptions>> {
  const none = '00000000-0000-8000-8000-000000000000';
  const ofCase = `case/${story.case ?? none}`;
  const ofMeeting = `meeting/${story.meeting ?? none}`;
  return {
    assessor: as('town-case-worker', 'RISK_ASSESSMENT', story.assessment ?? `assessment/${none}`),
    handler: as('county-case-worker', 'CASE_HANDLING', ofCase),
    'education officer of the case': as('education-officer', 'CASE_HANDLING', ofCase),
    'education officer of the task': as('education-officer', 'WELFARE_SERVICE', `task/${task.education ?? none}`),
    'civil affairs officer of the task': as(
      'civil-affairs-officer',
      'WELFARE_SERVICE',
      `task/${task.civilAffairs ?? none}`,
    ),
    'civil affairs officer of the clue': as('civil-affairs-officer', 'MANDATORY_REPORT', `clue/${story.clue ?? none}`),
    'police officer of the clue': as('police-officer', 'MANDATORY_REPORT', `clue/${story.clue ?? none}`),
    'second education officer': as('second-education-officer', 'WELFARE_SERVICE', `task/${task.education ?? none}`),
    'child director': as('child-director', 'VISIT', visits('child-director')),
    "next village's child director": as('second-child-director', 'VISIT', visits('second-child-director')),
    'member of education': as('education-member', 'JOINT_MEETING', ofMeeting),
    'member of the procuratorate': as('prosecutor-member', 'JOINT_MEETING', ofMeeting),
    clerk: as('meeting-clerk', 'JOINT_MEETING', ofMeeting),
    supervisor: as('supervisor', 'SUPERVISION'),
    "neighbour county's case worker": as('neighbour-case-worker', 'RISK_ASSESSMENT'),
    developer: as('education-developer', 'OWN_DUTY'),
  };
}

/** What is told, in the order of the question: `nothing` where the reference is refused or no field is answered. */
const TELLS: readonly (readonly [what: string, of: (data: Told) => unknown])[] = [
  ['child', ({ child }) => child?.id],
  ['name', ({ child }) => child?.identity?.fullName],
  ['birth date', ({ child }) => child?.identity?.birthDate],
  ['number', ({ child }) => child?.identity?.idNumber],
  ['place', ({ child }) => child?.place?.code],
  ['address', ({ child }) => child?.household?.address],
  ['school', ({ child }) => child?.enrolment?.school],
  ['grade', ({ child }) => child?.enrolment?.grade],
  ['risk', ({ child }) => child?.risk?.level],
  ['report', ({ clue }) => clue?.facts],
  ['reporter', ({ clue }) => clue?.reporter],
  ['case', (data) => data.case?.number],
  ['notes', (data) => data.case?.steps?.find(({ note }: { note: string | null }) => note !== null)],
];

// biome-ignore lint/suspicious/noExplicitAny: what is told differs from caller to caller.
type Told = any;

async function told(): Promise<Readonly<Record<string, string>>> {
  // A reference's content is remembered for half a minute.
  await time.pass(HALF_A_MINUTE);
  const none = '00000000-0000-8000-8000-000000000000';
  const question = `{
    child(id: "${child}") {
      id place { code } risk { level }
      identity { fullName birthDate idNumber } household { address } enrolment { school grade }
    }
    clue(id: "${story.clue ?? none}") { facts reporter }
    case(id: "${story.case ?? none}") { number steps { note } }
  }`;
  const answers: Record<string, string> = {};
  for (const [caller, options] of Object.entries(callers())) {
    const { body } = await work.system.ask(question, options);
    const data = body?.data ?? {};
    const words = TELLS.flatMap(([what, of]) => {
      const value = of(data);
      if (value === undefined || value === null) return [];
      return [typeof value === 'string' && value.includes('*') ? `${what} masked` : what];
    });
    if (words.length > 0) answers[caller] = words.join(', ');
  }
  return answers;
}

const step = async (name: string, to: string, extra: Record<string, unknown> = {}) => {
  const read = byCase(story.case, name);
  const { body } = await work.system.ask(`{ case(id: "${story.case}") { version } }`, read);
  return work.done('takeStep', { case: story.case, step: to, version: body.data.case.version, ...extra }, read);
};

test('Monday: nobody of the sixteen knows the child by a reference', async () => {
  expect(await told()).toEqual({});
});

test('the school reports, and the agency that the situation names receives the report', async () => {
  const { receiptNumber } = await work.done(
    'reportClue',
    { channel: '强制报告', situation: '监护缺失', facts: FACTS, region: VILLAGE, child, reporter: REPORTER },
    { ...as('education-officer', 'MANDATORY_REPORT'), select: 'receiptNumber' },
  );
  story.receipt = receiptNumber;
  story.clue = (await work.owner('base.clue').where({ receipt_number: receiptNumber }).first()).clue_id;
  expect(await told()).toEqual({
    'civil affairs officer of the clue': 'child, name, place, address, report, reporter',
  });
});

test('the town opens the assessment of this one child', async () => {
  const { reference } = await work.done(
    'openAssessment',
    { child, ground: 'CLUE', note: '核实报告情况' },
    { ...as('town-case-worker', 'RISK_ASSESSMENT'), select: 'reference' },
  );
  story.assessment = reference;
  expect((await told()).assessor).toBe('child, name, number masked, place, address, school, grade, report');
});

test('Tuesday: a confirmed risk puts the child on the village’s list of visits', async () => {
  const assessing = as('town-case-worker', 'RISK_ASSESSMENT', story.assessment);
  const proposal = await work.done('proposeRisk', { child }, { ...assessing, select: 'id level' });
  await work.done('confirmRisk', { proposal: proposal.id, level: proposal.level }, assessing);
  expect(await told()).toMatchObject({
    assessor: 'child, name, number masked, place, address, school, grade, risk, report',
    'child director': 'child, name, place, address, school, grade, risk',
  });
});

test('a case opens to its confirmed handler, and to nobody who is not confirmed', async () => {
  const opened = await work.done(
    'openCase',
    { kind: '一般', level: 'YELLOW', children: [child], region: TOWN, agencies: ['EDUCATION'], clue: story.clue },
    { ...as('town-case-worker', 'RISK_ASSESSMENT'), select: 'id' },
  );
  story.case = opened.id;
  expect(Object.keys(await told())).not.toContain('handler');
  await work.confirm('CASE', story.case, 'county-case-worker', 'town-case-worker', 'education-officer');
  await step('town-case-worker', 'ASSESSED', { note: '已入户核实' });
  await step('county-case-worker', 'REFERRED');
  expect(await told()).toMatchObject({
    handler: 'child, name, birth date, place, address, school, grade, risk, report, case, notes',
    'education officer of the case': 'child, name, school, grade, risk, case',
  });
});

test('Wednesday: officers of a task find the child by it, and know whom and where', async () => {
  const assign = async (agency: string, kind: string) =>
    (
      await work.done(
        'assignTask',
        { case: story.case, agency, kind, instruction: '请于三日内办理', dueAt: time.from(3 * DAY_MILLISECONDS) },
        { ...byCase(story.case), select: 'id' },
      )
    ).id;
  task.education = await assign('EDUCATION', '核实情况');
  task.civilAffairs = await assign('CIVIL_AFFAIRS', '入户走访');
  expect(await told()).toMatchObject({
    'education officer of the task': 'child, name, place, address, school, grade',
    'civil affairs officer of the task': 'child, name, place, address',
  });
  // They find it without knowing it before: it is all that the task lists.
  for (const [officer, of] of [
    ['education-officer', task.education],
    ['civil-affairs-officer', task.civilAffairs],
  ] as const) {
    const list = '{ children { totalCount nodes { id identity { fullName } } } }';
    const { body } = await work.system.ask(list, as(officer, 'WELFARE_SERVICE', `task/${of}`));
    expect(body.data.children).toEqual({
      totalCount: 1,
      nodes: [{ id: child, identity: { fullName: expect.any(String) } }],
    });
  }
});

test('Thursday: a conference opens the child to its members, and to the clerk the meeting alone', async () => {
  const { id } = await work.done(
    'conveneMeeting',
    {
      kind: 'CASE_CONFERENCE',
      heldAt: time.from(DAY_MILLISECONDS),
      region: '990101',
      agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'CIVIL_AFFAIRS'],
      attendees: [{ officer: 'education-member', agency: 'EDUCATION' }],
    },
    { ...as('meeting-clerk', 'OWN_DUTY'), select: 'id' },
  );
  story.meeting = id;
  await work.confirm('MEETING', id, 'education-member', 'civil-affairs-member', 'meeting-clerk');
  await work.done('referToMeeting', { meeting: id, case: story.case }, byCase(story.case));
  const seen = await told();
  expect(seen['member of education']).toBe('child, name, birth date, address masked, school, grade, risk, case, notes');
  expect(Object.keys(seen)).not.toContain('member of the procuratorate');
  expect(Object.keys(seen)).not.toContain('clerk');
});

test('Friday: tasks are done, the case is closed, and its references close after it', async () => {
  await time.pass(DAY_MILLISECONDS + HOUR_MILLISECONDS);
  await work.done(
    'completeTask',
    { task: task.education, outcome: '在校稳定' },
    as('education-officer', 'WELFARE_SERVICE', `task/${task.education}`),
  );
  await work.done(
    'completeTask',
    { task: task.civilAffairs, outcome: '已走访' },
    as('civil-affairs-officer', 'WELFARE_SERVICE', `task/${task.civilAffairs}`),
  );
  await work.done(
    'giveFeedback',
    { clue: story.clue, feedback: '已依法处理' },
    as('civil-affairs-officer', 'MANDATORY_REPORT', `clue/${story.clue}`),
  );
  await step('county-case-worker', 'HANDLED', { note: '已帮扶' });
  await step('town-case-worker', 'REVISITED', { note: '情况稳定' });
  await step('county-case-worker', 'CLOSED', { evidence: ['结案评估〔2026〕1号'] });
  expect(Object.keys(await told())).not.toContain('education officer of the task');
  await time.pass(60 * DAY_MILLISECONDS);
  // The village goes on visiting: the level of the risk is still in force.
  expect(await told()).toEqual({
    'child director': 'child, name, place, address, school, grade, risk',
    supervisor: 'case',
  });
});
