import { randomUUID } from 'node:crypto';
import { decode } from 'jsonwebtoken';
import { COVERS_NOTHING, type Grant } from '../../shared/access/grant';
import {
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
  withdrawDuties,
} from '../support/case-work';
import type { AskOptions, Reply } from '../support/system';

// 未成年人保护法 art. 91: whoever owes help has to know whom it is for; 未成年人网络保护条例 art. 36: nobody more than that.

const TOWN = '990101001';

let time: PassingTime;
let work: CaseWork;
/** In the village of the child director, without any data at the centre. */
let first: string;
let second: string;
let third: string;
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('grants_of_help', time.clock);
  [first = '', second = '', third = ''] = await unknownChildren(work.owner, TOWN, 3);
  // What they open is in help-by-duty.test.ts.
  await withdrawDuties(work.owner);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const assessing = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT', select: 'id' };

async function openCase(...children: readonly string[]): Promise<string> {
  const input = { kind: '一般', level: 'YELLOW', children, region: TOWN };
  const { id } = await work.done('openCase', input, assessing);
  await work.confirm('CASE', id, 'county-case-worker');
  return id;
}

const taskIn = (id: string, more: Record<string, unknown> = {}) =>
  work.done(
    'assignTask',
    { case: id, agency: 'EDUCATION', kind: '核实情况', dueAt: time.from(DAY_MILLISECONDS), ...more },
    { ...byCase(id), select: 'id' },
  );

/** A task of the education bureau about the first of a case's two children. */
async function task(): Promise<{ readonly caseId: string; readonly id: string }> {
  const caseId = await openCase(first, second);
  const { id } = await taskIn(caseId, { children: [first] });
  return { caseId, id };
}

/** An assignment that the police lead. */
async function assignment(): Promise<string> {
  const { owner } = work;
  await owner('base.protection_assignment').where({ child_id: third }).whereNull('ended_on').update({
    ended_on: '2020-01-02',
    next_visit_due: null,
  });
  return (await work.done('assignProtection', { child: third, category: 'MISCONDUCT' }, assessing)).id;
}

/** An assignment of a sealed category (预防未成年人犯罪法 art. 59), and a part in it, as no mutation could write them. */
async function sealedAssignment(): Promise<string> {
  const assignment_id = randomUUID();
  await work.owner('base.protection_assignment').insert({
    assignment_id,
    child_id: third,
    category: 'SERIOUS_MISCONDUCT',
    lead_agency: 'PUBLIC_SECURITY',
    since: '2026-01-02',
  });
  await work.owner('base.participation').insert({
    participation_id: randomUUID(),
    assignment_id,
    officer: 'police-officer',
    agency: 'PUBLIC_SECURITY',
    confirmed_by: 'police-head',
    confirmed_at: time.now(),
  });
  return assignment_id;
}

const helping = (kind: 'task' | 'protection', id: string, as: string): AskOptions => ({
  as,
  purpose: 'WELFARE_SERVICE',
  reference: `${kind}/${id}`,
});
const byTask = (id: string, as = 'education-officer') => helping('task', id, as);
const byAssignment = (id: string, as = 'police-officer') => helping('protection', id, as);

const LISTS = '{ children { totalCount nodes { id } } tasks { totalCount nodes { id agency } } }';
const open = (options: AskOptions) => work.system.ask(LISTS, options);
const statusOf = async (options: AskOptions) => (await open(options)).status;
/** An answer without headers that always differ. */
const whole = ({ status, headers, text }: Reply) =>
  JSON.stringify([status, [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date'), text]);

/** The grants in the contexts that agencies got, the centre's own question about the reference first. */
function signedGrants(): readonly (Grant | null)[] {
  return work.system.subRequests.map(({ request }) => {
    const token = (request.authorization ?? '').replace('Bearer ', '');
    return (decode(token) as { readonly grant: Grant | null }).grant;
  });
}

describe('a task', () => {
  test('(a) opens the children whom it is about, and itself, to a confirmed officer', async () => {
    const { id } = await task();
    await taskIn(await openCase(third));
    await work.confirm('TASK', id, 'education-officer');
    const { body } = await open(byTask(id));
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      children: { totalCount: 1, nodes: [{ id: first }] },
      tasks: { totalCount: 1, nodes: [{ id, agency: 'EDUCATION' }] },
    });
    const { body: one } = await work.system.ask(
      `{ covered: child(id: "${first}") { id region { code } place { code } } ofTheCase: child(id: "${second}") { id } other: child(id: "${third}") { id } }`,
      byTask(id),
    );
    expect(one.data).toEqual({
      covered: { id: first, region: { code: '990101' }, place: { code: expect.stringMatching(`^${TOWN}`) } },
      ofTheCase: null,
      other: null,
    });
  });

  test('is signed into the context that every agency gets', async () => {
    const { id } = await task();
    await work.confirm('TASK', id, 'education-officer');
    work.system.forget();
    await work.system.ask(`{ child(id: "${first}") { id enrolment { status } } }`, byTask(id));
    const [asked, ...signed] = signedGrants();
    expect(asked).toBeNull();
    expect(signed.length).toBeGreaterThan(0);
    for (const grant of signed) {
      expect(grant).toEqual({ ...COVERS_NOTHING, kind: 'task', children: [first], tasks: [id] });
    }
  });

  test('opens to officers who are confirmed for its case, too', async () => {
    const { caseId, id } = await task();
    expect(await statusOf(byTask(id))).toBe(403);
    await work.confirm('CASE', caseId, 'education-officer');
    expect(await statusOf(byTask(id))).toBe(200);
  });

  test('is completed by them, and by nobody without it', async () => {
    const { id } = await task();
    const other = await task();
    for (const one of [id, other.id]) await work.confirm('TASK', one, 'education-officer');
    const completed = { task: id, outcome: '在校，情况正常' };
    expect(await work.refused('completeTask', completed, byTask(other.id))).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    const done = await work.done('completeTask', completed, { ...byTask(id), select: 'id outcome' });
    expect(done).toEqual({ id, outcome: '在校，情况正常' });
  });

  test('names its children where its case has several, all of them of the case', async () => {
    const caseId = await openCase(first, second);
    const input = { case: caseId, agency: 'EDUCATION', kind: '核实情况', dueAt: time.from(DAY_MILLISECONDS) };
    const refused = async (children?: readonly string[]) =>
      work.refused('assignTask', { ...input, ...(children && { children }) }, byCase(caseId));
    expect(await refused()).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { argument: 'input.children' } });
    expect(await refused([])).toMatchObject({ code: 'BAD_USER_INPUT', extensions: { argument: 'input.children' } });
    expect(await refused([third])).toMatchObject({
      code: 'RECORD_NOT_FOUND',
      extensions: { argument: 'input.children' },
    });
  });

  test('does not open a child that was taken off its case', async () => {
    const { caseId, id } = await task();
    await work.confirm('TASK', id, 'education-officer');
    const { body } = await work.system.ask(`{ case(id: "${caseId}") { version } }`, byCase(caseId));
    const { version } = body.data.case;
    await work.done('removeCaseChild', { case: caseId, child: first, reason: '重复立案', version }, byCase(caseId));
    expect((await open(byTask(id))).body.data.children).toEqual({ totalCount: 0, nodes: [] });
  });

  test('closes seven days after it is done, and when it is cancelled or its case is closed', async () => {
    const [done, cancelled, closed] = [await task(), await task(), await task()];
    for (const { id } of [done, cancelled, closed]) await work.confirm('TASK', id, 'education-officer');
    await work.owner('base.task').where({ task_id: done.id }).update({ done_at: time.now() });
    await work.owner('base.task').where({ task_id: cancelled.id }).update({ cancelled_at: time.now() });
    await work.owner('base.case_file').where({ case_id: closed.caseId }).update({ closed_at: time.now() });
    const open = await Promise.all([done, cancelled, closed].map(({ id }) => statusOf(byTask(id))));
    expect(open).toEqual([200, 403, 403]);
    await time.pass(7 * DAY_MILLISECONDS - HALF_A_MINUTE);
    expect(await statusOf(byTask(done.id))).toBe(200);
    await time.pass(2 * HALF_A_MINUTE);
    expect(await statusOf(byTask(done.id))).toBe(403);
  });
});

describe('an assignment', () => {
  test('opens its child, and itself, to a confirmed officer of the lead agency', async () => {
    const id = await assignment();
    await work.done('assignProtection', { child: third, category: 'ORPHAN_OR_HARDSHIP' }, assessing);
    await work.confirm('PROTECTION', id, 'police-officer');
    work.system.forget();
    const { body } = await work.system.ask(
      `{ children { totalCount nodes { id protectionCategories { id category } } } child(id: "${first}") { id } }`,
      byAssignment(id),
    );
    expect(body.errors).toBeUndefined();
    expect(body.data).toEqual({
      children: { totalCount: 1, nodes: [{ id: third, protectionCategories: [{ id, category: 'MISCONDUCT' }] }] },
      child: null,
    });
    const [, ...signed] = signedGrants();
    const covers = { ...COVERS_NOTHING, kind: 'protection', children: [third], assignments: [id] };
    for (const grant of signed) expect(grant).toEqual(covers);
  });

  test('lets them write down visits of it, and of no other', async () => {
    const id = await assignment();
    await work.confirm('PROTECTION', id, 'police-officer');
    const other = await work.done('assignProtection', { child: first, category: 'MISCONDUCT' }, assessing);
    const visit = (one: string) => ({ assignment: one, party: 'FAMILY', visitedAt: time.from(-60_000) });
    expect(await work.refused('recordProtectionVisit', visit(other.id), byAssignment(id))).toMatchObject({
      code: 'RECORD_NOT_FOUND',
    });
    const select = 'id visits { party }';
    expect(await work.done('recordProtectionVisit', visit(id), { ...byAssignment(id), select })).toEqual({
      id,
      visits: [{ party: 'FAMILY' }],
    });
  });

  test('closes thirty days after it has ended', async () => {
    const id = await assignment();
    await work.confirm('PROTECTION', id, 'police-officer');
    await work.done('endProtection', { assignment: id }, assessing);
    expect(await statusOf(byAssignment(id))).toBe(200);
    await time.pass(28 * DAY_MILLISECONDS);
    expect(await statusOf(byAssignment(id))).toBe(200);
    await time.pass(2 * DAY_MILLISECONDS);
    expect(await statusOf(byAssignment(id))).toBe(403);
  });
});

describe('a confirmation of a part in them', () => {
  test('ends within 30 seconds of its withdrawal', async () => {
    const { id } = await task();
    const led = await assignment();
    const both = [
      { kind: 'TASK', id, officer: 'education-officer', head: 'education-head', by: byTask(id) },
      { kind: 'PROTECTION', id: led, officer: 'police-officer', head: 'police-head', by: byAssignment(led) },
    ] as const;
    for (const { kind, id, officer, head, by } of both) {
      await work.confirm(kind, id, officer);
      expect(await statusOf(by)).toBe(200);
      await work.done('withdrawParticipation', { kind, id, officer }, { as: head, purpose: 'OWN_DUTY' });
    }
    await time.pass(HALF_A_MINUTE);
    for (const { by } of both) expect(await statusOf(by)).toBe(403);
  });

  test('is listed with the kind and a title that tells nothing of the child', async () => {
    const led = await assignment();
    await work.confirm('PROTECTION', led, 'police-officer');
    const { body } = await work.system.ask(
      '{ participations(filter: { kind: PROTECTION }, first: 1) { nodes { kind referenceId title officer } } }',
      { as: 'police-head', purpose: 'OWN_DUTY' },
    );
    expect(body.data.participations.nodes).toEqual([
      { kind: 'PROTECTION', referenceId: led, title: `包保帮扶 ${led.slice(0, 8)}`, officer: 'police-officer' },
    ]);
  });

  test('is given by the head of the agency that owes the help, and by no other', async () => {
    const { id } = await task();
    const led = await assignment();
    const confirm = (kind: string, reference: string, as: string) =>
      work.refused('confirmParticipation', { kind, id: reference, officer: 'somebody' }, { as, purpose: 'OWN_DUTY' });
    const refusals = [
      await confirm('TASK', id, 'police-head'),
      await confirm('PROTECTION', led, 'education-head'),
      await confirm('TASK', randomUUID(), 'police-head'),
      await confirm('TASK', led, 'police-head'),
      await confirm('CLUE', id, 'education-head'),
    ];
    const [one, ...others] = refusals.map((refusal) => JSON.stringify(refusal));
    expect(refusals[0]).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    for (const other of others) expect(other).toBe(one);
  });
});

test('a reference to help that covers nothing is refused in the same way, whatever the reason', async () => {
  const { id } = await task();
  const led = await assignment();
  const confirmed = await task();
  await work.confirm('TASK', confirmed.id, 'education-officer');
  const elsewhere = randomUUID();
  const sealed = await sealedAssignment();
  const refused: Record<string, AskOptions> = {
    'a task that does not exist': byTask(randomUUID()),
    'a task for which nobody is confirmed': byTask(id),
    'a task of another agency': byTask(confirmed.id, 'police-officer'),
    'a task of another role': byTask(confirmed.id, 'education-member'),
    'a task, as an assignment': helping('protection', confirmed.id, 'education-officer'),
    'an assignment that does not exist': byAssignment(elsewhere),
    'an assignment for which nobody is confirmed': byAssignment(led),
    'an assignment that is sealed, even with a part in it': byAssignment(sealed),
    'an assignment of another agency': byAssignment(led, 'education-officer'),
    'no id at all': byTask('not-a-uuid'),
    'a developer': byTask(confirmed.id, 'education-developer'),
  };
  const answers = new Set<string>();
  for (const options of Object.values(refused)) answers.add(whole(await open(options)));
  expect([...answers]).toHaveLength(1);
  const [answer = ''] = answers;
  expect(JSON.parse(answer)).toMatchObject([
    403,
    expect.anything(),
    expect.stringContaining('ACCESS_REFERENCE_REFUSED'),
  ]);
  expect(await statusOf(byTask(confirmed.id))).toBe(200);
});

test('an unconfirmed reference takes the same sub-requests and SQL as an unknown one', async () => {
  const asked = async (options: AskOptions) => {
    work.system.forget();
    await open(options);
    return [work.system.subRequests.map(({ agency }) => agency), work.system.statements.map(({ sql }) => sql).sort()];
  };
  const { id } = await task();
  expect(await asked(byTask(id))).toEqual(await asked(byTask(randomUUID())));
  const led = await assignment();
  expect(await asked(byAssignment(led))).toEqual(await asked(byAssignment(randomUUID())));
});

test('another purpose does not take them as a reference', async () => {
  const { id } = await task();
  await work.confirm('TASK', id, 'education-officer');
  const { status, body } = await open({ ...byTask(id), purpose: 'CASE_HANDLING' });
  expect({ status, code: body.errors[0].extensions.code }).toEqual({ status: 400, code: 'ACCESS_REFERENCE_MALFORMED' });
  const own = await open({ as: 'education-officer', purpose: 'OWN_DUTY', reference: `task/${id}` });
  expect(own.body.data.children.totalCount).toBeGreaterThan(1);
});
