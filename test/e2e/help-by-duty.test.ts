import { randomUUID } from 'node:crypto';
import { addDays, todayInChina } from '../../shared/domain/dates';
import {
  byCase,
  byHeadOf,
  type CaseWork,
  DAY_MILLISECONDS,
  HALF_A_MINUTE,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
  withdrawDuties,
} from '../support/case-work';
import type { AskOptions } from '../support/system';

// 未成年人网络保护条例 art. 36: one standing duty of welfare, confirmed for at most a year, opens what an agency owes and leads,
// without a confirmation for each.

const TOWN = '990101001';
const VILLAGE = '990101001001';
const NEXT_TOWN = '990101002';
/** Confirmed for nothing. */
const OFFICER = 'second-education-officer';

let time: PassingTime;
let work: CaseWork;
let child: string;
let other: string;
beforeAll(async () => {
  time = passingTime(new Date(`${todayInChina()}T10:00:00+08:00`));
  work = await startCaseWork('help_by_duty', time.clock);
  [child = '', other = ''] = await unknownChildren(work.owner, TOWN, 2);
  await withdrawDuties(work.owner);
});
afterEach(() => withdrawDuties(work.owner));
afterAll(async () => {
  await work.close();
  time.restore();
});

const assessing = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT', select: 'id' };
const onDuty = (as: string): AskOptions => ({ as, purpose: 'OWN_DUTY' });
const today = () => todayInChina(time.now().getTime());

async function task(agency = 'EDUCATION'): Promise<string> {
  const input = { kind: '一般', level: 'YELLOW', children: [child, other], region: TOWN };
  const { id } = await work.done('openCase', input, assessing);
  await work.confirm('CASE', id, 'county-case-worker');
  const owed = { case: id, agency, kind: '核实情况', dueAt: time.from(DAY_MILLISECONDS), children: [child] };
  return (await work.done('assignTask', owed, { ...byCase(id), select: 'id' })).id;
}

/** An assignment of a new category, which the police lead; any earlier one has ended. */
async function assignment(category = 'MISCONDUCT'): Promise<string> {
  const ended = { ended_on: '2020-01-02', next_visit_due: null };
  await work.owner('base.protection_assignment').where({ child_id: child }).whereNull('ended_on').update(ended);
  return (await work.done('assignProtection', { child, category }, assessing)).id;
}

const duty = async (officer: string, more: Record<string, unknown> = {}): Promise<string> => {
  const input = { officer, kind: 'WELFARE', region: '990101', from: today(), until: addDays(today(), 100), ...more };
  return (await work.done('confirmDuty', input, { ...byHeadOf(officer), select: 'id' })).id;
};

const helping = (as: string, reference: string): AskOptions => ({ as, purpose: 'WELFARE_SERVICE', reference });
const statusOf = async (as: string, reference: string) =>
  (await work.system.ask('{ children { totalCount } }', helping(as, reference))).status;

async function own(as: string): Promise<readonly { kind: string; reference: string; label: string }[]> {
  const { body } = await work.system.ask('{ ownParts(first: 200) { totalCount nodes { kind reference label } } }', {
    ...onDuty(as),
  });
  const { totalCount, nodes } = body.data.ownParts;
  expect(totalCount).toBe(nodes.length);
  return nodes;
}

async function waiting(head: string, id: string): Promise<readonly { officer: string | null }[]> {
  const { body } = await work.system.ask(
    '{ confirmationsWaiting(first: 200) { nodes { referenceId officer } } }',
    onDuty(head),
  );
  const { nodes } = body.data.confirmationsWaiting;
  return nodes.filter(({ referenceId }: { readonly referenceId: string }) => referenceId === id);
}

describe('a duty of welfare', () => {
  test('opens a task of the agency, the children whom it is about, and nothing else', async () => {
    const id = await task();
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(403);
    await duty(OFFICER);
    const { body } = await work.system.ask(
      '{ children { totalCount nodes { id } } tasks { totalCount nodes { id } } }',
      helping(OFFICER, `task/${id}`),
    );
    expect(body.data).toEqual({
      children: { totalCount: 1, nodes: [{ id: child }] },
      tasks: { totalCount: 1, nodes: [{ id }] },
    });
  });

  test('opens assignments of its categories alone, and lets the officer write down visits', async () => {
    const id = await assignment();
    const withdrawn = await duty('police-officer', { categories: ['SINGLE_PARENT'] });
    expect(await statusOf('police-officer', `protection/${id}`)).toBe(403);
    await work.done('withdrawDuty', { duty: withdrawn }, byHeadOf('police-officer'));
    await duty('police-officer', { categories: ['MISCONDUCT'] });
    const visit = { assignment: id, party: 'FAMILY', visitedAt: time.from(-60_000) };
    const options = { ...helping('police-officer', `protection/${id}`), select: 'visits { party }' };
    expect(await work.done('recordProtectionVisit', visit, options)).toEqual({ visits: [{ party: 'FAMILY' }] });
  });

  test.each([
    ['in the county', '990101', 200],
    ['in the same town', TOWN, 200],
    ['in a village of it, where what is known by town is worked on', VILLAGE, 200],
    ['not in the next town', NEXT_TOWN, 403],
  ])('opens what lies on one line with its region: %s', async (_, region, status) => {
    const id = await task();
    await duty(OFFICER, { region });
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(status);
  });

  test('opens nothing of another agency, of another kind, or to another role', async () => {
    const [ofPolice, ofEducation] = [await task('PUBLIC_SECURITY'), await task()];
    const led = await assignment();
    await duty(OFFICER, { categories: ['MISCONDUCT'] });
    await duty('police-officer', { kind: 'INTAKE' });
    await duty('education-member');
    expect(await statusOf(OFFICER, `task/${ofPolice}`)).toBe(403);
    expect(await statusOf(OFFICER, `protection/${led}`)).toBe(403);
    expect(await statusOf('police-officer', `task/${ofPolice}`)).toBe(403);
    expect(await statusOf('education-member', `task/${ofEducation}`)).toBe(403);
    expect(await own('education-member')).not.toContainEqual(
      expect.objectContaining({ reference: `task/${ofEducation}` }),
    );
  });

  test('opens nothing that is sealed', async () => {
    const assignment_id = randomUUID();
    await work.owner('base.protection_assignment').insert({
      assignment_id,
      child_id: child,
      category: 'SERIOUS_MISCONDUCT',
      lead_agency: 'PUBLIC_SECURITY',
      since: '2026-01-02',
    });
    await duty('police-officer', { categories: ['MISCONDUCT', 'SINGLE_PARENT', 'ORPHAN_OR_HARDSHIP'] });
    expect(await statusOf('police-officer', `protection/${assignment_id}`)).toBe(403);
    const references = (await own('police-officer')).map(({ reference }) => reference);
    expect(references).not.toContain(`protection/${assignment_id}`);
  });

  test('ends within 30 seconds of its withdrawal', async () => {
    const id = await task();
    const confirmed = await duty(OFFICER);
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(200);
    await work.done('withdrawDuty', { duty: confirmed }, byHeadOf(OFFICER));
    await time.pass(HALF_A_MINUTE);
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(403);
  });

  test('holds from its first day in China, and ends with its last', async () => {
    const id = await task();
    await duty(OFFICER, { from: addDays(today(), 1), until: addDays(today(), 1) });
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(403);
    await time.passTo(new Date(`${addDays(today(), 1)}T00:00:01+08:00`));
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(200);
    await time.passTo(new Date(`${today()}T23:59:59+08:00`));
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(200);
    await time.pass(HALF_A_MINUTE);
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(403);
  });

  test('is recorded with who confirmed it', async () => {
    const id = await task();
    await duty(OFFICER);
    expect(await statusOf(OFFICER, `task/${id}`)).toBe(200);
    const { body } = await work.system.ask('{ accessLog(first: 1) { nodes { reference approvedBy } } }', {
      as: 'auditor',
      purpose: 'ACCESS_AUDIT',
    });
    expect(body.data.accessLog.nodes).toEqual([{ reference: `task/${id}`, approvedBy: 'education-head' }]);
  });
});

describe('with a duty of welfare', () => {
  test('an officer finds exactly what it opens, each once', async () => {
    const [inTown, led] = [await task(), await assignment('OUT_OF_SCHOOL_UNEMPLOYED')];
    const [{ lead_agency }] = await work.owner('base.protection_assignment').where({ assignment_id: led });
    expect(lead_agency).toBe('EDUCATION');
    await work.confirm('TASK', inTown, OFFICER);
    await duty(OFFICER, { categories: ['OUT_OF_SCHOOL_UNEMPLOYED'] });
    await duty(OFFICER, { region: TOWN });
    const found = await own(OFFICER);
    expect(found).toEqual(
      expect.arrayContaining([
        { kind: 'TASK', reference: `task/${inTown}`, label: expect.stringMatching(/^核实情况 990101-/) },
        { kind: 'PROTECTION', reference: `protection/${led}`, label: `包保帮扶 ${led.slice(0, 8)}` },
      ]),
    );
    expect(new Set(found.map(({ reference }) => reference)).size).toBe(found.length);
    for (const { reference } of found.slice(0, 10)) expect(await statusOf(OFFICER, reference)).toBe(200);
    const open = await work
      .owner('base.task')
      .join('base.case_file', 'case_file.case_id', 'task.case_id')
      .where({ 'task.agency': 'EDUCATION', done_at: null, cancelled_at: null, closed_at: null })
      .whereLike('task.region', '990101%')
      .pluck('task_id');
    expect(found.map(({ reference }) => reference)).toEqual(expect.arrayContaining(open.map((id) => `task/${id}`)));
  });

  test('nothing waits for a head that it answers, until it ends', async () => {
    const [owed, led] = [await task('PUBLIC_SECURITY'), await assignment()];
    const both = async () => [await waiting('police-head', owed), await waiting('police-head', led)];
    expect(await both()).toMatchObject([[{ officer: null }], [{ officer: null }]]);
    const other = await duty('police-officer', { categories: ['SINGLE_PARENT'] });
    expect(await both()).toMatchObject([[], [{ officer: null }]]);
    await work.done('withdrawDuty', { duty: other }, byHeadOf('police-officer'));
    await duty('police-officer', { region: NEXT_TOWN, categories: ['MISCONDUCT'] });
    expect(await both()).toMatchObject([[{ officer: null }], [{ officer: null }]]);
    await duty('police-officer', { region: TOWN, categories: ['MISCONDUCT'], until: today() });
    expect(await both()).toEqual([[], []]);
    await time.pass(DAY_MILLISECONDS);
    expect(await both()).toMatchObject([[{ officer: null }], [{ officer: null }]]);
  });

  test('cases, meetings and requests by name wait as before', async () => {
    const id = await task();
    await work.done('requestParticipation', { kind: 'TASK', id }, onDuty('education-officer'));
    await duty(OFFICER);
    expect(await waiting('education-head', id)).toEqual([expect.objectContaining({ officer: 'education-officer' })]);
    const input = { kind: '一般', level: 'YELLOW', children: [child], region: TOWN, agencies: ['EDUCATION'] };
    const opened = await work.done('openCase', input, assessing);
    expect(await waiting('education-head', opened.id)).toHaveLength(1);
  });

  test('an officer asks for no part in what it opens already', async () => {
    const id = await task();
    await duty(OFFICER);
    const refused = await work.refused('requestParticipation', { kind: 'TASK', id }, onDuty(OFFICER));
    expect(refused.code).toBe('ALREADY_SETTLED');
  });
});
