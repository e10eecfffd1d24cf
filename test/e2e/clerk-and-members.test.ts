import {
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HOUR_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { type AskOptions, as, type Reply } from '../support/system';

// The clerk runs meetings without reading any child; members find the meetings of their agency (未成年人保护法 art. 9).

const COUNTY = '990101';
const TOWN = '990101001';

let work: CaseWork;
let time: PassingTime;
let children: readonly string[];

beforeAll(async () => {
  time = passingTime(new Date('2026-03-02T01:00:00Z'));
  work = await startCaseWork('clerk_and_members', time.clock);
  children = await unknownChildren(work.owner, TOWN, 3);
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const clerk = as('meeting-clerk', 'OWN_DUTY');
const ask = async (query: string, options: AskOptions): Promise<Reply['body']> =>
  (await work.system.ask(query, options)).body;
const coordinates = (body: Reply['body']): readonly string[] =>
  (body.errors ?? []).map((error: { extensions: { coordinate: string } }) => error.extensions.coordinate);

async function open(child = ''): Promise<string> {
  const input = { kind: '一般', level: 'YELLOW', children: [child], region: TOWN, agencies: ['EDUCATION'] };
  const { id } = await work.done('openCase', input, { ...as('town-case-worker', 'RISK_ASSESSMENT'), select: 'id' });
  await work.confirm('CASE', id, 'town-case-worker');
  return id;
}

async function convene(input: Record<string, unknown> = {}): Promise<{ id: string; number: string; title: string }> {
  const meeting = {
    kind: 'REGULAR',
    heldAt: time.from(HOUR_MILLISECONDS),
    region: COUNTY,
    agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'CIVIL_AFFAIRS'],
    ...input,
  };
  return work.done('conveneMeeting', meeting, { ...clerk, select: 'id number title' });
}

const versionOf = async (meeting: string): Promise<number> =>
  (await ask(`{ jointMeeting(id: "${meeting}") { version } }`, clerk)).data.jointMeeting.version;

test('(d) the clerk runs a meeting from convening to minutes without reading any child', async () => {
  const cases = [await open(children[0]), await open(children[1]), await open(children[2])];
  const [first = '', second = '', third = ''] = cases;
  const { id: meeting, number, title } = await convene();
  expect(number).toMatch(/^2026-\d{3}$/);
  expect(title).toBe(`联席会议 ${number}`);
  for (const id of cases) await work.done('putOnDocket', { meeting, case: id }, clerk);
  const docket = '{ caseId caseNumber caseKind caseLevel position }';
  const listed = async () =>
    (await ask(`{ jointMeeting(id: "${meeting}") { docket ${docket} } }`, clerk)).data.jointMeeting.docket;
  expect(await listed()).toMatchObject([
    { caseId: first, caseKind: '一般', caseLevel: 'YELLOW', position: 1 },
    { caseId: second, position: 2 },
    { caseId: third, position: 3 },
  ]);

  // The order of the docket is changed; each case is named once.
  const order = async (input: readonly string[]) => ({ meeting, cases: input, version: await versionOf(meeting) });
  expect((await work.refused('orderDocket', await order([first, second]), clerk)).code).toBe('BAD_USER_INPUT');
  expect((await work.refused('orderDocket', await order([first, second, second]), clerk)).code).toBe('BAD_USER_INPUT');
  expect((await work.refused('orderDocket', await order([first, second, meeting]), clerk)).code).toBe(
    'RECORD_NOT_FOUND',
  );
  await work.done('orderDocket', await order([third, first, second]), clerk);
  expect((await listed()).map(({ caseId }: { caseId: string }) => caseId)).toEqual([third, first, second]);

  // No case, child or note is open to the clerk, with the reference neither.
  await work.confirm('MEETING', meeting, 'meeting-clerk');
  const keeping = atMeeting(meeting, 'meeting-clerk');
  const beyond = `{
    jointMeeting(id: "${meeting}") { docket { case { id children { id } } opinions { opinion } tasks { instruction } } }
    case(id: "${first}") { id } child(id: "${children[0]}") { id } clues { totalCount } cases { totalCount }
  }`;
  for (const options of [clerk, keeping]) {
    const { data, ...rest } = await ask(beyond, options);
    expect(data.jointMeeting.docket[0]).toEqual({ case: null, opinions: [], tasks: [] });
    expect([data.case, data.child, data.clues.totalCount, data.cases.totalCount]).toEqual([null, null, 0, 0]);
    expect(coordinates(rest as Reply['body'])).toEqual(
      expect.arrayContaining(['DocketItem.case', 'DocketItem.opinions', 'Query.case', 'Query.child', 'Query.clues']),
    );
  }

  await time.pass(2 * HOUR_MILLISECONDS);
  const decide = { meeting, case: first, decision: '联合走访', version: await versionOf(meeting) };
  await work.done('recordDecision', decide, clerk);
  const minutes = { meeting, minutes: '同意分工', version: await versionOf(meeting) };
  await work.done('recordMinutes', minutes, clerk);
  const written = `{ jointMeeting(id: "${meeting}") { minutes docket { decision } } }`;
  const onDuty = await ask(written, clerk);
  expect(onDuty.data.jointMeeting).toEqual({ minutes: null, docket: Array(3).fill({ decision: null }) });
  expect(new Set(coordinates(onDuty))).toEqual(new Set(['JointMeeting.minutes', 'DocketItem.decision']));
  expect((await ask(written, keeping)).data.jointMeeting).toEqual({
    minutes: '同意分工',
    docket: [{ decision: null }, { decision: '联合走访' }, { decision: null }],
  });
});

test('(d) the clerk reads meetings on duty and in meetings, and for no other purpose', async () => {
  for (const purpose of ['RISK_ASSESSMENT', 'STATISTICS', 'SUPERVISION', 'MANDATORY_REPORT']) {
    const body = await ask('{ jointMeetings { totalCount } }', as('meeting-clerk', purpose));
    expect([purpose, body.data.jointMeetings.totalCount, coordinates(body)]).toEqual([
      purpose,
      0,
      ['Query.jointMeetings'],
    ]);
  }
});

test('a regular meeting reads what was decided, and nothing that officers have written about the case', async () => {
  const id = await open(children[0]);
  const { id: meeting } = await convene();
  await work.confirm('MEETING', meeting, 'education-member');
  await work.done(
    'takeStep',
    { case: id, step: 'ASSESSED', note: '内部记述', version: 1 },
    byCase(id, 'town-case-worker'),
  );
  await work.done('putOnDocket', { meeting, case: id }, clerk);
  await time.pass(31_000);
  const member = atMeeting(meeting, 'education-member');
  const query = `{ case(id: "${id}") { kind steps { step by note } } child(id: "${children[0]}") { place { code } region { code } } }`;
  const body = await ask(query, member);
  expect(body.data).toEqual({
    case: {
      kind: '一般',
      steps: [
        { step: 'DISCOVERED', by: '镇综治中心专干', note: null },
        { step: 'ASSESSED', by: '镇综治中心专干', note: null },
      ],
    },
    child: { place: null, region: { code: COUNTY } },
  });
  expect(coordinates(body)).toEqual(['CaseStepRecord.note']);
});

test('somebody who was not invited is signed in, which confirms nobody and shuts out nobody', async () => {
  const attendees = [{ officer: 'education-member', agency: 'EDUCATION' }];
  const { id: meeting } = await convene({ heldAt: time.from(2 * DAY_MILLISECONDS), attendees });
  const signIn = async (officer: string, agency: string) => ({
    meeting,
    officer,
    agency,
    version: await versionOf(meeting),
  });
  const select = { ...clerk, select: 'attendees { officer attended invited confirmed }' };
  // Not before its day, and for no agency that does not attend.
  expect((await work.refused('signIn', await signIn('civil-affairs-member', 'CIVIL_AFFAIRS'), clerk)).code).toBe(
    'NOT_IN_FORCE',
  );
  await time.pass(2 * DAY_MILLISECONDS + HOUR_MILLISECONDS);
  expect((await work.refused('signIn', await signIn('police-member', 'PUBLIC_SECURITY'), clerk)).code).toBe(
    'CODE_UNKNOWN',
  );
  const member = atMeeting(meeting, 'civil-affairs-member');
  expect((await work.system.ask('{ cases { totalCount } }', member)).status).toBe(403);
  expect((await work.done('signIn', await signIn('civil-affairs-member', 'CIVIL_AFFAIRS'), select)).attendees).toEqual([
    { officer: 'civil-affairs-member', attended: true, invited: false, confirmed: false },
    { officer: 'education-member', attended: null, invited: true, confirmed: false },
  ]);
  expect((await work.refused('signIn', await signIn('civil-affairs-member', 'CIVIL_AFFAIRS'), clerk)).code).toBe(
    'ALREADY_SETTLED',
  );
  expect((await work.system.ask('{ cases { totalCount } }', member)).status).toBe(403);
  await work.confirm('MEETING', meeting, 'civil-affairs-member');
  await time.pass(31_000);
  expect((await work.system.ask('{ cases { totalCount } }', member)).status).toBe(200);

  // The minutes and a withdrawn invitation leave them as they are.
  const minutes = { meeting, minutes: '纪要', attended: [], version: await versionOf(meeting) };
  await work.done('recordMinutes', minutes, clerk);
  const change = { meeting, attendees: [], version: await versionOf(meeting) };
  expect((await work.refused('changeMeeting', change, clerk)).code).toBe('NOT_IN_FORCE');
  expect((await ask(`{ jointMeeting(id: "${meeting}") { attendees { officer attended } } }`, clerk)).data).toEqual({
    jointMeeting: {
      attendees: [
        { officer: 'civil-affairs-member', attended: true },
        { officer: 'education-member', attended: false },
      ],
    },
  });
});

test('a decision is amended until the minutes are written, and what it was is kept; the next meeting reads it', async () => {
  const id = await open(children[1]);
  const { id: meeting, title } = await convene();
  await work.confirm('MEETING', meeting, 'education-member', 'meeting-clerk');
  await work.done('putOnDocket', { meeting, case: id }, clerk);
  await time.pass(2 * HOUR_MILLISECONDS);
  const amend = async (more: object = {}) => ({
    meeting,
    case: id,
    decision: '教育部门家访',
    reason: '分工有误',
    version: await versionOf(meeting),
    ...more,
  });
  expect((await work.refused('amendDecision', await amend(), clerk)).code).toBe('NOT_IN_FORCE');
  const tasks = [{ agency: 'EDUCATION', kind: '入户走访', dueAt: time.from(7 * DAY_MILLISECONDS) }];
  const decide = { meeting, case: id, decision: '民政部门家访', tasks, version: await versionOf(meeting) };
  await work.done('recordDecision', decide, clerk);
  expect((await work.refused('amendDecision', await amend({ decision: '民政部门家访' }), clerk)).code).toBe(
    'ALREADY_SETTLED',
  );
  const keeping = atMeeting(meeting, 'meeting-clerk');
  const amended = await work.done('amendDecision', await amend(), {
    ...keeping,
    select: 'docket { decision formerDecisions { decision reason amendedAt } }',
  });
  expect(amended.docket).toEqual([
    {
      decision: '教育部门家访',
      formerDecisions: [{ decision: '民政部门家访', reason: '分工有误', amendedAt: time.now().toISOString() }],
    },
  ]);
  await work.done('recordMinutes', { meeting, minutes: '纪要', version: await versionOf(meeting) }, clerk);
  expect((await work.refused('amendDecision', await amend({ decision: '另行决定' }), clerk)).code).toBe('NOT_IN_FORCE');

  const { id: next } = await convene({ heldAt: time.from(14 * DAY_MILLISECONDS) });
  await work.confirm('MEETING', next, 'education-member', 'meeting-clerk');
  await work.done('putOnDocket', { meeting: next, case: id }, clerk);
  await time.pass(31_000);
  const query = `{ jointMeeting(id: "${next}") { docket { earlier { meeting decision tasks { kind doneAt } } } } }`;
  const earlier = [
    { earlier: [{ meeting: title, decision: '教育部门家访', tasks: [{ kind: '入户走访', doneAt: null }] }] },
  ];
  for (const attending of ['education-member', 'meeting-clerk']) {
    expect((await ask(query, atMeeting(next, attending))).data.jointMeeting.docket).toEqual(earlier);
  }
  // The earlier meeting itself has not come back.
  const itself = `{ jointMeeting(id: "${meeting}") { id } }`;
  expect((await ask(itself, atMeeting(next, 'education-member'))).data.jointMeeting).toBeNull();
  // Without the reference, nobody reads what was decided.
  expect((await ask(query, clerk)).data.jointMeeting.docket).toEqual([{ earlier: [] }]);
});

test('(e) members find the meetings of their agency, with what is confirmed, and no docket', async () => {
  const attendees = [{ officer: 'prosecutor-member', agency: 'PROCURATORATE' }];
  const { id, number } = await convene({ agencies: ['PROCURATORATE'], attendees });
  const { id: other } = await convene({ agencies: ['EDUCATION'] });
  const query =
    '{ jointMeetings(first: 200) { nodes { id number kind attendees { officer confirmed } docket { caseId } } } }';
  const listed = async () => {
    const { data } = await ask(query, as('prosecutor-member', 'OWN_DUTY'));
    const nodes: { id: string }[] = data.jointMeetings.nodes;
    expect(nodes.map((one) => one.id)).not.toContain(other);
    return nodes.find((one) => one.id === id);
  };
  const found = { id, number, kind: 'REGULAR', docket: [] };
  expect(await listed()).toEqual({ ...found, attendees: [{ officer: 'prosecutor-member', confirmed: false }] });
  await work.confirm('MEETING', id, 'prosecutor-member');
  expect(await listed()).toEqual({ ...found, attendees: [{ officer: 'prosecutor-member', confirmed: true }] });
  expect(coordinates(await ask(query, as('prosecutor-member', 'OWN_DUTY')))).toContain('JointMeeting.docket');
  const counting = as('prosecutor-member', 'STATISTICS');
  expect((await ask('{ jointMeetings { totalCount } }', counting)).data.jointMeetings).toEqual({ totalCount: 0 });
});
