import { randomUUID } from 'node:crypto';
import {
  atMeeting,
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { type AskOptions, as } from '../support/system';

// What case work must not reveal: by a proposal, a refusal, a docket or a clue.

const TOWN = '990101001';
const COUNTY = '990101';
const NEXT_TOWN = '990101002';
const ELSEWHERE = '990102001';

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
let elsewhere: readonly string[];

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('case_work_silence', time.clock);
  children = await unknownChildren(work.owner, TOWN, 8);
  elsewhere = await unknownChildren(work.owner, ELSEWHERE, 1);
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const town = as('town-case-worker', 'RISK_ASSESSMENT');
const county = as('county-case-worker', 'RISK_ASSESSMENT');
const neighbour = as('neighbour-case-worker', 'RISK_ASSESSMENT');
const reporter = as('education-officer', 'MANDATORY_REPORT');
const clerk = as('meeting-clerk', 'OWN_DUTY');
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;

const report = async (input: Record<string, unknown>, options = reporter) =>
  work.done(
    'reportClue',
    { channel: '强制报告', situation: '家庭暴力', facts: '邻居反映', region: TOWN, ...input },
    { ...options, select: 'receiptNumber' },
  );
const clueOf = async (receipt_number: string): Promise<string> =>
  (await work.owner('base.clue').where({ receipt_number }).first()).clue_id;
const open = async (input: Record<string, unknown>, options = county): Promise<string> =>
  (await work.done('openCase', { kind: '一般', level: 'YELLOW', region: TOWN, ...input }, { ...options, select: 'id' }))
    .id;
const proposed = async (child: string, officer: string) =>
  work.done('proposeRisk', { child }, { ...(await work.assessing(child, officer)), select: 'id level basis' });
const conference = async (input: Record<string, unknown> = {}): Promise<string> =>
  (
    await work.done(
      'conveneMeeting',
      {
        kind: 'CASE_CONFERENCE',
        heldAt: time.from(60_000),
        region: COUNTY,
        agencies: ['GOVERNANCE_CENTER', 'EDUCATION'],
        ...input,
      },
      { ...clerk, select: 'id' },
    )
  ).id;

test('an assessment does not mention the clue behind it to callers who may not read clues', async () => {
  const [, , , , , , , child = ''] = children;
  const here = (await work.owner('base.child').where({ child_id: child }).first()).region;
  await report({ child, region: here });
  const proposal = await proposed(child, 'town-case-worker');
  expect(proposal).toMatchObject({ level: 'RED', basis: ['人身安全风险'] });
  const assessing = await work.assessing(child, 'town-case-worker');
  await work.done('confirmRisk', { proposal: proposal.id, level: 'RED', reason: '家暴属实' }, assessing);
  const selection = 'risk { level basis } riskProposal { basis }';
  const seen = await ask(
    `{ child(id: "${child}") { ${selection} written: risk { reason visits { note } } } }`,
    assessing,
  );
  expect(seen.data.child).toMatchObject({
    risk: { level: 'RED', basis: ['综合研判'] },
    written: { reason: '家暴属实' },
  });
  for (const other of [as('education-officer', 'OWN_DUTY'), town]) {
    const { data } = await ask(`{ child(id: "${child}") { ${selection} written: risk { reason } } }`, other);
    expect(data.child).not.toBeNull();
    expect(JSON.stringify(data)).not.toMatch(/人身安全|家暴/);
  }
});

test('notes of visits say nothing of a child whose location is protected', async () => {
  const [, , , , , , , child = ''] = children;
  await work.done('recordVisit', { child, visitedAt: time.now().toISOString(), note: '住在舅舅家' }, county);
  const query = `{ child(id: "${child}") { place { code } risk { visits { visitedAt by note } } } }`;
  const assessing = await work.assessing(child);
  const before = await ask(query, assessing);
  expect(before.data.child.risk.visits.at(-1)).toMatchObject({ by: '县综治中心专干', note: '住在舅舅家' });
  await work.owner('base.child').where({ child_id: child }).update({ location_protected: true });
  const after = await ask(query, assessing);
  expect(after.data.child.place).toBeNull();
  expect(after.data.child.risk.visits.at(-1)).toEqual({ visitedAt: expect.any(String), by: null, note: null });
  expect([after.errors, after.extensions.access.denied]).toEqual([undefined, []]);
});

test('a proposal uses the cases of the child wherever they are handled, for an assessment covers them', async () => {
  const [child = ''] = children;
  const officers = ['town-case-worker', 'county-case-worker'];
  for (const officer of officers) expect(await proposed(child, officer)).toMatchObject({ level: null, basis: [] });
  const case_id = await open({ children: [child], region: COUNTY });
  const inCase = { level: 'YELLOW', basis: ['在办个案'] };
  for (const officer of officers) expect(await proposed(child, officer)).toMatchObject(inCase);
  await work
    .owner('base.case_file')
    .where({ case_id })
    .update({ due_at: time.from(-DAY_MILLISECONDS) });
  const late = { level: 'ORANGE', basis: ['个案超期未办结'] };
  for (const officer of officers) expect(await proposed(child, officer)).toMatchObject(late);
});

test('a clue belongs to its child’s region; its reporter finds it in the region of the report', async () => {
  const [child = ''] = await unknownChildren(work.owner, NEXT_TOWN, 1);
  const { receiptNumber } = await report({ child });
  const clue = await clueOf(receiptNumber);
  const query = `{ clue(id: "${clue}") { id region { code } } }`;
  expect((await ask(query, town)).data.clue).toBeNull();
  expect((await ask(query, county)).data.clue.region.code).toMatch(/^990101002/);
  const receipt = await ask(
    `{ clueReceipt(receiptNumber: "${receiptNumber}") { receiptNumber feedbackAt } }`,
    reporter,
  );
  expect(receipt.data.clueReceipt).toEqual({ receiptNumber, feedbackAt: null });
});

test('a report about a child of another county is accepted like one about a child who does not exist', async () => {
  const [child = ''] = elsewhere;
  const kept: unknown[] = [];
  for (const one of [child, 'x'.repeat(43), 'nobody']) {
    const { receiptNumber } = await report({ child: one, situation: '辍学' });
    const clue = await clueOf(receiptNumber);
    const { data, errors } = await ask(
      `{ clue(id: "${clue}") { situation region { code } } clueReceipt(receiptNumber: "${receiptNumber}") { clue { id } } }`,
      reporter,
    );
    expect(data.clueReceipt.clue).toEqual({ id: clue });
    kept.push({ ...data.clue, errors, ...(await work.owner('base.clue').where({ clue_id: clue }).first('child_id')) });
  }
  expect(kept[0]).toEqual({ situation: '辍学', region: { code: TOWN }, errors: undefined, child_id: null });
  expect(kept).toEqual([kept[0], kept[0], kept[0]]);
});

test.each(['99', '9901'])('no office receives reports in %s: the report is refused', async (region) => {
  const input = { channel: '强制报告', situation: '其他', facts: '情况', region };
  const director = as('child-director', 'MANDATORY_REPORT');
  expect(await work.refused('reportClue', input, director)).toMatchObject({ code: 'CODE_UNKNOWN' });
});

test('a clue cannot be moved to another case or child', async () => {
  const [, first = '', second = ''] = children;
  const clue = await clueOf((await report({ child: first })).receiptNumber);
  const theirs = await open({ children: [first], region: COUNTY, clue });
  const ours = await open({ children: [second] }, town);
  for (const input of [{ case: ours }, { child: second }]) {
    expect((await work.refused('linkClue', { clue, ...input }, town)).code).toBe('ALREADY_SETTLED');
  }
  const kept = await ask(`{ clue(id: "${clue}") { case { id } child { id } } }`, await work.assessing(first));
  expect(kept.data.clue).toEqual({ case: { id: theirs }, child: { id: first } });
  // Linking it again to the same case and child is permitted.
  await work.done('linkClue', { clue, case: theirs, child: first }, county);
});

test('a caller who may not read the case does not learn its status', async () => {
  const [, , , child = ''] = children;
  const id = await open({ children: [child] }, town);
  await work.confirm('CASE', id, 'county-case-worker');
  const task = await work.done(
    'assignTask',
    { case: id, agency: 'EDUCATION', kind: '核实情况', dueAt: time.from(DAY_MILLISECONDS) },
    { ...byCase(id), select: 'id' },
  );
  const onDuty = as('education-officer', 'OWN_DUTY');
  await work.done('completeTask', { task: task.id, outcome: '已核实' }, onDuty);
  await work.owner('base.case_file').where({ case_id: id }).update({ step: 'CLOSED', closed_at: time.now() });
  const again = await work.refused('completeTask', { task: task.id, outcome: '已核实' }, onDuty);
  expect([again.code, again.extensions]).toEqual(['ALREADY_SETTLED', {}]);

  const meeting = await conference();
  const closed = await work.refused('putOnDocket', { meeting, case: id }, clerk);
  expect([closed.code, closed.extensions]).toEqual(['CASE_CLOSED', {}]);
  const far = await open({ children: elsewhere, region: ELSEWHERE }, neighbour);
  const refusals = await Promise.all(
    [far, randomUUID()].map((one) => work.act('putOnDocket', { meeting, case: one }, clerk)),
  );
  const [there, nowhere] = refusals.map(({ body }) => body);
  expect(there).toEqual(nowhere);
});

test('the clerk manages the docket by ids, and decisions stay on it after it closes', async () => {
  const [, , , , child = ''] = children;
  const id = await open({ children: [child] }, town);
  const meeting = await conference();
  await work.confirm('CASE', id, 'county-case-worker');
  await work.confirm('MEETING', meeting, 'education-member', 'meeting-clerk');
  await work.done('referToMeeting', { meeting, case: id }, byCase(id));
  const keeping = atMeeting(meeting, 'meeting-clerk');
  const docket = `{ jointMeeting(id: "${meeting}") { version docket { caseId decision } } }`;
  expect((await ask(docket, keeping)).data.jointMeeting.docket).toEqual([{ caseId: id, decision: null }]);
  await time.pass(120_000);
  const { version } = (await ask(docket, clerk)).data.jointMeeting;
  await work.done('recordDecision', { meeting, case: id, decision: '联合走访', version }, clerk);
  const member = atMeeting(meeting, 'education-member');
  expect((await ask(`{ case(id: "${id}") { id } }`, member)).data.case).toEqual({ id });
  const byHandler = async () => (await ask(`{ jointMeeting(id: "${meeting}") { id } }`, byCase(id))).data.jointMeeting;
  expect(await byHandler()).toEqual({ id: meeting });

  await work.done('withdrawFromMeeting', { meeting, case: id }, byCase(id));
  await time.pass(31_000);
  expect((await ask(`{ case(id: "${id}") { id } }`, member)).data.case).toBeNull();
  expect((await ask(docket, keeping)).data.jointMeeting.docket).toEqual([{ caseId: id, decision: '联合走访' }]);
  expect(await byHandler()).toBeNull();
});

test('nobody is added after a meeting was held; a mistaken invitation can be removed', async () => {
  const attendees = [
    { officer: 'education-member', agency: 'EDUCATION' },
    { officer: 'somebody', agency: 'EDUCATION' },
  ];
  const meeting = await conference({ attendees });
  await time.pass(120_000);
  const change = async (input: Record<string, unknown>) => {
    const { version } = (await ask(`{ jointMeeting(id: "${meeting}") { version } }`, clerk)).data.jointMeeting;
    return work.act('changeMeeting', { meeting, version, ...input }, { ...clerk, select: 'attendees { officer }' });
  };
  for (const input of [
    { agencies: ['GOVERNANCE_CENTER', 'EDUCATION', 'PROCURATORATE'] },
    { attendees: [...attendees, { officer: 'other', agency: 'EDUCATION' }] },
    { attendees: [] },
    { heldAt: time.from(DAY_MILLISECONDS) },
  ]) {
    const { body } = await change(input);
    expect([input, body.errors?.[0].extensions.code]).toEqual([input, 'NOT_IN_FORCE']);
  }
  const { body } = await change({ attendees: attendees.slice(0, 1) });
  expect(body.data.changeMeeting.attendees).toEqual([{ officer: 'education-member' }]);
});

test('a visit long ago does not complete the current round', async () => {
  const [, , , , , child = ''] = children;
  const { id } = await work.done('assignProtection', { child, category: 'MISCONDUCT' }, { ...county, select: 'id' });
  const visit = (party: string) =>
    work.done(
      'recordProtectionVisit',
      { assignment: id, party, visitedAt: time.from(0) },
      { ...county, select: 'nextVisitDue' },
    );
  const { nextVisitDue: due } = await visit('SELF');
  await time.pass(100 * DAY_MILLISECONDS);
  for (const party of ['FAMILY', 'SCHOOL', 'COMMUNITY']) expect(await visit(party)).toEqual({ nextVisitDue: due });
  expect((await visit('SELF')).nextVisitDue > due).toBe(true);
});

test('a null in an input equals a missing field, and a visit is within the last ten years', async () => {
  const [, , , , , , child = ''] = children;
  const proposal = await proposed(child, 'county-case-worker');
  const confirmed = { proposal: proposal.id, level: 'YELLOW', reason: '走访了解' };
  await work.done('confirmRisk', confirmed, await work.assessing(child));
  const input = { idempotencyKey: randomUUID(), child, visitedAt: time.from(0) };
  await work.done('recordVisit', input, county);
  await work.done('recordVisit', { ...input, note: null }, county);
  expect(await work.owner('base.risk_visit').where({ visited_at: new Date(input.visitedAt) })).toHaveLength(1);
  const ancient = { child, visitedAt: '0001-01-01T00:00:00Z' };
  expect((await work.refused('recordVisit', ancient, county)).code).toBe('DATE_REFUSED');
});
