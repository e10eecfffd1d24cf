import { setTimeout as sleep } from 'node:timers/promises';
import { versionOfRules } from '../../gateway/access/rule-bundle';
import { PlanningWorker } from '../../gateway/federation/planning/planning-worker';
import { type GraphFiles, idOfTexts } from '../../gateway/graph/graph-files';
import { childIdOf, STORY } from '../support/databases';
import { COMMITTED, composedWith, graphFiles, replaced, withRules, withSupergraph } from '../support/graphs';
import { type Reply, startSystem, type TestSystem } from '../support/system';
import { wrapAgency } from '../support/wrap-agency';

/** Case workers may no longer see schooling, and scores do not exist. */
const OTHER = composedWith('education', [
  {
    file: 'access.cedar',
    from: '    DataClass::"education.schooling",\n    DataClass::"education.school-place",\n    DataClass::"education.wellbeing",',
    to: '    DataClass::"education.school-place",\n    DataClass::"education.wellbeing",',
  },
  {
    file: 'schema.graphql',
    from: '  "The score (得分)."\n  score: Int @policy(policies: [["education.wellbeing-score"]])\n',
    to: '',
  },
]);

const files = graphFiles();
let system: TestSystem;
beforeAll(async () => {
  // For a busy machine.
  system = await startSystem({ graph: files, agencyLimits: { requestMilliseconds: 60_000 } });
});
afterAll(async () => {
  await system.close();
  files.remove();
});
afterEach(() => put(COMMITTED));

const ID = childIdOf(STORY.leftBehind);
const OPERATION = 'query Schooling($id: ID!) { child(id: $id) { identity { sex } enrolment { school } } }';
const ask = () => system.ask(OPERATION, { variables: { id: ID } });

async function put(texts: Partial<GraphFiles>): Promise<void> {
  files.write(texts);
  await system.lookForGraph();
}

async function ready() {
  const response = await fetch(system.url.replace('/graphql', '/ready'));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const logged = (message: string) =>
  system
    .logged()
    .split('\n')
    .flatMap((line) => (line.includes(`"${message}"`) ? [JSON.parse(line)] : []));

/** The graph that answered an operation, according to data and refusals. */
function answeredBy({ status, body }: Reply): GraphFiles | undefined {
  if (status !== 200 || body.data?.child?.identity == null) return undefined;
  const denied = body.extensions.access.denied.map(({ coordinate }: { coordinate: string }) => coordinate);
  const { enrolment } = body.data.child;
  if (enrolment?.school !== undefined && denied.length === 0 && body.errors === undefined) return COMMITTED;
  const refused = enrolment === null && denied.join() === 'Child.enrolment' && body.errors?.length === 1;
  return refused ? OTHER : undefined;
}

async function recordedRules(reply: Reply): Promise<readonly string[]> {
  return (await system.entries(reply.headers.get('x-request-id'))).map(({ rules }) => rules);
}

test('while graphs are replaced under load no request is lost, each is answered by one graph, and the ledger names it', async () => {
  const swaps = [OTHER, COMMITTED, OTHER];
  const replies: Reply[] = [];
  let asking = true;
  const callers = Array.from({ length: 8 }, async () => {
    while (asking) {
      replies.push(await ask());
      // A graph is swapped for others who ask all the time, and not for as many as the machine can bear.
      await sleep(20);
    }
  });
  for (const texts of swaps) {
    const before = replies.length;
    await put(texts);
    expect((await ready()).body).toEqual({
      ready: true,
      graph: { id: idOfTexts(texts), rules: versionOfRules(texts.rules), since: expect.any(String) },
    });
    // Requests of all callers may have started before.
    while (replies.length < before + 32) await sleep(10);
  }
  asking = false;
  await Promise.all(callers);

  const by = replies.map(answeredBy);
  expect(by).not.toContain(undefined);
  expect(by.filter((texts) => texts === COMMITTED).length).toBeGreaterThan(20);
  expect(by.filter((texts) => texts === OTHER).length).toBeGreaterThan(20);
  const rules = new Map((await system.entries()).map((entry) => [entry.requestId, entry.rules]));
  const recorded = replies.map(({ headers }) => rules.get(headers.get('x-request-id') ?? ''));
  expect(recorded).toEqual(by.map((texts) => versionOfRules(texts?.rules ?? '')));
  // Every replaced graph has stopped.
  await allStopped();
  expect(logged('graph-stopped').map(({ id }) => id)).toEqual([COMMITTED, OTHER, COMMITTED].map(idOfTexts));
});

const stopped = () => logged('graph-stopped').length;

/** Waits until every replaced graph has stopped, after its last request; its thread ends first. */
async function allStopped(): Promise<void> {
  while (stopped() < logged('graph-swapped').length) await sleep(10);
}

test('a request in progress keeps its graph, which stops only afterwards', async () => {
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let asked: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const release = wrapAgency(system, 'education', (handle) => async (request) => {
    asked();
    await held;
    return handle(request);
  });
  await allStopped();
  const before = stopped();
  const slow = ask();
  await underWay;
  await put(OTHER);
  const meanwhile = await ask();
  const stoppedMeanwhile = stopped();
  answer();
  const reply = await slow;
  release();
  await allStopped();
  expect([answeredBy(reply), answeredBy(meanwhile)]).toEqual([COMMITTED, OTHER]);
  expect(await recordedRules(reply)).toEqual([versionOfRules(COMMITTED.rules)]);
  expect(await recordedRules(meanwhile)).toEqual([versionOfRules(OTHER.rules)]);
  expect([stoppedMeanwhile - before, stopped() - before]).toEqual([0, 1]);
});

const SDL = COMMITTED.supergraph;
const LINK = '@link(url: "https://specs.apollo.dev/policy/v0.1", for: SECURITY)';
const ROOT = /^ {2}child\(.*(@policy\(.*\))/m.exec(SDL);

test.each<[string, GraphFiles, string, RegExp]>([
  ['that is not GraphQL', withSupergraph(`${SDL}\n赵小明`), 'SUPERGRAPH_REFUSED', /not GraphQL \(line \d+, column 1\)/],
  [
    'with a root field without a label',
    withSupergraph(replaced(SDL, ROOT?.[0] ?? '?', (ROOT?.[0] ?? '').replace(ROOT?.[1] ?? '?', ''))),
    'SUPERGRAPH_REFUSED',
    /root field without a label, Query\.child/,
  ],
  [
    'with a renamed label',
    withSupergraph(replaced(SDL, LINK, LINK.replace('for:', 'as: "label", for:'))),
    'SUPERGRAPH_REFUSED',
    /renames the security directive @policy/,
  ],
  [
    'of an agency that nobody has given an address',
    withSupergraph(replaced(SDL, 'name: "education"', 'name: "weather"')),
    'AGENCY_WITHOUT_ADDRESS',
    /an agency without an address: weather/,
  ],
  [
    'with a label that no rules know',
    withSupergraph(replaced(SDL, '"education.bullying"', '"education.bulying"')),
    'CLASS_UNKNOWN',
    /labelled "education\.bulying"/,
  ],
  [
    'that the planner cannot read',
    withSupergraph(replaced(SDL, 'type Enrolment', 'type Enrollment')),
    'SUPERGRAPH_REFUSED',
    /Enrolment/,
  ],
  [
    'with a rule that is not valid',
    withRules('Role::"case-worker"', 'Role::"case-wroker"'),
    'RULES_REFUSED',
    /names unknown Role "case-wroker"/,
  ],
  [
    'with rules that are not JSON',
    { supergraph: SDL, rules: '{"赵小明' },
    'RULES_REFUSED',
    /does not have the form that compose writes/,
  ],
  ['of two that do not belong together', { supergraph: SDL, rules: OTHER.rules }, 'NOT_A_PAIR', /another supergraph/],
])(
  'a graph %s is refused, logged once and shown in /ready with a code, and the old one stays',
  async (_, texts, reason, fault) => {
    const refusals = logged('graph-refused').length;
    await put(texts);
    await system.lookForGraph();
    const { status, body } = await ready();
    expect({ status, ...body }).toEqual({
      status: 200,
      ready: true,
      graph: { id: idOfTexts(COMMITTED), rules: versionOfRules(COMMITTED.rules), since: expect.any(String) },
      refused: { id: idOfTexts(texts), reason, at: expect.any(String) },
    });
    expect(logged('graph-refused').slice(refusals)).toEqual([
      expect.objectContaining({ level: 50, id: idOfTexts(texts), reason, fault: expect.stringMatching(fault) }),
    ]);
    // A file that is not a graph may have any content.
    expect(system.logged()).not.toContain('赵小明');
    expect(answeredBy(await ask())).toBe(COMMITTED);

    await put(COMMITTED);
    expect((await ready()).body).not.toHaveProperty('refused');
  },
);

test('two files that are written one after the other are served once both are complete', async () => {
  await put({ supergraph: OTHER.supergraph });
  expect((await ready()).body).toMatchObject({
    graph: { id: idOfTexts(COMMITTED) },
    refused: { reason: 'NOT_A_PAIR' },
  });
  await put({ rules: OTHER.rules });
  expect((await ready()).body).toEqual({ ready: true, graph: expect.objectContaining({ id: idOfTexts(OTHER) }) });
  expect(answeredBy(await ask())).toBe(OTHER);
});

describe('before a graph is served', () => {
  const planned = jest.spyOn(PlanningWorker.prototype, 'run');
  afterAll(() => planned.mockRestore());
  /** The number of plans made during some work. */
  const plansFor = async (work: () => Promise<unknown>) => {
    planned.mockClear();
    await work();
    return planned.mock.calls.filter(([{ kind }]) => kind === 'plan').length;
  };
  const NEW = `{ child(id: "${ID}") { risk { level } } }`;
  const SCORES = `{ child(id: "${ID}") { wellbeingScreening { score } } }`;
  const REPORT = 'mutation Report($input: ReportClueInput!) { reportClue(input: $input) { receiptNumber } }';
  const report = () =>
    system.ask(REPORT, {
      purpose: 'MANDATORY_REPORT',
      variables: {
        input: { idempotencyKey: 'hot-reload-1', channel: '无', situation: '无', facts: '甲', region: '990101001' },
      },
    });

  test('the most frequent operations are planned on it, as filtered for their callers', async () => {
    for (let times = 0; times < 3; times++) await ask();
    expect(await plansFor(() => put(OTHER))).toBeGreaterThan(0);
    expect(await plansFor(async () => expect(answeredBy(await ask())).toBe(OTHER))).toBe(0);
    expect(await plansFor(() => system.ask(NEW))).toBe(1);
  });

  test('no agency is asked, nothing is changed or recorded, and operations that are no longer valid are counted', async () => {
    const refused = await report();
    expect(refused.body.errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'CODE_UNKNOWN' }) }),
    ]);
    expect((await system.ask(SCORES)).status).toBe(200);
    const entries = (await system.entries()).length;
    const missing = logged('agency unavailable').length;
    system.forget();
    expect(await plansFor(() => put(OTHER))).toBeGreaterThan(0);
    expect(system.subRequests).toEqual([]);
    expect(logged('agency unavailable')).toHaveLength(missing);
    expect(await system.entries()).toHaveLength(entries);
    const { operations } = logged('graph-swapped').at(-1);
    expect(operations).toEqual({ planned: expect.any(Number), invalid: 1, left: 0 });
    // The mutation is planned as well, and now it is executed.
    expect(await plansFor(report)).toBe(0);
    expect(system.subRequests.length).toBeGreaterThan(0);
  });
});
