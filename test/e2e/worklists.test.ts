import { randomUUID } from 'node:crypto';
import {
  byCase,
  type CaseWork,
  DAY_MILLISECONDS,
  HOUR_MILLISECONDS,
  type PassingTime,
  passingTime,
  startCaseWork,
  unknownChildren,
  withdrawDuties,
} from '../support/case-work';
import type { AskOptions } from '../support/system';

// 未成年人网络保护条例 art. 36: an approval happens only if somebody sees that it is due.

const TOWN = '990101001';

let time: PassingTime;
let work: CaseWork;
let child: string;
beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('worklists', time.clock);
  [child = ''] = await unknownChildren(work.owner, TOWN, 1);
  // What they open is in help-by-duty.test.ts.
  await withdrawDuties(work.owner);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

const onDuty = (as: string): AskOptions => ({ as, purpose: 'OWN_DUTY' });
const assessing = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT', select: 'id' };

const openCase = async (more: Record<string, unknown> = {}): Promise<string> => {
  const input = {
    kind: '一般',
    level: 'YELLOW',
    children: [child],
    region: TOWN,
    agencies: ['EDUCATION'],
    ...more,
  };
  return (await work.done('openCase', input, assessing)).id;
};

async function taskIn(id: string, agency = 'EDUCATION'): Promise<string> {
  const input = { case: id, agency, kind: '核实情况', dueAt: time.from(DAY_MILLISECONDS) };
  return (await work.done('assignTask', input, { ...byCase(id), select: 'id' })).id;
}

const convene = async (more: Record<string, unknown> = {}): Promise<string> => {
  const input = {
    kind: 'REGULAR',
    heldAt: time.from(DAY_MILLISECONDS),
    region: '990101',
    agencies: ['EDUCATION'],
    ...more,
  };
  return (await work.done('conveneMeeting', input, { ...onDuty('meeting-clerk'), select: 'id' })).id;
};

/** What waits for a head, about these cases, meetings, tasks and assignments. */
async function waiting(head: string, ...ids: readonly string[]) {
  const found = [];
  let after: string | null = null;
  do {
    const { body } = await work.system.ask(
      `query ($after: String) { confirmationsWaiting(first: 200, after: $after) {
        pageInfo { hasNextPage endCursor } nodes { id kind referenceId label officer since dueAt } } }`,
      { ...onDuty(head), variables: { after } },
    );
    const { nodes, pageInfo } = body.data.confirmationsWaiting;
    found.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return found.filter(({ referenceId }) => ids.includes(referenceId));
}

const OWN = '{ ownParts(first: 200) { totalCount nodes { kind reference label until } } }';
async function own(as: string, reference: string) {
  const { body } = await work.system.ask(OWN, onDuty(as));
  return body.data.ownParts.nodes.find((one: { reference: string }) => one.reference === reference);
}

describe('what waits for a head', () => {
  test('is a case that the agency takes part in, until somebody is confirmed for it', async () => {
    const id = await openCase({ level: 'RED' });
    const entry = {
      kind: 'CASE',
      referenceId: id,
      label: expect.stringMatching(/^个案 .*（一般）$/),
      officer: null,
      since: time.now().toISOString(),
    };
    for (const head of ['education-head', 'centre-head']) expect(await waiting(head, id)).toMatchObject([entry]);
    expect(await waiting('police-head', id)).toEqual([]);
    await work.confirm('CASE', id, 'education-officer');
    expect(await waiting('education-head', id)).toEqual([]);
    expect(await waiting('centre-head', id)).toMatchObject([entry]);
    const withdrawn = { kind: 'CASE', id, officer: 'education-officer' };
    await work.done('withdrawParticipation', withdrawn, onDuty('education-head'));
    expect(await waiting('education-head', id)).toMatchObject([entry]);
  });

  test('is whom a case is handed over to', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const { body } = await work.system.ask(`{ case(id: "${id}") { version } }`, byCase(id));
    const { version } = body.data.case;
    await work.done('handOverCase', { case: id, handler: 'town-case-worker', reason: '回访', version }, byCase(id));
    const entries = await waiting('centre-head', id);
    expect(entries.map(({ officer }: { officer: string | null }) => officer).sort()).toEqual(
      ['town-case-worker', null].sort(),
    );
    await work.confirm('CASE', id, 'town-case-worker');
    expect(await waiting('centre-head', id)).toEqual([]);
  });

  test('is a meeting, and whom it invites by name, until it is held', async () => {
    const id = await convene();
    const named = await convene({ attendees: [{ officer: 'education-member', agency: 'EDUCATION' }] });
    expect(await waiting('education-head', id, named)).toMatchObject([
      { kind: 'MEETING', referenceId: expect.any(String) },
      { kind: 'MEETING', referenceId: expect.any(String) },
    ]);
    expect(await waiting('education-head', named)).toMatchObject([{ officer: 'education-member' }]);
    await work.confirm('MEETING', named, 'education-member');
    expect(await waiting('education-head', named)).toEqual([]);
    await time.pass(DAY_MILLISECONDS + HOUR_MILLISECONDS);
    expect(await waiting('education-head', id)).toEqual([]);
  });

  test('is a task that the agency owes, unless somebody is confirmed for it or its case', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const [first, second] = [await taskIn(id), await taskIn(id)];
    const [, due] = await waiting('education-head', first, second);
    expect(due).toMatchObject({
      kind: 'TASK',
      label: expect.stringMatching(/^核实情况 990101-/),
      dueAt: expect.any(String),
    });
    expect(await waiting('police-head', first)).toEqual([]);
    await work.confirm('TASK', first, 'education-officer');
    expect(await waiting('education-head', first, second)).toMatchObject([{ referenceId: second }]);
    await work.confirm('CASE', id, 'education-officer');
    expect(await waiting('education-head', first, second)).toEqual([]);
  });

  test('is an assignment that the agency leads, without its category', async () => {
    const input = { child, category: 'MISCONDUCT' };
    const { id } = await work.done('assignProtection', input, assessing);
    expect(await waiting('police-head', id)).toMatchObject([
      { kind: 'PROTECTION', label: `包保帮扶 ${id.slice(0, 8)}`, officer: null },
    ]);
    await work.confirm('PROTECTION', id, 'police-officer');
    expect(await waiting('police-head', id)).toEqual([]);
  });

  test('is no assignment of a sealed category', async () => {
    const assignment_id = randomUUID();
    await work.owner('base.protection_assignment').insert({
      assignment_id,
      child_id: child,
      category: 'SERIOUS_MISCONDUCT',
      lead_agency: 'PUBLIC_SECURITY',
      since: '2026-01-02',
    });
    expect(await waiting('police-head', assignment_id)).toEqual([]);
    const request = { kind: 'PROTECTION', id: assignment_id };
    expect(await work.refused('requestParticipation', request, onDuty('police-officer'))).toMatchObject({
      code: 'RECORD_NOT_FOUND',
    });
  });

  test('ends with what it is about', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const task = await taskIn(id);
    await work.owner('base.case_file').where({ case_id: id }).update({ closed_at: time.now() });
    expect(await waiting('education-head', id, task)).toEqual([]);
  });

  test('is told to nobody but heads', async () => {
    for (const options of [onDuty('education-officer'), onDuty('county-case-worker'), onDuty('supervisor')]) {
      const { body } = await work.system.ask('{ confirmationsWaiting { totalCount nodes { id } } }', options);
      expect(body.data.confirmationsWaiting).toEqual({ totalCount: 0, nodes: [] });
      expect(body.errors[0].extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
  });
});

describe('an officer', () => {
  test('asks for a part, which their head sees, and which opens nothing', async () => {
    const id = await openCase();
    const request = { kind: 'CASE', id };
    const select = 'kind referenceId requestedAt';
    expect(await work.done('requestParticipation', request, { ...onDuty('education-officer'), select })).toEqual({
      kind: 'CASE',
      referenceId: id,
      requestedAt: time.now().toISOString(),
    });
    expect(await waiting('education-head', id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ officer: 'education-officer' })]),
    );
    expect((await work.system.ask('{ children { totalCount } }', byCase(id, 'education-officer'))).status).toBe(403);
    await work.confirm('CASE', id, 'education-officer');
    expect(await waiting('education-head', id)).toEqual([]);
    expect(await work.refused('requestParticipation', request, onDuty('education-officer'))).toMatchObject({
      code: 'ALREADY_SETTLED',
    });
  });

  test('asks for nothing that their agency takes no part in, and learns nothing of it', async () => {
    const id = await openCase();
    const refused = (one: string) =>
      work.refused('requestParticipation', { kind: 'CASE', id: one }, onDuty('police-officer'));
    expect(await refused(id)).toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(await refused(id)).toEqual(await refused(randomUUID()));
  });

  test('finds what they may open, and until when', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker');
    const task = await taskIn(id);
    await work.confirm('TASK', task, 'education-officer');
    const reference = `task/${task}`;
    expect(await own('education-officer', reference)).toEqual({
      kind: 'TASK',
      reference,
      label: expect.stringMatching(/^核实情况 990101-/),
      until: null,
    });
    for (const other of ['police-officer', 'education-member']) expect(await own(other, reference)).toBeUndefined();
    await work.owner('base.task').where({ task_id: task }).update({ done_at: time.now() });
    const until = new Date(time.now().getTime() + 7 * DAY_MILLISECONDS).toISOString();
    expect(await own('education-officer', reference)).toMatchObject({ until });
    await time.pass(7 * DAY_MILLISECONDS);
    expect(await own('education-officer', reference)).toBeUndefined();
  });

  test('finds the tasks of their agency in a case for which they are confirmed', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'county-case-worker', 'education-officer');
    const task = await taskIn(id);
    expect(await own('education-officer', `task/${task}`)).toMatchObject({ kind: 'TASK', until: null });
  });

  test('finds exactly the references that open', async () => {
    const { body } = await work.system.ask(OWN, onDuty('education-officer'));
    const { totalCount, nodes } = body.data.ownParts;
    expect(totalCount).toBe(nodes.length);
    expect(totalCount).toBeGreaterThan(0);
    for (const { kind, reference } of nodes.slice(0, 10)) {
      const purpose = kind === 'CASE' ? 'CASE_HANDLING' : 'WELFARE_SERVICE';
      const { status } = await work.system.ask('{ __typename }', { as: 'education-officer', purpose, reference });
      expect(status).toBe(200);
    }
  });

  test('no longer finds what was withdrawn', async () => {
    const id = await openCase();
    await work.confirm('CASE', id, 'education-officer');
    expect(await own('education-officer', `case/${id}`)).toBeDefined();
    await work.done(
      'withdrawParticipation',
      { kind: 'CASE', id, officer: 'education-officer' },
      onDuty('education-head'),
    );
    expect(await own('education-officer', `case/${id}`)).toBeUndefined();
  });
});
