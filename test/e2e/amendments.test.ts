import { randomUUID } from 'node:crypto';
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
import { type AskOptions, as } from '../support/system';

// Cases are put right: who may, what changes, what stays on record, and what is refused.

const TOWN = '990101001';
const COUNTY = '990101';

let time: PassingTime;
let work: CaseWork;
let children: readonly string[];
let elsewhere: string;

beforeAll(async () => {
  time = passingTime();
  work = await startCaseWork('amendments', time.clock);
  children = await unknownChildren(work.owner, TOWN, 24);
  [elsewhere = ''] = await unknownChildren(work.owner, '990102', 1);
});
afterAll(async () => {
  await work?.close();
  time?.restore();
});

const town = as('town-case-worker', 'RISK_ASSESSMENT');
const centre = as('centre-officer', 'OWN_DUTY');
const supervising = as('supervisor', 'SUPERVISION');
const ask = async (query: string, options: AskOptions) => (await work.system.ask(query, options)).body;

/** A case of the town that the officers of town and county handle. */
async function newCase(input: Record<string, unknown> = {}): Promise<string> {
  const opening = { kind: '一般', level: 'YELLOW', children: [children[0]], region: TOWN, ...input };
  const { id } = await work.done('openCase', opening, { ...town, select: 'id' });
  await work.confirm('CASE', id, 'town-case-worker', 'county-case-worker');
  return id;
}
const byTown = (id: string) => byCase(id, 'town-case-worker');
const reason = '核实后更正';
const taskOf = async (id: string, more: { readonly children?: readonly string[] } = {}): Promise<string> => {
  const task = {
    case: id,
    agency: 'EDUCATION',
    kind: '核实情况',
    instruction: '核实在校情况',
    dueAt: time.from(DAY_MILLISECONDS),
    ...more,
  };
  return (await work.done('assignTask', task, { ...byTown(id), select: 'id' })).id;
};
/** The reference's content is cached for half a minute. */
const cacheToExpire = () => time.pass(HALF_A_MINUTE);

describe('a level', () => {
  test('is changed with its reason, and the next step is due as at the new level', async () => {
    const id = await newCase();
    await time.pass(HOUR_MILLISECONDS);
    const input = { case: id, level: 'RED', reason, version: 1 };
    const select = 'level dueAt version amendments { kind by agency at before after reason }';
    expect(await work.done('changeCaseLevel', input, { ...byTown(id), select })).toEqual({
      level: 'RED',
      // Two hours after the case was opened, an hour ago.
      dueAt: time.from(HOUR_MILLISECONDS),
      version: 2,
      amendments: [
        {
          kind: 'LEVEL_CHANGED',
          by: '镇综治中心专干',
          agency: 'GOVERNANCE_CENTER',
          at: time.now().toISOString(),
          before: 'YELLOW',
          after: 'RED',
          reason,
        },
      ],
    });
    expect(await work.owner('base.notice').where({ subject_id: id, kind: 'CASE_CHANGED' })).toHaveLength(1);
  });

  test('that is raised late leaves the time of the new level, and no more than before', async () => {
    const id = await newCase();
    await time.pass(5 * HOUR_MILLISECONDS);
    const raised = await work.done(
      'changeCaseLevel',
      { case: id, level: 'RED', reason, version: 1 },
      { ...byTown(id), select: 'dueAt overdue' },
    );
    expect(raised).toEqual({ dueAt: time.from(2 * HOUR_MILLISECONDS), overdue: false });
    const late = await newCase();
    await time.pass(2 * DAY_MILLISECONDS);
    const change = (level: string, version: number) =>
      work.done(
        'changeCaseLevel',
        { case: late, level, reason, version },
        { ...byTown(late), select: 'dueAt overdue' },
      );
    expect((await change('RED', 1)).overdue).toBe(true);
    expect((await change('BLUE', 2)).overdue).toBe(true);
  });
});

describe('a child', () => {
  const childrenOf = async (id: string, options: AskOptions): Promise<string[]> =>
    (await ask(`{ case(id: "${id}") { children { id } } }`, options)).data.case.children.map(
      (child: { id: string }) => child.id,
    );

  test('who is added is covered by the case; who is taken off is not, within half a minute', async () => {
    const [, second = ''] = children;
    const id = await newCase();
    const record = `{ child(id: "${second}") { identity { fullName } } }`;
    const seen = async () => (await ask(record, byTown(id))).data.child;
    expect(await seen()).toBeNull();
    await work.done('addCaseChild', { case: id, child: second, reason, version: 1 }, byTown(id));
    await cacheToExpire();
    expect(await childrenOf(id, byTown(id))).toEqual([children[0], second].toSorted());
    expect(await seen()).toEqual({ identity: { fullName: expect.any(String) } });

    const { receiptNumber } = await work.done(
      'reportClue',
      { channel: '强制报告', situation: '辍学', facts: '未到校', region: TOWN, child: second },
      { ...as('education-officer', 'MANDATORY_REPORT'), select: 'receiptNumber' },
    );
    const [{ clue_id }] = await work.owner('base.clue').where({ receipt_number: receiptNumber });
    await work.done('linkClue', { clue: clue_id, case: id }, { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' });
    const clue = `{ clue(id: "${clue_id}") { facts } }`;
    expect((await ask(clue, byTown(id))).data.clue).toEqual({ facts: '未到校' });

    const removed = await work.done(
      'removeCaseChild',
      { case: id, child: second, reason: '与本案无关', version: 2 },
      { ...byCase(id), select: 'version amendments { kind before after reason }' },
    );
    expect(removed).toEqual({
      version: 3,
      amendments: [
        { kind: 'CHILD_ADDED', before: null, after: null, reason },
        { kind: 'CHILD_REMOVED', before: null, after: null, reason: '与本案无关' },
      ],
    });
    await cacheToExpire();
    expect(await seen()).toBeNull();
    expect((await ask(clue, byTown(id))).data.clue).toBeNull();
    expect(await childrenOf(id, byTown(id))).toEqual([children[0]]);
    const assessing = await work.assessing(second, 'town-case-worker');
    expect((await ask(`{ child(id: "${second}") { cases { id } } }`, assessing)).data.child.cases).toEqual([]);
    // It stays on record who it was, without being shown.
    const kept = await work.owner('base.case_amendment').where({ case_id: id }).orderBy('made_at').pluck('child_id');
    expect(kept).toEqual([second, second]);

    await work.done('addCaseChild', { case: id, child: second, reason, version: 3 }, byTown(id));
    await cacheToExpire();
    expect(await seen()).not.toBeNull();
  });

  test('of elsewhere is refused like one who does not exist, and changes nothing', async () => {
    const id = await newCase();
    const add = (child: string) =>
      work.act('addCaseChild', { case: id, child, reason, version: 1 }, { ...byTown(id), select: 'id' });
    const [there, nowhere] = [await add(elsewhere), await add(`${'A'.repeat(42)}A`)];
    expect(there?.body).toEqual(nowhere?.body);
    expect(there?.body.errors[0].extensions.code).toBe('RECORD_NOT_FOUND');
    expect(await work.owner('base.case_amendment').where({ case_id: id })).toEqual([]);
  });

  test('is the last, or one too many', async () => {
    const id = await newCase({ children: children.slice(0, 20) });
    const more = { case: id, reason, version: 1 };
    expect(await work.refused('addCaseChild', { ...more, child: children[20] }, byTown(id))).toMatchObject({
      code: 'CASE_FULL',
      extensions: { limit: 20 },
    });
    expect((await work.refused('addCaseChild', { ...more, child: children[0] }, byTown(id))).code).toBe(
      'ALREADY_SETTLED',
    );
    const single = await newCase();
    const take = (child: unknown) =>
      work.refused('removeCaseChild', { case: single, child, reason, version: 1 }, byTown(single));
    expect((await take(children[0])).code).toBe('LAST_CHILD');
    expect((await take(children[1])).code).toBe('RECORD_NOT_FOUND');
  });

  test('does not make a docket cover more children than a meeting may', async () => {
    const clerk = as('meeting-clerk', 'OWN_DUTY');
    const meeting = await work.done(
      'conveneMeeting',
      {
        kind: 'CASE_CONFERENCE',
        heldAt: time.from(DAY_MILLISECONDS),
        region: COUNTY,
        agencies: ['GOVERNANCE_CENTER'],
      },
      { ...clerk, select: 'id' },
    );
    const many = await unknownChildren(work.owner, COUNTY, 51);
    const county = as('county-case-worker', 'RISK_ASSESSMENT');
    const cases: string[] = [];
    for (const [from, to] of [
      [0, 20],
      [20, 40],
      [40, 50],
    ]) {
      const opening = { kind: '一般', level: 'YELLOW', children: many.slice(from, to), region: COUNTY };
      const { id } = await work.done('openCase', opening, { ...county, select: 'id' });
      await work.done('putOnDocket', { meeting: meeting.id, case: id }, clerk);
      cases.push(id);
    }
    const [, , id = ''] = cases;
    await work.confirm('CASE', id, 'county-case-worker');
    const add = { case: id, child: many[50], reason, version: 1 };
    expect(await work.refused('addCaseChild', add, byCase(id))).toMatchObject({
      code: 'DOCKET_FULL',
      extensions: { limit: 50 },
    });
    expect(await work.owner('base.case_child').where({ case_id: id, child_id: many[50] })).toEqual([]);
  });
});

describe('a task', () => {
  const onDuty = (name: string) => as(name, 'OWN_DUTY');
  const tasksOf = async (options: AskOptions, filter: string) => {
    const { data } = await ask(`{ tasks(filter: ${filter}, first: 200) { nodes { id } } }`, options);
    return data.tasks.nodes.map((task: { id: string }) => task.id) as string[];
  };
  const dueTo = async (options: AskOptions) => {
    const { data } = await ask('{ dueItems(first: 200) { nodes { task { id } } } }', options);
    return data.dueItems.nodes.flatMap((item: { task: { id: string } | null }) => item.task?.id ?? []) as string[];
  };
  const amendments = 'kind before after reason task { id }';

  test('is changed: kind, instruction and due time are three lines of history and one version', async () => {
    const id = await newCase();
    const task = await taskOf(id);
    const [{ due_at }] = await work.owner('base.task').where({ task_id: task });
    const input = {
      task,
      kind: '联系家庭',
      instruction: '核实家庭情况',
      dueAt: time.from(3 * DAY_MILLISECONDS),
      reason,
      version: 2,
    };
    expect(await work.done('changeTask', input, { ...byTown(id), select: 'kind instruction dueAt agency' })).toEqual({
      kind: input.kind,
      instruction: input.instruction,
      dueAt: input.dueAt,
      agency: 'EDUCATION',
    });
    const { data } = await ask(
      `{ case(id: "${id}") { version amendments { ${amendments} formerInstruction } } }`,
      byTown(id),
    );
    const of = { reason, task: { id: task }, formerInstruction: null };
    expect(data.case).toEqual({
      version: 3,
      amendments: [
        { kind: 'TASK_KIND_CHANGED', before: '核实情况', after: '联系家庭', ...of },
        { kind: 'TASK_INSTRUCTED', before: null, after: null, ...of, formerInstruction: '核实在校情况' },
        { kind: 'TASK_RESCHEDULED', before: due_at.toISOString(), after: input.dueAt, ...of },
      ],
    });
    const again = { ...input, version: 3 };
    expect((await work.refused('changeTask', again, byTown(id))).code).toBe('ALREADY_SETTLED');
    const nothing = { task, reason, version: 3 };
    expect((await work.refused('changeTask', nothing, byTown(id))).code).toBe('BAD_USER_INPUT');
    const past = { ...nothing, dueAt: time.from(-1_000) };
    expect((await work.refused('changeTask', past, byTown(id))).code).toBe('DATE_REFUSED');
  });

  test('that is cancelled is owed by nobody: it is neither due, nor open, nor overdue, nor to be completed', async () => {
    const id = await newCase();
    const task = await taskOf(id);
    const education = onDuty('education-officer');
    expect(await dueTo(education)).toContain(task);
    await work.done('cancelTask', { task, reason, version: 2 }, byTown(id));
    await time.pass(2 * DAY_MILLISECONDS);
    expect(await dueTo(education)).not.toContain(task);
    expect(await tasksOf(education, '{ done: false }')).not.toContain(task);
    expect(await tasksOf(education, '{ overdue: true }')).not.toContain(task);
    expect(await tasksOf(education, '{ done: true }')).toContain(task);
    const seen = await ask(`{ case(id: "${id}") { tasks { doneAt cancelledAt overdue } } }`, byTown(id));
    expect(seen.data.case.tasks).toEqual([{ doneAt: null, cancelledAt: expect.any(String), overdue: false }]);
    expect((await work.refused('completeTask', { task, outcome: '已核实' }, education)).code).toBe('ALREADY_SETTLED');
    for (const [mutation, input] of Object.entries({
      changeTask: { kind: '其他' },
      cancelTask: {},
      handOnTask: { agency: 'PROCURATORATE' },
    })) {
      const { code } = await work.refused(mutation, { task, reason, version: 3, ...input }, byTown(id));
      expect({ mutation, code }).toEqual({ mutation, code: 'ALREADY_SETTLED' });
    }
  });

  test('that is handed on is the other agency’s, which takes part from then on, and no longer the first one’s', async () => {
    const id = await newCase();
    const task = await taskOf(id);
    const [education, prosecutor] = [onDuty('education-officer'), onDuty('prosecutor')];
    expect((await work.refused('completeTask', { task, outcome: '已核实' }, prosecutor)).code).toBe('RECORD_NOT_FOUND');
    await work.done('handOnTask', { task, agency: 'PROCURATORATE', reason, version: 2 }, byTown(id));
    expect(await tasksOf(education, '{ done: false }')).not.toContain(task);
    expect(await dueTo(education)).not.toContain(task);
    expect(await dueTo(prosecutor)).toContain(task);
    expect((await work.refused('completeTask', { task, outcome: '已核实' }, education)).code).toBe('RECORD_NOT_FOUND');
    await work.done('completeTask', { task, outcome: '已核实' }, prosecutor);
    const { agencies } = await work.owner('base.case_file').where({ case_id: id }).first('agencies');
    expect(agencies).toEqual(['GOVERNANCE_CENTER', 'EDUCATION', 'PROCURATORATE']);
    const { data } = await ask(`{ case(id: "${id}") { amendments { ${amendments} } } }`, byTown(id));
    expect(data.case).toEqual({
      amendments: [{ kind: 'TASK_HANDED_ON', before: 'EDUCATION', after: 'PROCURATORATE', reason, task: { id: task } }],
    });
  });
});

describe('open tasks, when a step is taken', () => {
  /** At REFERRED, with two open tasks. */
  async function referredCase(): Promise<{ id: string; version: number }> {
    const id = await newCase();
    for (const [index, step] of ['ASSESSED', 'REFERRED'].entries()) {
      await work.done('takeStep', { case: id, step, note: '核实', version: index + 1 }, byTown(id));
    }
    await taskOf(id);
    await taskOf(id);
    return { id, version: 5 };
  }
  const step = (id: string, to: string, version: number, more: Record<string, unknown> = {}) => ({
    case: id,
    step: to,
    note: '已办理',
    evidence: ['结案〔2026〕1号'],
    version,
    ...more,
  });
  const refused = async (input: Record<string, unknown>) => {
    const { code, extensions } = await work.refused('takeStep', input, byCase(String(input.case)));
    return [code, extensions];
  };

  test('are asked about at HANDLED and REVISITED, and stay if the officer leaves them', async () => {
    const { id, version } = await referredCase();
    expect(await refused(step(id, 'HANDLED', version))).toEqual(['TASKS_OPEN', { openTasks: 2 }]);
    await work.done('takeStep', step(id, 'HANDLED', version, { openTasks: 'LEAVE' }), byCase(id));
    expect(await refused(step(id, 'REVISITED', version + 1))).toEqual(['TASKS_OPEN', { openTasks: 2 }]);
    await work.done('takeStep', step(id, 'REVISITED', version + 1, { openTasks: 'LEAVE' }), byCase(id));
    expect(await refused(step(id, 'CLOSED', version + 2, { openTasks: 'LEAVE' }))).toEqual([
      'TASKS_OPEN',
      { openTasks: 2 },
    ]);
    expect(await work.owner('base.task').where({ case_id: id }).whereNull('cancelled_at')).toHaveLength(2);
  });

  test('are cancelled with the step, each on record', async () => {
    const { id, version } = await referredCase();
    const select = 'step version tasks { cancelledAt } amendments { kind reason task { id } }';
    const handled = await work.done('takeStep', step(id, 'HANDLED', version, { openTasks: 'CANCEL' }), {
      ...byCase(id),
      select,
    });
    const at = time.now().toISOString();
    const cancelled = { kind: 'TASK_CANCELLED', reason: null, task: { id: expect.any(String) } };
    expect(handled).toEqual({
      step: 'HANDLED',
      version: version + 1,
      tasks: [{ cancelledAt: at }, { cancelledAt: at }],
      amendments: [cancelled, cancelled],
    });
    await work.done('takeStep', step(id, 'REVISITED', version + 1), byCase(id));
    await taskOf(id);
    const closing = step(id, 'CLOSED', version + 3, { openTasks: 'CANCEL' });
    expect(await work.done('takeStep', closing, { ...byCase(id), select: 'step' })).toEqual({ step: 'CLOSED' });
  });
});

describe('a case that is handed over', () => {
  const NEXT_TOWN = '990101002';
  const version = 1;

  test('goes to another town only by the county; elsewhere it is refused like an unknown region', async () => {
    const id = await newCase();
    const handOver = async (region: string, options: AskOptions) =>
      (await work.act('handOverCase', { case: id, region, reason, version }, { ...options, select: 'id' })).body;
    const before = await work.contents();
    const unknown = await handOver('990199', byTown(id));
    expect(unknown.errors[0].extensions.code).toBe('RECORD_NOT_FOUND');
    for (const region of [NEXT_TOWN, COUNTY, '990102', '某地'])
      expect(await handOver(region, byTown(id))).toEqual(unknown);
    for (const region of ['990102', '9901']) expect(await handOver(region, byCase(id))).toEqual(unknown);
    expect(await work.contents()).toEqual(before);

    const task = await taskOf(id);
    const input = { case: id, region: NEXT_TOWN, reason: '随监护人迁居', version: 2 };
    const select = 'region { code } version amendments { kind before after officer reason }';
    expect(await work.done('handOverCase', input, { ...byCase(id), select })).toEqual({
      region: { code: NEXT_TOWN },
      version: 3,
      amendments: [{ kind: 'HANDED_OVER', before: TOWN, after: NEXT_TOWN, officer: null, reason: input.reason }],
    });
    await cacheToExpire();
    // The old handlers have lost it, and the town does not know of it.
    for (const officer of ['town-case-worker', 'county-case-worker']) {
      expect((await work.system.ask('{ __typename }', byCase(id, officer))).status).toBe(403);
    }
    expect((await ask(`{ case(id: "${id}") { id } }`, town)).data.case).toBeNull();
    const due = await work.owner('base.due_item').whereIn('item_id', [id, task]);
    expect(due.map(({ region }) => region)).toEqual([NEXT_TOWN, NEXT_TOWN]);
    await work.confirm('CASE', id, 'county-case-worker');
    expect((await work.system.ask('{ __typename }', byCase(id))).status).toBe(200);
  });

  test('to an officer is lost by the others, and opens to that officer once confirmed', async () => {
    const id = await newCase();
    const input = { case: id, handler: 'county-case-worker', reason, version };
    const select = 'amendments { kind before after officer }';
    expect(await work.done('handOverCase', input, { ...byTown(id), select })).toEqual({
      amendments: [{ kind: 'HANDED_OVER', before: null, after: null, officer: 'county-case-worker' }],
    });
    await cacheToExpire();
    expect((await work.system.ask('{ __typename }', byTown(id))).status).toBe(403);
    // The county's officer was confirmed before.
    expect((await work.system.ask('{ __typename }', byCase(id))).status).toBe(200);
    const parts = await work.owner('base.participation').where({ case_id: id }).whereNotNull('withdrawn_at');
    expect(parts).toMatchObject([{ officer: 'town-case-worker', withdrawn_by: 'town-case-worker' }]);
    // The supervisor does not read who.
    const seen = await ask(`{ case(id: "${id}") { amendments { kind officer } } }`, supervising);
    expect(seen.data.case.amendments).toEqual([{ kind: 'HANDED_OVER', officer: null }]);
  });

  test('to nobody and nowhere, or to where it is, is refused', async () => {
    const id = await newCase();
    const of = { case: id, reason, version };
    expect((await work.refused('handOverCase', of, byTown(id))).code).toBe('BAD_USER_INPUT');
    expect((await work.refused('handOverCase', { ...of, region: TOWN }, byTown(id))).code).toBe('ALREADY_SETTLED');
    const handler = '13900001111';
    expect((await work.refused('handOverCase', { ...of, handler }, byTown(id))).extensions).toEqual({
      argument: 'input.handler',
      fault: 'NUMBER_OF_A_PERSON',
    });
  });

  test('is taken off the dockets of meetings whose region it leaves', async () => {
    const id = await newCase();
    const clerk = as('meeting-clerk', 'OWN_DUTY');
    const convene = async (region: string): Promise<string> => {
      const input = {
        kind: 'CASE_CONFERENCE',
        heldAt: time.from(DAY_MILLISECONDS),
        region,
        agencies: ['GOVERNANCE_CENTER'],
      };
      return (await work.done('conveneMeeting', input, { ...clerk, select: 'id' })).id;
    };
    const [ofTown, ofCounty] = [await convene(TOWN), await convene(COUNTY)];
    for (const meeting of [ofTown, ofCounty]) await work.done('putOnDocket', { meeting, case: id }, clerk);
    await work.done('handOverCase', { case: id, region: NEXT_TOWN, reason, version }, byCase(id));
    const open = await work.owner('base.docket_item').where({ case_id: id }).whereNull('taken_off_at');
    expect(open.map(({ meeting_id }) => meeting_id)).toEqual([ofCounty]);
  });
});

describe('two cases that are linked', () => {
  const linked = 'linked { id } amendments { kind reason }';

  test('know of one another, and neither opens the other', async () => {
    const [one, other] = [await newCase(), await newCase()];
    await work.done('linkCases', { case: one, other, reason, version: 1 }, byTown(one));
    const read = async (id: string, options: AskOptions) =>
      (await ask(`{ case(id: "${id}") { version ${linked} } }`, options)).data.case;
    // Why they were linked is for those who handle both.
    const history = [{ kind: 'LINKED', reason: null }];
    expect(await read(one, centre)).toEqual({ version: 2, linked: [{ id: other }], amendments: history });
    expect(await read(other, centre)).toEqual({ version: 2, linked: [{ id: one }], amendments: history });
    expect(await read(one, town)).toEqual({ version: 2, linked: [{ id: other }], amendments: [] });
    // The reference covers one case.
    expect(await read(one, byTown(one))).toEqual({ version: 2, linked: [], amendments: [] });
    expect((await ask(`{ case(id: "${other}") { id } }`, byTown(one))).data.case).toBeNull();
    const again = { case: other, other: one, reason, version: 2 };
    expect((await work.refused('linkCases', again, byTown(other))).code).toBe('ALREADY_SETTLED');
    const itself = { case: one, other: one, reason, version: 2 };
    expect((await work.refused('linkCases', itself, byTown(one))).code).toBe('BAD_USER_INPUT');
  });

  test('one of which is hidden from the caller are not linked, and a link to a hidden case does not show', async () => {
    const county = as('county-case-worker', 'RISK_ASSESSMENT');
    const opening = { kind: '一般', level: 'YELLOW', children: [children[0]], region: COUNTY };
    const { id: hidden } = await work.done('openCase', opening, { ...county, select: 'id' });
    const id = await newCase();
    const link = async (other: string) =>
      (await work.act('linkCases', { case: id, other, reason, version: 1 }, { ...byTown(id), select: 'id' })).body;
    const refused = await link(hidden);
    expect(refused.errors[0].extensions.code).toBe('RECORD_NOT_FOUND');
    expect(await link(randomUUID())).toEqual(refused);
    await work.done('linkCases', { case: id, other: hidden, reason, version: 1 }, byCase(id));
    const query = `{ case(id: "${id}") { ${linked} } }`;
    expect((await ask(query, town)).data.case).toEqual({ linked: [], amendments: [] });
    expect((await ask(query, centre)).data.case).toEqual({
      linked: [{ id: hidden }],
      amendments: [{ kind: 'LINKED', reason: null }],
    });
  });
});

/** Every correction, with an input that would succeed: of which object, with the current version. */
const corrections: Record<string, readonly [of: 'case' | 'task', () => object | Promise<object>]> = {
  changeCaseLevel: ['case', () => ({ level: 'RED' })],
  addCaseChild: ['case', () => ({ child: children[2] })],
  removeCaseChild: ['case', () => ({ child: children[1] })],
  handOverCase: ['case', () => ({ region: '990101001001' })],
  linkCases: ['case', async () => ({ other: await newCase() })],
  changeTask: ['task', () => ({ kind: '联系家庭' })],
  cancelTask: ['task', () => ({})],
  handOnTask: ['task', () => ({ agency: 'PROCURATORATE' })],
};

describe.each(Object.keys(corrections))('%s', (mutation) => {
  const [of, more] = corrections[mutation] as (typeof corrections)[string];
  /** A case, and an input that would succeed. */
  async function prepared() {
    const id = await newCase({ children: children.slice(0, 2) });
    const about = of === 'case' ? id : await taskOf(id, { children: children.slice(0, 1) });
    return { id, input: { [of]: about, reason, version: of === 'case' ? 1 : 2, ...(await more()) } };
  }
  const code = async (input: Record<string, unknown>, options: AskOptions) => {
    const refusal = await work.refused(mutation, input, options);
    return [refusal.code, refusal.extensions];
  };

  test('acts once for one key, and again returns the current state', async () => {
    const { id, input } = await prepared();
    const keyed = { ...input, idempotencyKey: randomUUID() };
    const replies = await Promise.all([1, 2, 3].map(() => work.act(mutation, keyed, { ...byTown(id), select: 'id' })));
    for (const { body } of replies) expect(body.data[mutation]).toEqual({ id: input[of] });
    expect(await work.owner('base.case_amendment').where({ case_id: id })).toHaveLength(1);
    expect(await work.owner('base.case_file').where({ case_id: id })).toMatchObject([{ version: input.version + 1 }]);
    expect((await work.refused(mutation, { ...keyed, reason: '另一理由' }, byTown(id))).code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  test('is refused for an older version, a closed case, and a reason that is blank or identifies a person', async () => {
    const { id, input } = await prepared();
    const current = { version: input.version, step: 'DISCOVERED' };
    expect(await code({ ...input, version: 7 }, byTown(id))).toEqual(['CONFLICT', { current }]);
    for (const [text, fault] of [
      [' ', 'EMPTY'],
      ['身份证 99010120130517002X', 'NUMBER_OF_A_PERSON'],
    ]) {
      expect(await code({ ...input, reason: text }, byTown(id))).toEqual([
        'TEXT_REFUSED',
        { argument: 'input.reason', fault },
      ]);
    }
    await work.owner('base.case_file').where({ case_id: id }).update({ step: 'CLOSED', closed_at: time.now() });
    expect((await code(input, byTown(id)))[0]).toBe('CASE_CLOSED');
    expect(await work.owner('base.case_amendment').where({ case_id: id })).toEqual([]);
  });

  test('is refused silently where the caller does not handle the case, and visibly where no case could be theirs', async () => {
    const [own, other] = [await prepared(), await prepared()];
    const before = await work.contents();
    const refused = async (input: Record<string, unknown>, options: AskOptions) =>
      (await work.act(mutation, input, { ...options, select: 'id' })).body;
    // The reference covers another case, or none of that id exists.
    const hidden = await refused(other.input, byTown(own.id));
    expect(hidden).toEqual(await refused({ ...other.input, [of]: randomUUID() }, byTown(own.id)));
    expect(hidden.errors[0].extensions.code).toBe('RECORD_NOT_FOUND');
    for (const options of [town, supervising, as('education-officer', 'OWN_DUTY'), as('meeting-clerk', 'OWN_DUTY')]) {
      expect((await refused(own.input, options)).errors[0].extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    }
    expect((await work.system.ask('{ __typename }', byCase(own.id, 'neighbour-case-worker'))).status).toBe(403);
    expect(await work.contents()).toEqual(before);
  });
});

test('a supervisor sees that a case was corrected, and no reason', async () => {
  const id = await newCase();
  await work.done('changeCaseLevel', { case: id, level: 'RED', reason, version: 1 }, byTown(id));
  const body = await ask(`{ case(id: "${id}") { amendments { kind before after reason } } }`, supervising);
  expect(body.data.case.amendments).toEqual([{ kind: 'LEVEL_CHANGED', before: 'YELLOW', after: 'RED', reason: null }]);
  expect(body.extensions.access.denied.map((one: { coordinate: string }) => one.coordinate)).toContain(
    'CaseAmendment.reason',
  );
});
