import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { freePort } from '../../shared/cli/free-port';
import { contextSigner } from '../../shared/protocol/context-token';
import {
  byCase,
  byHeadOf,
  type CaseWork,
  DAY_MILLISECONDS,
  operation,
  startCaseWork,
  unknownChildren,
} from '../support/case-work';
import { testChildIdVariables } from '../support/databases';
import { demoCaller } from '../support/identity-provider';
import { type StartedProcess, startLine } from '../support/process';
import { type AskOptions, visiting } from '../support/system';
import { until } from '../support/until';

const TOWN = '990101001';

let work: CaseWork;
let children: readonly string[];
beforeAll(async () => {
  work = await startCaseWork('mutations_once');
  children = await unknownChildren(work.owner, TOWN, 1);
  await work
    .owner('base.region')
    .insert(villages.map((code) => ({ code, name: '幂等村', level: 'VILLAGE', valid_from: '2020-01-01' })));
});
afterAll(() => work.close());

const county: AskOptions = { as: 'county-case-worker', purpose: 'RISK_ASSESSMENT' };
/** Villages of this test, one for each case, by which cases are found. */
const villages = Array.from({ length: 90 }, (_, index) => `${TOWN}${900 + index}`);
const unused = villages.values();
const caseInput = (more: Record<string, unknown> = {}) => ({
  kind: '一般',
  level: 'YELLOW',
  children: [children[0]],
  region: unused.next().value ?? '',
  ...more,
});
const openCase = async (): Promise<string> => {
  const { id } = await work.done('openCase', caseInput(), { ...county, select: 'id' });
  await work.confirm('CASE', id, 'county-case-worker', 'town-case-worker');
  return id;
};
const taskInput = (id: string, kind: string) => ({
  case: id,
  agency: 'EDUCATION',
  kind,
  dueAt: new Date(Date.now() + DAY_MILLISECONDS).toISOString(),
});
const casesIn = (region: string) => work.owner('base.case_file').where({ region });
/** The stored results of a key for all demo callers. */
const keys = async (key: string) => {
  const callers = new Map(
    DEMO_CALLERS.map(({ agency, sub }) => [
      createHash('sha256')
        .update(JSON.stringify([key, agency, sub]))
        .digest('base64url'),
      `${agency}/${sub}`,
    ]),
  );
  const rows = await work.owner('base.mutation_key').whereIn('key_hash', [...callers.keys()]);
  return rows.map((row) => ({ ...row, caller: callers.get(row.key_hash) ?? '' }));
};

describe('two officers who act on one case', () => {
  test('simultaneously: one succeeds, the other gets the current state', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await openCase();
      const input = { case: id, step: 'ASSESSED', note: '核实', version: 1 };
      const replies = await Promise.all(
        ['town-case-worker', 'county-case-worker'].map((as) =>
          work.act('takeStep', input, { ...byCase(id, as), select: 'step version steps { by }' }),
        ),
      );
      const done = replies.filter(({ body }) => body.data.takeStep !== null);
      const refused = replies.filter(({ body }) => body.data.takeStep === null);
      expect({ done: done.length, refused: refused.length }).toEqual({ done: 1, refused: 1 });
      expect(done[0]?.body.data.takeStep).toMatchObject({ step: 'ASSESSED', version: 2 });
      expect(refused[0]?.body.errors).toEqual([
        {
          message: expect.any(String),
          path: ['takeStep'],
          extensions: { code: 'CONFLICT', current: { version: 2, step: 'ASSESSED' } },
        },
      ]);
      expect(await work.owner('base.case_step').where({ case_id: id, step: 'ASSESSED' })).toHaveLength(1);
    }
  });

  test('one after the other: the officer with the older version gets a conflict, and can decide again', async () => {
    const id = await openCase();
    await work.done('assignTask', taskInput(id, '核实情况'), byCase(id));
    const input = { case: id, step: 'ASSESSED', note: '核实' };
    const { code, extensions } = await work.refused(
      'takeStep',
      { ...input, version: 1 },
      byCase(id, 'town-case-worker'),
    );
    expect({ code, extensions }).toEqual({
      code: 'CONFLICT',
      extensions: { current: { version: 2, step: 'DISCOVERED' } },
    });
    await work.done('takeStep', { ...input, version: extensions.current.version }, byCase(id, 'town-case-worker'));
  });
});

describe('a one-time action happens once, even if several request it simultaneously', () => {
  const clerk: AskOptions = { as: 'meeting-clerk', purpose: 'OWN_DUTY' };
  const onDuty: AskOptions = { as: 'education-officer', purpose: 'OWN_DUTY' };
  const things: Record<string, () => Promise<readonly [string, Record<string, unknown>, AskOptions]>> = {
    'a proposal is confirmed': async () => {
      const assessing = await work.assessing(children[0] ?? '');
      const { id } = await work.done('proposeRisk', { child: children[0] }, { ...assessing, select: 'id' });
      return ['confirmRisk', { proposal: id, level: 'YELLOW', reason: '走访所见' }, assessing];
    },
    'a task is completed': async () => {
      const id = await openCase();
      const task = await work.done('assignTask', taskInput(id, '核实情况'), { ...byCase(id), select: 'id' });
      return ['completeTask', { task: task.id, outcome: '已核实' }, onDuty];
    },
    'feedback is given': async () => {
      const input = { channel: '强制报告', situation: '辍学', facts: '未到校', region: TOWN };
      const reporting = { as: 'education-officer', purpose: 'MANDATORY_REPORT', select: 'receiptNumber' };
      const { receiptNumber } = await work.done('reportClue', input, reporting);
      const [{ clue_id }] = await work.owner('base.clue').where({ receipt_number: receiptNumber });
      return ['giveFeedback', { clue: clue_id, feedback: '已办理' }, county];
    },
    'a case is put on a docket': async () => {
      const meeting = {
        kind: 'CASE_CONFERENCE',
        heldAt: new Date(Date.now() + DAY_MILLISECONDS).toISOString(),
        region: '990101',
        agencies: ['GOVERNANCE_CENTER'],
      };
      const { id } = await work.done('conveneMeeting', meeting, { ...clerk, select: 'id' });
      return ['putOnDocket', { meeting: id, case: await openCase() }, clerk];
    },
    'a child is assigned to protection': async () => [
      'assignProtection',
      { child: children[0], category: 'MISCONDUCT' },
      county,
    ],
  };

  test.each(Object.keys(things))('%s', async (name) => {
    const [mutation, input, options] = await (things[name] as (typeof things)[string])();
    const replies = await Promise.all(Array.from({ length: 5 }, () => work.act(mutation, input, options)));
    const codes = replies.map(({ body }) => body.errors?.[0].extensions.code ?? 'done');
    expect(codes.toSorted()).toEqual([...Array(4).fill('ALREADY_SETTLED'), 'done']);
  });
});

describe('one idempotency key', () => {
  test('used ten times simultaneously acts once, with the same answer ten times', async () => {
    const input = { ...caseInput(), idempotencyKey: randomUUID() };
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => work.act('openCase', input, { ...county, select: 'id number version dueAt' })),
    );
    const [first] = replies;
    expect(first?.body.data.openCase).toMatchObject({ id: expect.any(String), version: 1 });
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await casesIn(input.region)).toHaveLength(1);
    expect(await work.owner('base.notice').where({ subject_id: first?.body.data.openCase.id })).toHaveLength(1);
    expect(await keys(input.idempotencyKey)).toHaveLength(1);
  });

  test('used again returns the current state without acting again', async () => {
    const id = await openCase();
    const step = { case: id, step: 'ASSESSED', note: '核实', version: 1, idempotencyKey: randomUUID() };
    await work.done('takeStep', step, byCase(id));
    await work.done('takeStep', { case: id, step: 'REFERRED', version: 2 }, byCase(id));
    expect(await work.done('takeStep', step, { ...byCase(id), select: 'step version' })).toEqual({
      step: 'REFERRED',
      version: 3,
    });
    expect(await work.owner('base.case_step').where({ case_id: id })).toHaveLength(3);
  });

  test('matches equal inputs, however they are written, and no others', async () => {
    const { kind, ...rest } = caseInput();
    const idempotencyKey = randomUUID();
    const { id } = await work.done('openCase', { kind, ...rest, idempotencyKey }, { ...county, select: 'id' });
    const part = { kind: 'CASE', id, officer: 'county-case-worker', idempotencyKey };
    const head = byHeadOf(part.officer);
    await work.done('confirmParticipation', part, head);
    const reordered = { idempotencyKey, ...rest, agencies: [], kind };
    expect(await work.done('openCase', reordered, { ...county, select: 'id' })).toEqual({ id });
    const others: [string, Record<string, unknown>, AskOptions][] = [
      ['openCase', { ...reordered, kind: '重大' }, county],
      ['openCase', { ...reordered, level: 'RED' }, county],
      ['openCase', { ...reordered, agencies: ['EDUCATION'] }, county],
      ['proposeRisk', { child: children[0], idempotencyKey }, await work.assessing(children[0] ?? '')],
      ['assignTask', { ...taskInput(id, '核实情况'), idempotencyKey }, byCase(id)],
      ['withdrawParticipation', part, head],
    ];
    const before = await work.contents();
    for (const [mutation, input, options] of others) {
      expect((await work.refused(mutation, input, options)).code).toBe('IDEMPOTENCY_KEY_REUSED');
    }
    expect(await work.contents()).toEqual(before);
  });

  test('is separate for each caller', async () => {
    const input = { ...caseInput(), idempotencyKey: randomUUID() };
    const ids = [];
    for (const as of ['county-case-worker', 'town-case-worker', 'county-case-worker']) {
      ids.push((await work.done('openCase', input, { ...county, as, select: 'id' })).id);
    }
    expect(ids[2]).toBe(ids[0]);
    expect(ids[1]).not.toBe(ids[0]);
    expect(await casesIn(input.region)).toHaveLength(2);
    expect((await keys(input.idempotencyKey)).map(({ caller }) => caller).toSorted()).toEqual([
      'governance-center/county-case-worker',
      'governance-center/town-case-worker',
    ]);
  });

  test('can be used again after a mutation failed', async () => {
    const id = await openCase();
    const idempotencyKey = randomUUID();
    const step = { case: id, step: 'ASSESSED', version: 1, idempotencyKey };
    const before = await work.contents();
    expect((await work.refused('takeStep', step, byCase(id))).code).toBe('EVIDENCE_REQUIRED');
    expect((await work.refused('takeStep', { ...step, step: 'HANDLED' }, byCase(id))).code).toBe('STEP_OUT_OF_ORDER');
    expect(await keys(idempotencyKey)).toEqual([]);
    expect(await work.contents()).toEqual(before);
    await work.done('takeStep', { ...step, note: '核实' }, byCase(id));
    expect(await keys(idempotencyKey)).toHaveLength(1);
  });

  test('can be used again after a refusal, and opens nothing to a caller who lost the right', async () => {
    const input = { ...caseInput(), idempotencyKey: randomUUID() };
    const neighbour = { as: 'neighbour-case-worker', purpose: 'RISK_ASSESSMENT' };
    expect((await work.refused('openCase', input, neighbour)).code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect(await keys(input.idempotencyKey)).toEqual([]);
    await work.done('openCase', input, county);
    // The same officer and key, but a purpose that does not permit it: the result is not returned.
    const refusal = await work.refused('openCase', input, { ...visiting('county-case-worker'), select: 'id' });
    expect(refusal.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
  });
});

describe('two mutations in one operation', () => {
  const both = `mutation ($first: AssignTaskInput!, $second: TakeStepInput!) {
    first: assignTask(input: $first) { kind }
    second: takeStep(input: $second) { step }
  }`;

  test('run one after the other, each in its own transaction', async () => {
    const id = await openCase();
    const reply = await work.system.ask(both, {
      ...byCase(id),
      variables: {
        first: { ...taskInput(id, '核实情况'), idempotencyKey: randomUUID() },
        // Assigning the task has incremented the version.
        second: { case: id, step: 'ASSESSED', note: '核实', version: 2, idempotencyKey: randomUUID() },
      },
    });
    expect(reply.body).toMatchObject({ data: { first: { kind: '核实情况' }, second: { step: 'ASSESSED' } } });
  });

  test('if one is refused, the other takes effect, and the error names the refused one', async () => {
    const id = await openCase();
    const [first, second] = [randomUUID(), randomUUID()];
    const refusedStep = await work.system.ask(both, {
      ...byCase(id),
      variables: {
        first: { ...taskInput(id, '核实情况'), idempotencyKey: first },
        second: { case: id, step: 'CLOSED', version: 2, idempotencyKey: second },
      },
    });
    expect(refusedStep.body).toMatchObject({
      data: { first: { kind: '核实情况' }, second: null },
      errors: [{ path: ['second'], extensions: { code: 'STEP_OUT_OF_ORDER' } }],
    });
    expect([await keys(first), await keys(second)].map(({ length }) => length)).toEqual([1, 0]);
    const refusedTask = await work.system.ask(both, {
      ...byCase(id),
      variables: {
        first: { ...taskInput(id, ''), idempotencyKey: second },
        second: { case: id, step: 'ASSESSED', note: '核实', version: 2, idempotencyKey: randomUUID() },
      },
    });
    expect(refusedTask.body).toMatchObject({
      data: { first: null, second: { step: 'ASSESSED' } },
      errors: [{ path: ['first'], extensions: { code: 'CODE_UNKNOWN' } }],
    });
    expect(await work.owner('base.task').where({ case_id: id })).toHaveLength(1);
  });

  test('with one key: one succeeds and one is refused', async () => {
    const id = await openCase();
    const idempotencyKey = randomUUID();
    const { body } = await work.system.ask(both, {
      ...byCase(id),
      variables: {
        first: { ...taskInput(id, '核实情况'), idempotencyKey },
        second: { case: id, step: 'ASSESSED', note: '核实', version: 2, idempotencyKey },
      },
    });
    expect(body).toMatchObject({
      data: { first: { kind: '核实情况' }, second: null },
      errors: [{ path: ['second'], extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }],
    });
  });
});

describe('a process that is killed', () => {
  const contextKeys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const sign = contextSigner(contextKeys.privateKey);
  let running: StartedProcess | undefined;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    running?.child.kill('SIGKILL');
    await running?.ended;
  });

  async function start(): Promise<StartedProcess> {
    running = startLine('exec node dist/subgraphs/main.js governance-center', {
      HOST: '127.0.0.1',
      PORT: String(port),
      READER_DATABASE_URL_GOVERNANCE_CENTER: work.database.readerUrl,
      WRITER_DATABASE_URL_GOVERNANCE_CENTER: work.database.writerUrl ?? '',
      LEDGER_READER_DATABASE_URL: work.system.ledgerDatabase.readerUrl,
      CONTEXT_PUBLIC_KEY: contextKeys.publicKey,
      ...testChildIdVariables(),
    });
    await running.shows(/^ready: governance-center/m);
    return running;
  }

  /** Asks the subgraph directly, like the gateway. */
  async function send(input: object) {
    const context = {
      caller: demoCaller('town-case-worker'),
      purpose: 'RISK_ASSESSMENT',
      reference: null,
      grant: null,
      reasonGiven: false,
    } as const;
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${sign(context, 'governance-center')}`,
      },
      body: JSON.stringify({ query: operation('openCase', 'id version linked { id }'), variables: { input } }),
    });
    return response.json();
  }

  /**
   * Sends a mutation to a process, and kills it when it waits for `table`. @param reached whether it waits. @param mode
   * `share` stops writers to the table, but not readers.
   */
  async function killedAt(
    table: string,
    input: object,
    reached: () => Promise<boolean>,
    mode: 'access exclusive' | 'share' = 'access exclusive',
  ): Promise<void> {
    const { child } = await start();
    const lock = await work.owner.transaction();
    try {
      await lock.raw(`lock table base.${table} in ${mode} mode`);
      const answer = send(input).then(
        (body) => ({ body }),
        () => 'no answer',
      );
      await until(reached, `the mutation comes to ${table}`);
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(child.signalCode).toBe('SIGKILL');
      expect(await answer).toBe('no answer');
    } finally {
      await lock.rollback();
    }
  }

  const waitingFor = async (table: string): Promise<boolean> =>
    (await work.owner.raw('select 1 from pg_locks where relation = ?::regclass and not granted', [`base.${table}`]))
      .rows.length > 0;

  const traces = async ({ region, idempotencyKey }: { region: string; idempotencyKey: string }) => {
    const cases: string[] = await casesIn(region).pluck('case_id');
    return {
      cases: cases.length,
      keys: (await keys(idempotencyKey)).length,
      steps: (await work.owner('base.case_step').whereIn('case_id', cases)).length,
      children: (await work.owner('base.case_child').whereIn('case_id', cases)).length,
      notices: (await work.owner('base.notice').whereIn('subject_id', cases)).length,
    };
  };
  const ONCE = { cases: 1, keys: 1, steps: 1, children: 1, notices: 1 };
  const NEVER = { cases: 0, keys: 0, steps: 0, children: 0, notices: 0 };

  test('between commit and answer has acted, and a retry is answered without acting again', async () => {
    const input = { ...caseInput(), idempotencyKey: randomUUID() };
    // Only the answer reads what a new case is linked to.
    await killedAt('case_link', input, async () => (await keys(input.idempotencyKey)).length > 0);
    expect(await traces(input)).toEqual(ONCE);
    const [{ case_id }] = await casesIn(input.region);
    await start();
    for (let retry = 0; retry < 2; retry++) {
      expect(await send(input)).toEqual({ data: { openCase: { id: case_id, version: 1, linked: [] } } });
    }
    expect(await traces(input)).toEqual(ONCE);
  });

  // The first interrupts before the case's first step, the second before the key.
  test.each(['case_step', 'mutation_key'])(
    'before %s is written has changed nothing, and a retry acts once',
    async (table) => {
      const input = { ...caseInput(), idempotencyKey: randomUUID() };
      await killedAt(table, input, () => waitingFor(table), 'share');
      await start();
      expect(await traces(input)).toEqual(NEVER);
      const { data } = (await send(input)) as { data: { openCase: { id: string } } };
      expect(data.openCase.id).toEqual(expect.any(String));
      expect(await traces(input)).toEqual(ONCE);
    },
  );
});
