import type { Knex } from 'knex';
import { byCase, type CaseWork, type PassingTime, passingTime, startCaseWork } from '../support/case-work';
import { childIdOf, STORY } from '../support/databases';
import { type AskOptions, as, type Reply } from '../support/system';

/** A Monday of a month without holidays. */
const MONDAY = new Date('2026-03-02T10:00:00+08:00');
const TOWN = '990101001';
const COUNTY = '990101';
const VILLAGE = '990101001001';
const NEXT_VILLAGE = '990101001002';

let time: PassingTime;
let work: CaseWork;
/** Children of the village and of the next; visited ones live in the first. */
let children: readonly [string, string];
const neighbour = childIdOf(STORY.neighbour);
const made = {} as Record<
  'step' | 'task' | 'feedback' | 'visit' | 'nextVillage' | 'orphan' | 'misconduct' | 'reply' | 'assessment' | 'there',
  string
>;

const county = as('county-case-worker', 'RISK_ASSESSMENT');
const town = as('town-case-worker', 'RISK_ASSESSMENT');
/** Sees everything that is due in the county. */
const centre = as('centre-officer', 'OWN_DUTY');
const there = as('neighbour-case-worker', 'RISK_ASSESSMENT');
/** On visits, by duties of that time. */
let director: AskOptions;
let townOnVisits: AskOptions;
const supervisor = as('supervisor', 'SUPERVISION');
const onDuty = (name: string) => as(name, 'OWN_DUTY');

beforeAll(async () => {
  time = passingTime(MONDAY);
  work = await startCaseWork('due_items', time.clock);
  await nothingDue(work.owner);
  children = [await inhabitant(VILLAGE), await inhabitant(NEXT_VILLAGE)];
  director = await visitsOf('child-director', VILLAGE, 'civil-affairs-head');
  townOnVisits = await visitsOf('town-case-worker', TOWN, 'centre-head');
  const [child] = children;
  const { done } = work;
  made.step = (
    await done('openCase', { kind: '一般', level: 'YELLOW', children: [child], region: TOWN }, select('id'))
  ).id;
  await work.confirm('CASE', made.step, 'county-case-worker');
  made.task = (
    await done(
      'assignTask',
      {
        case: made.step,
        agency: 'EDUCATION',
        kind: '核实情况',
        instruction: '核实在校情况',
        dueAt: '2026-03-04T18:00:00+08:00',
      },
      { ...byCase(made.step), select: 'id' },
    )
  ).id;
  const receipt = await done(
    'reportClue',
    { channel: '网格摸排', situation: '其他', facts: '群众反映', region: VILLAGE, child },
    { ...as('education-officer', 'MANDATORY_REPORT'), select: 'receiptNumber' },
  );
  made.feedback = (await work.owner('base.clue').where({ receipt_number: receipt.receiptNumber }).first()).clue_id;
  made.visit = await assess(child, 'ORANGE');
  made.nextVillage = await assess(children[1], 'ORANGE');
  made.orphan = await assign(child, 'ORPHAN_OR_HARDSHIP');
  made.misconduct = await assign(child, 'MISCONDUCT');
  made.reply = await track(child, 'RECOMMENDATION_REPLY', 'EDUCATION', '2026-03-05', county);
  made.assessment = await track(child, 'GUARDIANSHIP_ASSESSMENT', 'CIVIL_AFFAIRS', '2026-03-20', county);
  made.there = await track(neighbour, 'RECOMMENDATION_REPLY', 'EDUCATION', '2026-03-06', there);
});
afterAll(async () => {
  await work.close();
  time.restore();
});

/** A child about whom the centre has only the region. */
async function inhabitant(region: string): Promise<string> {
  const child_id = childIdOf(`${region} ${inhabitants++}`);
  await work.owner('base.child').insert({ child_id, region });
  return child_id;
}
let inhabitants = 0;

const select = (fields: string) => ({ ...county, select: fields });

async function visitsOf(officer: string, region: string, head: string): Promise<AskOptions> {
  const duty = { officer, kind: 'VISITS', region, from: '2026-03-02', until: '2026-12-31' };
  const { id } = await work.done('confirmDuty', duty, { ...onDuty(head), select: 'id' });
  return { as: officer, purpose: 'VISIT', reference: `visits/${id}` };
}

async function assess(child: string, level: string): Promise<string> {
  const assessing = await work.assessing(child);
  const proposal = await work.done('proposeRisk', { child }, { ...assessing, select: 'id' });
  await work.done('confirmRisk', { proposal: proposal.id, level, reason: '入户核实' }, assessing);
  const row = await work.owner('base.risk_assessment').where({ child_id: child, in_force: true }).first();
  return row.assessment_key;
}

const assign = async (child: string, category: string): Promise<string> =>
  (await work.done('assignProtection', { child, category }, select('id'))).id;

const track = async (child: string, kind: string, agency: string, dueOn: string, options: AskOptions) =>
  (await work.done('trackDeadline', { child, kind, agency, dueOn }, { ...options, select: 'id' })).id as string;

/** Removes the generator's due items; all sealed assignments are due tomorrow. */
async function nothingDue(owner: Knex): Promise<void> {
  await owner('base.case_file').update({ due_at: null });
  await owner('base.task').update({ done_at: MONDAY });
  await owner('base.clue').update({ feedback_due: null });
  await owner('base.risk_assessment').update({ next_visit_due: null });
  await owner('base.protection_assignment').update({ next_visit_due: null });
  await owner('base.misconduct_support').update({ next_visit_due: null });
  await owner('base.village_notice').update({ next_visit_due: null });
  await owner('base.tracked_deadline').update({ settled_at: MONDAY });
  const child_id = await inhabitant(VILLAGE);
  await owner('base.protection_assignment').insert(
    SEALED.map((category) => ({ child_id, category, lead_agency: 'PUBLIC_SECURITY', since: '2026-01-05' })),
  );
  const sealed = await owner('base.protection_assignment')
    .whereIn('category', SEALED)
    .update({ next_visit_due: '2026-03-03' });
  expect(sealed).toBeGreaterThanOrEqual(SEALED.length);
}

const SEALED = ['SERIOUS_MISCONDUCT', 'COMMUNITY_CORRECTION'];

interface Item {
  readonly id: string;
  readonly kind: string;
  readonly agency: string;
  readonly dueAt: string;
}

const PAGE = `query ($agency: Agency, $until: DateTime, $filter: DueItemFilter, $first: Int = 200, $after: String) {
  dueItems(agency: $agency, until: $until, filter: $filter, first: $first, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    edges { cursor node { id } }
    nodes { id kind agency dueAt overdue region { code } place { code } }
  }
}`;

async function due(options: AskOptions, variables: Record<string, unknown> = {}): Promise<Reply['body']> {
  return (await work.system.ask(PAGE, { ...options, variables })).body;
}
const itemsOf = async (options: AskOptions, variables?: Record<string, unknown>): Promise<readonly Item[]> =>
  (await due(options, variables)).data.dueItems.nodes;
/** Names of the listed items, in order. */
async function listed(options: AskOptions, variables?: Record<string, unknown>): Promise<readonly string[]> {
  const body = await due(options, variables);
  const { nodes, totalCount } = body.data.dueItems;
  if (totalCount !== nodes.length) throw new Error(`${nodes.length} of ${totalCount}: ${JSON.stringify(body)}`);
  const names = new Map(Object.entries(made).map(([name, id]) => [id, name]));
  return nodes.map(({ id }: Item) => names.get(id) ?? `unknown ${id}`);
}
const instant = (day: string, at = '00:00') => new Date(`${day}T${at}:00+08:00`).toISOString();

describe('everything that is due', () => {
  test('is listed once, with the responsible agency and the due time, earliest first', async () => {
    expect(await listed(centre)).toEqual(
      ['step', 'task', 'reply', 'visit', 'nextVillage', 'feedback', 'assessment', 'orphan', 'misconduct'].sort(
        byDueTimeAndId,
      ),
    );
    const items = await itemsOf(centre);
    const of = (name: keyof typeof made) => items.find(({ id }) => id === made[name]);
    const item = (name: keyof typeof made, kind: string, agency: string, dueAt: string, code = VILLAGE) =>
      expect(of(name)).toEqual({
        id: made[name],
        kind,
        agency,
        dueAt,
        overdue: false,
        region: { code: COUNTY },
        place: { code },
      });
    // A case of level YELLOW is assessed within 24 hours.
    item('step', 'STEP', 'GOVERNANCE_CENTER', instant('2026-03-03', '10:00'), TOWN);
    item('task', 'TASK', 'EDUCATION', instant('2026-03-04', '18:00'), TOWN);
    // Seven working days; every day ends at midnight in China.
    item('feedback', 'FEEDBACK', 'GOVERNANCE_CENTER', instant('2026-03-12'));
    item('visit', 'VISIT', 'GOVERNANCE_CENTER', instant('2026-03-10'));
    item('nextVillage', 'VISIT', 'GOVERNANCE_CENTER', instant('2026-03-10'), NEXT_VILLAGE);
    item('orphan', 'PROTECTION_VISIT', 'CIVIL_AFFAIRS', instant('2026-04-03'));
    item('misconduct', 'PROTECTION_VISIT', 'PUBLIC_SECURITY', instant('2026-04-03'));
    item('reply', 'RECOMMENDATION_REPLY', 'EDUCATION', instant('2026-03-06'));
    item('assessment', 'GUARDIANSHIP_ASSESSMENT', 'CIVIL_AFFAIRS', instant('2026-03-21'));
  });

  test('leads to its subject and to nothing else', async () => {
    const { body } = await work.system.ask(
      '{ dueItems(first: 200) { nodes { id case { id } task { id kind } clue { id situation } child { id } } } }',
      centre,
    );
    const nodes = body.data.dueItems.nodes as { id: string }[];
    const [child, other] = children;
    const nothing = { case: null, task: null, clue: null, child: null };
    const of = (name: keyof typeof made, links: object) =>
      expect(nodes.find(({ id }) => id === made[name])).toEqual({ id: made[name], ...nothing, ...links });
    of('step', { case: { id: made.step } });
    of('task', { case: { id: made.step }, task: { id: made.task, kind: '核实情况' } });
    of('feedback', { clue: { id: made.feedback, situation: '其他' } });
    of('visit', { child: { id: child } });
    of('nextVillage', { child: { id: other } });
    for (const name of ['orphan', 'misconduct', 'reply', 'assessment'] as const) of(name, { child: { id: child } });
    expect(body).not.toHaveProperty('errors');
  });

  test('can be filtered by an exclusive end', async () => {
    expect(await listed(centre, { until: instant('2026-03-04', '18:00') })).toEqual(['step']);
    expect(await listed(centre, { until: new Date(Date.parse(instant('2026-03-04', '18:00')) + 1) })).toEqual([
      'step',
      'task',
    ]);
    expect(await listed(centre, { until: MONDAY.toISOString() })).toEqual([]);
  });

  test('can be filtered by agency, kinds, region, and all of them together', async () => {
    expect(await listed(centre, { agency: 'EDUCATION' })).toEqual(['task', 'reply']);
    expect(await listed(centre, { agency: 'WOMENS_FEDERATION' })).toEqual([]);
    expect(await listed(centre, { filter: { kinds: ['STEP', 'FEEDBACK'] } })).toEqual(['step', 'feedback']);
    expect(await listed(centre, { filter: { kinds: [] } })).toEqual([]);
    expect(await listed(centre, { filter: { region: NEXT_VILLAGE } })).toEqual(['nextVillage']);
    expect(await listed(centre, { filter: { region: '990102' } })).toEqual([]);
    const all = {
      agency: 'GOVERNANCE_CENTER',
      until: instant('2026-03-11'),
      filter: { kinds: ['VISIT'], region: VILLAGE },
    };
    expect(await listed(centre, all)).toEqual(['visit']);
    const { errors } = await due(centre, { filter: { region: '99010' } });
    expect(errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.region' });
  });

  test.each([1, 2, 3, 4])('comes page by page, each item once, %i at a time, with a constant total', async (first) => {
    const whole = (await itemsOf(centre)).map(({ id }) => id);
    const seen: string[] = [];
    let after: string | undefined;
    for (let more = true; more; ) {
      const { totalCount, pageInfo, edges } = (await due(centre, { first, after })).data.dueItems;
      expect(totalCount).toBe(whole.length);
      expect(edges.at(-1).cursor).toBe(pageInfo.endCursor);
      seen.push(...edges.map(({ node }: { node: Item }) => node.id));
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
      expect(more).toBe(seen.length < whole.length);
    }
    expect(seen).toEqual(whole);
  });

  test('takes as many statements for a long page as for a page of one', async () => {
    const query = `query ($first: Int!) { dueItems(first: $first) { totalCount nodes {
      region { name } case { number } task { kind } clue { situation } child { region { name } risk { level } } } } }`;
    const statements = async (first: number) => {
      work.system.forget();
      const { body } = await work.system.ask(query, { ...centre, variables: { first } });
      expect(body.data.dueItems.nodes).toHaveLength(first);
      return work.system.statements.map(({ sql }) => /from "(\w+)"\."(\w+)"/.exec(sql)?.[2]).sort();
    };
    const many = await statements(9);
    expect(new Set(many).size).toBe(many.length - 1);
    expect((await statements(6)).length).toBe(many.length);
  });
});

function byDueTimeAndId(a: string, b: string): number {
  const day: Readonly<Record<string, number>> = {
    ...{ step: 1, task: 2, reply: 3, visit: 4, nextVillage: 4, feedback: 5, assessment: 6, orphan: 7, misconduct: 7 },
  };
  const id = (name: string) => made[name as keyof typeof made];
  return (day[a] ?? 0) - (day[b] ?? 0) || (id(a) < id(b) ? -1 : 1);
}

describe('who sees a due item', () => {
  const governance = {
    sub: 'governance-officer',
    name: '综治中心经办人',
    agency: 'governance-center',
    roles: ['agency-officer'],
    region: '990101',
  };
  const ofTown = ['assessment', 'feedback', 'misconduct', 'nextVillage', 'orphan', 'reply', 'step', 'task', 'visit'];

  test.each<[AskOptions, readonly string[]]>([
    [centre, ofTown],
    // Other agencies' tasks can tell what a case is about.
    [county, ofTown.filter((name) => name !== 'task')],
    [town, ofTown.filter((name) => name !== 'task')],
    [there, ['there']],
    // The state of the process, here and in the neighbouring county.
    [supervisor, ['step', 'task']],
    [onDuty('education-officer'), ['reply', 'task']],
    [onDuty('civil-affairs-officer'), ['assessment', 'orphan']],
    [onDuty('police-officer'), ['misconduct']],
    [onDuty('prosecutor'), []],
    [onDuty('womens-federation-officer'), []],
  ])('%o', async (options, expected) => {
    expect([...(await listed(options))].sort()).toEqual(expected);
  });

  test('on visits: those of the children to be visited, and nothing else', async () => {
    expect([...(await listed(director))].sort()).toEqual(['misconduct', 'orphan', 'visit']);
    expect([...(await listed(townOnVisits))].sort()).toEqual(['misconduct', 'nextVillage', 'orphan', 'visit']);
  });

  test('the centre’s own officer: those of the county', async () => {
    const { post, identityProvider } = work.system;
    const { body } = await post(JSON.stringify({ query: PAGE }), {
      authorization: `Bearer ${identityProvider.token(governance)}`,
      'access-purpose': 'OWN_DUTY',
    });
    expect(body.data.dueItems.totalCount).toBe(ofTown.length);
  });

  test.each<[AskOptions]>([
    [as('police-officer', 'MANDATORY_REPORT')],
    [as('education-officer', 'STATISTICS')],
    [as('county-case-worker', 'OWN_DUTY')],
    [as('supervisor', 'OWN_DUTY')],
    [as('child-director', 'OWN_DUTY')],
    [onDuty('meeting-clerk')],
    [onDuty('education-member')],
    [as('auditor', 'ACCESS_AUDIT')],
    [onDuty('education-developer')],
  ])('not %o', async (options) => {
    work.system.forget();
    const body = await due(options);
    expect(body.data.dueItems).toEqual({
      totalCount: 0,
      pageInfo: { hasNextPage: false, endCursor: null },
      edges: [],
      nodes: [],
    });
    expect(body.errors).toEqual([expect.objectContaining({ path: ['dueItems'] })]);
    expect(work.system.statements).toEqual([]);
  });

  test('a case handler sees no due items, but sees the step and the tasks on the case itself', async () => {
    const body = await due(byCase(made.step));
    expect(body.data.dueItems.totalCount).toBe(0);
  });

  test('each caller’s pages and totals are their own', async () => {
    const { totalCount, pageInfo, nodes } = (await due(director, { first: 2 })).data.dueItems;
    expect({ totalCount, more: pageInfo.hasNextPage, count: nodes.length }).toEqual({
      totalCount: 3,
      more: true,
      count: 2,
    });
    const next = (await due(director, { first: 2, after: pageInfo.endCursor })).data.dueItems;
    expect({ more: next.pageInfo.hasNextPage, count: next.nodes.length }).toEqual({ more: false, count: 1 });
    // Another caller's cursor shows nothing more.
    const { endCursor } = (await due(centre, { first: 1 })).data.dueItems.pageInfo;
    expect(await listedAfter(supervisor, endCursor)).toEqual([made.task]);
  });

  const listedAfter = async (options: AskOptions, after: string) =>
    (await itemsOf(options, { after })).map(({ id }) => id);

  test('an officer sees the task but not its case', async () => {
    const query = '{ dueItems { nodes { kind task { kind } case { title } clue { id } } } }';
    const { body } = await work.system.ask(query, onDuty('education-officer'));
    expect(body.data.dueItems.nodes).toContainEqual({
      kind: 'TASK',
      task: { kind: '核实情况' },
      case: null,
      clue: null,
    });
    const { body: ofSupervisor } = await work.system.ask(
      '{ dueItems { nodes { kind child { id } clue { id } case { number } } } }',
      supervisor,
    );
    expect(ofSupervisor.data.dueItems.nodes).toHaveLength(2);
    for (const node of ofSupervisor.data.dueItems.nodes) expect(node).toMatchObject({ child: null, clue: null });
  });

  test('sealed categories appear in nobody’s due items or totals', async () => {
    const sealed: string[] = await work
      .owner('base.protection_assignment')
      .whereIn('category', SEALED)
      .where({ next_visit_due: '2026-03-03' })
      .pluck('assignment_id');
    expect(sealed.length).toBeGreaterThanOrEqual(SEALED.length);
    for (const options of [centre, county, there, director, onDuty('police-officer'), supervisor]) {
      const body = await due(options, { until: instant('2026-03-05') });
      for (const id of sealed) expect(JSON.stringify(body)).not.toContain(id);
    }
    expect(await listed(onDuty('police-officer'))).toEqual(['misconduct']);
  });
});

describe('a finished item is no longer due, one test after the other', () => {
  test('an item is marked late from the instant at which it was due', async () => {
    const overdue = async () =>
      (await itemsOf(centre)).filter((item) => (item as Item & { overdue: boolean }).overdue).map(({ id }) => id);
    await time.passTo(new Date(instant('2026-03-03', '10:00')));
    expect(await overdue()).toEqual([]);
    await time.pass(1_000);
    expect(await overdue()).toEqual([made.step]);
  });

  test('a visit sets the next due day by the practice, counted from the visit', async () => {
    await work.done('recordVisit', { child: children[0], visitedAt: instant('2026-03-03', '09:00') }, director);
    const moved = (await itemsOf(centre)).find(({ id }) => id === made.visit);
    expect(moved?.dueAt).toBe(instant('2026-03-11'));
    // The next village's child was not visited.
    expect((await itemsOf(centre)).find(({ id }) => id === made.nextVillage)?.dueAt).toBe(instant('2026-03-10'));
  });

  const protectionVisit = (assignment: string, party: string, at: string, options: AskOptions) =>
    work.done('recordProtectionVisit', { assignment, party, visitedAt: at }, { ...options, select: 'nextVisitDue' });

  test('an assignment that requires only the family is moved by a visit to the family', async () => {
    const { nextVisitDue } = await protectionVisit(
      made.orphan,
      'SELF',
      instant('2026-03-03', '09:00'),
      onDuty('civil-affairs-officer'),
    );
    expect(nextVisitDue).toBe('2026-04-02');
    expect(await protectionVisit(made.orphan, 'FAMILY', instant('2026-03-03', '09:30'), director)).toEqual({
      nextVisitDue: '2026-04-03',
    });
    expect((await itemsOf(centre)).find(({ id }) => id === made.orphan)?.dueAt).toBe(instant('2026-04-04'));
  });

  test('an assignment that requires two visits is moved once both took place, whatever other visits there were', async () => {
    await time.passTo(new Date(instant('2026-03-06', '20:00')));
    const police = onDuty('police-officer');
    for (const [party, at, nextVisitDue] of [
      ['SELF', '2026-03-03', '2026-04-02'],
      ['SELF', '2026-03-05', '2026-04-02'],
      ['SCHOOL', '2026-03-05', '2026-04-02'],
      ['FAMILY', '2026-03-06', '2026-04-06'],
    ] as const) {
      expect({
        party,
        ...(await protectionVisit(made.misconduct, party, instant(at, '15:00'), police)),
      }).toEqual({ party, nextVisitDue });
    }
    expect((await itemsOf(police)).map(({ dueAt }) => dueAt)).toEqual([instant('2026-04-07')]);
  });

  test('the visits of one round do not count towards the next', async () => {
    const child = await inhabitant(NEXT_VILLAGE);
    const assignment = await assign(child, 'MISCONDUCT');
    await time.passTo(new Date(instant('2026-03-08', '20:00')));
    const police = onDuty('police-officer');
    for (const party of ['SELF', 'FAMILY']) {
      await protectionVisit(assignment, party, instant('2026-03-07', '15:00'), police);
    }
    const due = async () =>
      (await work.owner('base.protection_assignment').where({ assignment_id: assignment }).first()).next_visit_due;
    expect(await due()).toBe('2026-04-07');
    await protectionVisit(assignment, 'SELF', instant('2026-03-08', '15:00'), police);
    const afterOneOfTwo = await due();
    await work.done('endProtection', { assignment }, police);
    expect(afterOneOfTwo).toBe('2026-04-07');
  });

  test.each<[keyof typeof made, () => Promise<unknown>]>([
    ['task', () => work.done('completeTask', { task: made.task, outcome: '在校' }, onDuty('education-officer'))],
    ['feedback', () => work.done('giveFeedback', { clue: made.feedback, feedback: '已处理' }, county)],
    ['reply', () => settle(made.reply)],
    ['assessment', () => settle(made.assessment)],
    ['orphan', () => work.done('endProtection', { assignment: made.orphan }, onDuty('civil-affairs-officer'))],
    ['misconduct', () => work.done('endProtection', { assignment: made.misconduct }, county)],
    ['step', () => close(made.step)],
  ])('%s', async (name, act) => {
    const before = await listed(centre);
    expect(before).toContain(name);
    await act();
    expect(await listed(centre)).toEqual(before.filter((one) => one !== name));
  });

  async function settle(deadline: string): Promise<void> {
    const { body } = await work.act('settleDeadline', { deadline }, county);
    expect(body).not.toHaveProperty('errors');
  }

  async function close(id: string): Promise<void> {
    for (const step of ['ASSESSED', 'REFERRED', 'HANDLED', 'REVISITED', 'CLOSED']) {
      const { version } = await work.owner('base.case_file').where({ case_id: id }).first();
      await work.done('takeStep', { case: id, step, version, note: '记录', evidence: ['一号'] }, byCase(id));
    }
  }

  test('a level that requires no visit has no due visit', async () => {
    expect(await listed(centre)).toEqual(['nextVillage', 'visit']);
    await assess(children[0], 'BLUE');
    expect(await listed(centre)).toEqual(['nextVillage']);
  });
});

test('an assessment with four colours can be read and visited while a scheme of three is in force', async () => {
  const child = await inhabitant('990102001001');
  await work.owner('base.risk_assessment').insert({
    child_id: child,
    level: 'BLUE',
    basis: ['曾被反映'],
    assessed_at: new Date(MONDAY.getTime() - 1_000),
    in_force: true,
    practice: '99/2020-1',
  });
  const history = async () =>
    (await work.system.ask(`{ child(id: "${child}") { riskHistory { level practice nextVisitDue } } }`, there)).body
      .data.child.riskHistory;
  const old = { level: 'BLUE', practice: '99/2020-1', nextVisitDue: null };
  expect(await history()).toEqual([old]);
  const visited = await work.done(
    'recordVisit',
    { child, visitedAt: MONDAY.toISOString() },
    { ...there, select: 'level nextVisitDue' },
  );
  expect(visited).toEqual({ level: 'BLUE', nextVisitDue: null });

  const assessing = await work.assessing(child, 'neighbour-case-worker');
  const proposal = await work.done('proposeRisk', { child }, { ...assessing, select: 'id level practice' });
  expect(proposal).toMatchObject({ level: null, practice: '990102/2020-1' });
  const confirm = (level: string) => [{ proposal: proposal.id, level, reason: '入户核实' }, assessing] as const;
  expect(await work.refused('confirmRisk', ...confirm('BLUE'))).toMatchObject({
    code: 'CODE_UNKNOWN',
    extensions: { argument: 'input.level' },
  });
  await work.done('confirmRisk', ...confirm('YELLOW'));
  expect(await history()).toEqual([
    { level: 'YELLOW', practice: '990102/2020-1', nextVisitDue: expect.any(String) },
    old,
  ]);
});
