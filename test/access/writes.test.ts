import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Kind, type ObjectTypeDefinitionNode, print } from 'graphql';
import type { Knex } from 'knex';
import { pino } from 'pino';
import { type Situation, takesPart } from '../../developer-kit/cases/situation';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import type { ResourceAttributes } from '../../shared/access/compile';
import { AccessRules } from '../../shared/access/decide';
import { type Requirement, requirementOf } from '../../shared/access/labels';
import { Environment } from '../../shared/config/environment';
import { connect } from '../../shared/db/connect';
import type { Role } from '../../shared/domain/caller';
import { childIds } from '../../shared/domain/child-id';
import { contextSigner, contextVerifier } from '../../shared/protocol/context-token';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';
import { createSubgraph } from '../../shared/subgraph/subgraph';
import governanceCenter from '../../subgraphs/governance-center';
import { type CaseWork, inputType, startCaseWork } from '../support/case-work';
import { eachAtOnce } from '../support/cases/each-at-once';
import { situations } from '../support/cases/situations';
import { statedReferences } from '../support/cases/stated-references';
import { type ChildAskedAbout, contextOf, fullChild, referredBy } from '../support/cases/subjects';
import { Choices, SEED } from '../support/choices';
import { childIdOf, STORY, TEST_CHILD_IDS, testDatabases } from '../support/databases';
import { insertFullChild } from '../support/full-child';
import { remembered } from '../support/remembered';
import { type Reply, startSystem, type TestSystem, TRIAGE } from '../support/system';
import { WritesSpecification } from '../support/writes/specification';
import { inputFor, type WritesSubject, writesSubjects } from '../support/writes/subjects';

const AGENCY = 'governance-center';
/** Root fields per operation, within the gateway's limits. */
const AT_A_TIME = 20;
const TOO_SHORT = 'x';

const { folder } = governanceCenter;
const specification = new WritesSpecification();
const { mutations, internal } = specification;
const everySituation = situations();
const types = new Map(
  typeDefs(folder).definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION ? [[type.name.value, type] as const] : [],
  ),
);
const rules = new AccessRules([readAgencyRules(AGENCY, ruleTexts(folder))]);

const choices = new Choices(SEED);

let work: CaseWork;
let stated: ReturnType<typeof statedReferences>;
let child: ChildAskedAbout;
let subjects: readonly WritesSubject[];

beforeAll(async () => {
  console.log(`A sixth of all mutations is sent to the gateway in each situation; SEED=${SEED}`);
  work = await startCaseWork('writes');
  stated = statedReferences(work.system);
  await insertFullChild(AGENCY, work.database);
  [child, subjects] = await Promise.all([fullChild(), writesSubjects(work.owner)]);
});
afterAll(() => work.close());

const labelOf = (type: ObjectTypeDefinitionNode | undefined, field?: string): Requirement =>
  requirementOf((field ? type?.fields?.find(({ name }) => name.value === field)?.directives : type?.directives) ?? []);

/** Whether a type holds no fact of its own: a scalar, or a type that the catalogue lists as plain. */
const isPlain = (type: string): boolean => labelOf(types.get(type)).length === 0;

const labelFor = remembered((mutation: string): Requirement => labelOf(types.get('Mutation'), mutation));

/** One mutation about one subject in one situation. */
interface Cell {
  readonly mutation: string;
  readonly subject: WritesSubject;
  readonly alias: string;
}

const cells = remembered((): readonly Cell[] =>
  mutations.flatMap((mutation) =>
    subjects.map((subject, index) => ({ mutation, subject, alias: `${mutation}_${index}` })),
  ),
);
const factsOf = ({ mutation, subject }: Cell) => subject.facts[specification.entry(mutation).about];
const may = remembered((cell: Cell, situation: Situation): boolean =>
  specification.may(cell.mutation, situation, contextOf(child, situation).grant, factsOf(cell)),
);
const inputOf = remembered(({ mutation, subject }: Cell) => inputFor(mutation, subject));

/** A permitted caller gets an invalid key, so nothing happens; a refused caller gets a valid key. */
const idempotencyKey = (allowed: boolean) => (allowed ? TOO_SHORT : randomUUID());

function operationOf(asked: readonly Cell[]): string {
  const variables = asked.map(({ mutation, alias }) => `$${alias}: ${inputType(mutation)}!`).join(', ');
  const fields = asked.map(({ mutation, alias }) => `${alias}: ${mutation}(input: $${alias}) { __typename }`);
  return `mutation (${variables}) { ${fields.join(' ')} }`;
}

const variablesOf = (asked: readonly Cell[], situation: Situation) =>
  Object.fromEntries(
    asked.map((cell) => [cell.alias, { ...inputOf(cell), idempotencyKey: idempotencyKey(may(cell, situation)) }]),
  );

/** An answer's codes for each mutation, from errors and reported refusals. */
function answersIn(body: Reply['body']): (cell: Cell) => string {
  const codes = new Map<unknown, string[]>();
  const note = (alias: unknown, code: string) => codes.set(alias, [...(codes.get(alias) ?? []), code]);
  for (const { path, extensions } of body?.errors ?? []) {
    note(path?.[0], [extensions.code, extensions.argument].filter(Boolean).join(' '));
  }
  for (const { path } of body?.extensions?.access?.denied ?? []) note(path?.[0], 'UNAUTHORIZED_FIELD_OR_TYPE');
  return ({ alias }) => [...(codes.get(alias) ?? []), ...(body?.data?.[alias] === null ? [] : ['DONE'])].join(', ');
}

/** Whether a refusal is independent of any record: the caller may change none, or none is loaded. */
const refusedAlways = remembered(
  (mutation: string, situation: Situation): boolean =>
    ['region', 'own'].includes(specification.entry(mutation).about) ||
    rules.decisionsFor(contextOf(child, situation)).unmetToWrite(labelFor(mutation), undefined, mutation).length > 0,
);

const expectedSaying = (cell: Cell, situation: Situation, allowed: boolean): string => {
  if (allowed) return 'BAD_USER_INPUT input.idempotencyKey';
  return refusedAlways(cell.mutation, situation) ? 'UNAUTHORIZED_FIELD_OR_TYPE' : 'RECORD_NOT_FOUND';
};

const faultOf = (cell: Cell, situation: Situation, said: string): readonly string[] => {
  const expected = expectedSaying(cell, situation, may(cell, situation));
  return said === expected
    ? []
    : [`${cell.mutation} ${cell.subject.name}, ${situation.name}: ${said} instead of ${expected}`];
};

/** The cells in six parts, others with every seed, so that the gateway prepares few different operations. */
const sixths = remembered((): readonly (readonly Cell[])[] => {
  const parts = Array.from({ length: 6 }, (): Cell[] => []);
  for (const cell of cells()) choices.one(parts).push(cell);
  return parts;
});

/** About a sixth of the cells, another one for each situation: the subgraph alone decides all of them. */
const aSixth = (): readonly Cell[] => choices.one(sixths());

const inChunks = (all: readonly Cell[]): readonly (readonly Cell[])[] =>
  Array.from({ length: Math.ceil(all.length / AT_A_TIME) }, (_, index) =>
    all.slice(index * AT_A_TIME, (index + 1) * AT_A_TIME),
  );

/** Statements on the writer role that only a mutation sends. */
function listenTo(writer: Knex): string[] {
  const written: string[] = [];
  writer.on('query', ({ sql }: { sql: string }) => {
    if (/mutation_key|advisory|for update|work"?\./i.test(sql) && !/webhook|delivery|endpoint|use_openings/.test(sql)) {
      written.push(sql);
    }
  });
  return written;
}

const writerOf = (system: TestSystem) => system.subgraphs.get(AGENCY)?.work as Knex;

test('the specification has every mutation of the schema, with its answer type', () => {
  const fields = types.get('Mutation')?.fields ?? [];
  const inSchema = fields.map(({ name, type }) => [name.value, print(type).replace(/[[\]!]/g, '')]);
  const written = [...mutations, ...internal].map((name) => [name, specification.entry(name).answers]);
  expect(Object.fromEntries(written)).toEqual(Object.fromEntries(inSchema));
  const hidden = fields.filter(({ directives = [] }) => directives.some(({ name }) => name.value === 'inaccessible'));
  expect(hidden.map(({ name }) => name.value)).toEqual(internal);
});

test('the gateway’s internal mutations are decided as specified, and every caller who may use one may read its answer', () => {
  const faults = everySituation.flatMap((situation) => {
    const decisions = rules.decisionsFor(contextOf(child, situation));
    return internal.flatMap((mutation) =>
      subjects.flatMap((subject) => {
        const { about, answers } = specification.entry(mutation);
        const facts = { ...subject.facts[about] };
        const expected = specification.may(mutation, situation, contextOf(child, situation).grant, facts);
        const may = decisions.unmetToWrite(labelFor(mutation), facts, mutation).length === 0;
        const reads = isPlain(answers) || decisions.decide(labelOf(types.get(answers)), facts) === 'CLEAR';
        return may === expected && (!may || reads) ? [] : [`${mutation} ${subject.name}, ${situation.name}`];
      }),
    );
  });
  expect(internal).not.toEqual([]);
  expect(faults).toEqual([]);
});

test('every mutation is allowed in some situations and refused in most', () => {
  for (const cell of cells().filter(({ subject }) => subject === subjects[0])) {
    const allowed = everySituation.filter((situation) => may(cell, situation));
    expect([cell.mutation, allowed.length > 0]).toEqual([cell.mutation, true]);
    expect(allowed.length).toBeLessThan(everySituation.length / 4);
  }
});

/** Attributes of answers besides those of what they are about. */
const ownAnswer = (answers: string, { caller }: Situation): Partial<ResourceAttributes> => {
  if (answers === 'ParticipationRequest') return { holder: true, region: caller.region };
  if (answers === 'DueItem') return { due: 'RECOMMENDATION_REPLY' };
  return answers === 'Duty' ? { agencies: [caller.agency] } : {};
};

describe('who may do what is as specified', () => {
  test('by the rules alone', () => {
    const faults = everySituation.flatMap((situation) => {
      const decisions = rules.decisionsFor(contextOf(child, situation));
      return cells().flatMap((cell) => {
        const label = labelFor(cell.mutation);
        const unmet = decisions.unmetToWrite(label, { ...factsOf(cell) }, cell.mutation);
        const ever = decisions.unmetToWrite(label, undefined, cell.mutation).length === 0;
        return [
          ...faultOf(cell, situation, expectedSaying(cell, situation, unmet.length === 0)),
          ...(may(cell, situation) && !ever ? [`${cell.mutation}, ${situation.name}: said to be impossible`] : []),
        ];
      });
    });
    expect(faults).toEqual([]);
  });

  test('every caller who may use a mutation may read its answer', () => {
    const faults = everySituation.flatMap((situation) => {
      const decisions = rules.decisionsFor(contextOf(child, situation));
      return cells()
        .filter((cell) => may(cell, situation))
        .filter((cell) => {
          const { answers } = specification.entry(cell.mutation);
          const facts = { ...factsOf(cell), ...ownAnswer(answers, situation) };
          return !isPlain(answers) && decisions.decide(labelOf(types.get(answers)), facts) !== 'CLEAR';
        })
        .map(({ mutation, subject }) => `${mutation} ${subject.name}, ${situation.name}`);
    });
    expect(faults).toEqual([]);
  });

  test('by the subgraph alone, without a statement on the writer role', async () => {
    const keys = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const sign = contextSigner(keys.privateKey);
    const db = connect(work.database.readerUrl, { poolSize: 4, statementTimeout: 0 });
    const writer = connect(work.database.writerUrl ?? '', { poolSize: 2, statementTimeout: 0 });
    const written: string[] = [];
    writer.on('query', ({ sql }: { sql: string }) => written.push(sql));
    const subgraph = createSubgraph({
      definition: governanceCenter,
      db,
      work: writer,
      settings: governanceCenter.settings?.(new Environment({})),
      childIds: childIds(TEST_CHILD_IDS),
      verifyContext: contextVerifier(keys.publicKey, AGENCY),
      log: pino({ level: 'silent' }),
    });
    const before = await work.contents();
    const faults: string[] = [];
    const asked = cells();
    const query = operationOf(asked);
    await eachAtOnce(everySituation, async (situation) => {
      const { status, body } = await subgraph.handle({
        authorization: `Bearer ${sign(contextOf(child, situation), AGENCY)}`,
        body: { query, variables: variablesOf(asked, situation) },
      });
      if (status !== 200) faults.push(`${situation.name}: ${status} ${JSON.stringify(body)}`);
      const said = answersIn(body);
      for (const cell of asked) faults.push(...faultOf(cell, situation, said(cell)));
    });
    await Promise.all([db.destroy(), writer.destroy()]);
    expect(faults).toEqual([]);
    expect(written).toEqual([]);
    expect(await work.contents()).toEqual(before);
  });

  test('by the whole gateway, without a statement on the writer role besides the count of opened children', async () => {
    const { system } = work;
    const written = listenTo(writerOf(system));
    const { opening: _, ...before } = await work.contents();
    const faults: string[] = [];
    await eachAtOnce(everySituation, async (situation) => {
      for (const asked of inChunks(aSixth())) {
        const { status, body } = await send(system, asked, situation);
        const expected = wholeRefusal(situation);
        if (expected !== undefined || status !== 200) {
          const code = body?.errors?.[0]?.extensions.code;
          if (code !== expected) faults.push(`${situation.name}: ${status} ${code} instead of ${expected}`);
          continue;
        }
        const said = answersIn({ ...body, extensions: undefined });
        for (const cell of asked) faults.push(...faultOf(cell, situation, said(cell)));
      }
    });
    expect(faults).toEqual([]);
    expect(written).toEqual([]);
    expect(await work.contents()).toMatchObject(before);
  });
});

const REASON = '接报儿童走失，需立即核实身份与住址';

/** The refusal of a whole request before any mutation runs. */
function wholeRefusal(situation: Situation): string | undefined {
  if (situation.purpose === 'EMERGENCY' && !situation.reasonGiven) return 'ACCESS_REASON_REQUIRED';
  const referred = referredBy(child, situation);
  return referred === undefined || takesPart(situation, referred.region) ? undefined : 'ACCESS_REFERENCE_REFUSED';
}

function send(
  { post, identityProvider }: TestSystem,
  asked: readonly Cell[],
  situation: Situation,
  variables: Record<string, unknown> = variablesOf(asked, situation),
): Promise<Reply> {
  const reference = stated(child, situation);
  return post(JSON.stringify({ query: operationOf(asked), variables }), {
    authorization: `Bearer ${identityProvider.token({ ...situation.caller })}`,
    'access-purpose': situation.purpose,
    ...(reference && { 'access-reference': `${reference.kind}/${reference.id}` }),
    ...(situation.reasonGiven && { 'access-reason': encodeURIComponent(REASON) }),
  });
}

describe('a mutation that the caller may never use', () => {
  const demo = new Set(DEMO_CALLERS.map(({ sub }) => sub));
  const bySituation = everySituation.filter(({ caller }) => demo.has(caller.sub));

  test('is removed before planning, and no agency is asked', async () => {
    const { system } = work;
    const aboutOne = cells().filter(({ subject }) => subject === subjects[0]);
    const faults: string[] = [];
    let removed = 0;
    for (const situation of bySituation) {
      if (wholeRefusal(situation) !== undefined) continue;
      const { grant } = contextOf(child, situation);
      // Only the record shows that a new case does not belong to the referenced case.
      const undecided = (one: string) => one === 'openCase' && situation.purpose === 'CASE_HANDLING';
      const never = aboutOne.filter(
        ({ mutation }) => !specification.mayEver(mutation, situation, grant) && !undecided(mutation),
      );
      // The first request fills the cache of the reference's content.
      for (const asked of inChunks(never)) {
        system.forget();
        await send(system, asked, situation);
        const sent = system.subRequests.filter(({ request }) => !JSON.stringify(request.body).includes('grant('));
        if (sent.length > 0) {
          const names = aboutOne.filter(({ alias }) => JSON.stringify(sent).includes(alias));
          faults.push(`${situation.name}: ${names.map(({ mutation }) => mutation).join(', ')}`);
        }
      }
      removed += never.length;
    }
    expect(faults).toEqual([]);
    expect(removed).toBeGreaterThan(bySituation.length * 12);
  });

  test('only some demo callers may use any mutation', () => {
    const could = ({ caller }: Situation) =>
      mutations.filter((mutation) =>
        everySituation.some((situation) => {
          if (situation.caller !== caller) return false;
          const context = contextOf(child, situation);
          const { grant } = context;
          // The record that fits the caller best.
          const record = {
            region: caller.region,
            child: child.id,
            leadAgency: caller.agency,
            leadRecipient: caller.agency,
            issuer: caller.agency,
            assignee: caller.agency,
            agencies: [caller.agency],
            holder: true,
            ...(grant && {
              child: grant.children[0] ?? '',
              caseId: grant.cases[0] ?? '',
              meeting: grant.meetings[0] ?? '',
            }),
          };
          return rules.decisionsFor(context).unmetToWrite(labelFor(mutation), record, mutation).length === 0;
        }),
      );
    const each = new Map(everySituation.map((situation) => [situation.caller.sub, situation]));
    const able = Object.fromEntries(
      DEMO_CALLERS.map(({ sub }) => [sub, could(each.get(sub) as Situation)] as const).map(([sub, all]) => [
        sub,
        all.sort().join(' '),
      ]),
    );
    const sorted = (mutations: string) => mutations.split(' ').sort().join(' ');
    const notifying = 'endVillageNotice notifyVillage recordNoticeVisit';
    const officer =
      'completeTask endProtection giveFeedback recordProtectionVisit reportClue requestParticipation requestRelease';
    const head = 'confirmDuty confirmParticipation releaseOpenings withdrawDuty withdrawParticipation';
    /** Expected mutations of a role at every agency. */
    const everyone = (role: Role, mutations: string) =>
      Object.fromEntries(DEMO_CALLERS.filter(({ roles }) => roles.includes(role)).map(({ sub }) => [sub, mutations]));
    const triage =
      'addRecipient assignProtection endProtection giveFeedback linkClue openAssessment openCase recordProtectionVisit ' +
      'recordVisit reportClue requestRelease settleDeadline trackDeadline';
    const correcting =
      'addCaseChild cancelTask changeCaseLevel changeTask handOnTask handOverCase linkCases removeCaseChild';
    const handling = `assignTask completeTask referToMeeting reopenCase takeStep withdrawFromMeeting ${correcting}`;
    const caseWorker = sorted(`${triage} confirmRisk proposeRisk ${handling} recordNoticeVisit requestParticipation`);
    expect(able).toEqual({
      'town-case-worker': caseWorker,
      'county-case-worker': caseWorker,
      // This caller takes part in nothing of this county.
      'neighbour-case-worker': sorted(`${triage} requestParticipation`),
      'meeting-clerk':
        'amendDecision changeMeeting conveneMeeting orderDocket putOnDocket recordDecision recordMinutes requestParticipation signIn takeOffDocket',
      ...everyone('meeting-member', 'giveOpinion requestParticipation'),
      ...everyone('responsible-person', head),
      ...everyone('agency-officer', officer),
      ...Object.fromEntries(
        ['police-officer', 'town-police-officer', 'neighbour-police-officer'].map((sub) => [
          sub,
          sorted(`${officer} ${notifying} beginSupport endSupport recordSupportVisit`),
        ]),
      ),
      'womens-federation-officer': sorted(`${officer} ${notifying}`),
      ...everyone('child-director', 'recordNoticeVisit recordProtectionVisit recordVisit reportClue requestRelease'),
      ...everyone('supervisor', 'reopenCase reviewEmergency'),
      auditor: '',
      'education-developer': '',
    });
  });
});

describe('modes', () => {
  const deadline = (child: string) => ({
    kind: 'RECOMMENDATION_REPLY',
    child,
    agency: 'EDUCATION',
    dueOn: '2031-05-06',
    idempotencyKey: randomUUID(),
  });
  const convening = () => ({
    kind: 'REGULAR',
    heldAt: '2031-05-06T09:00:00+08:00',
    region: '990101',
    agencies: ['EDUCATION'],
    idempotencyKey: randomUUID(),
  });
  const TWO = `mutation ($first: TrackDeadlineInput!, $second: ConveneMeetingInput!) {
    first: trackDeadline(input: $first) { __typename } second: conveneMeeting(input: $second) { __typename }
  }`;
  type Contents = Awaited<ReturnType<CaseWork['contents']>>;
  const changedSince = (before: Contents, after: Contents) =>
    Object.keys(after)
      .filter((table) => after[table] !== before[table])
      .sort();
  const start = (accessMode: 'reject' | 'dry-run') =>
    startSystem({ accessMode, databases: new Map([...testDatabases(), [AGENCY, work.database]]) });
  const codes = (body: Reply['body']) =>
    (body.errors ?? []).map(({ extensions, path }: { extensions: { code: string }; path: string[] }) => [
      path[0],
      extensions.code,
    ]);

  test('dry-run lets a mutation through to the agency, which refuses it', async () => {
    const system = await start('dry-run');
    const before = await work.contents();
    const { body } = await system.ask(
      'mutation ($second: ConveneMeetingInput!) { second: conveneMeeting(input: $second) { __typename } }',
      { ...TRIAGE, variables: { second: convening() } },
    );
    expect(system.subRequests.map(({ agency }) => agency)).toEqual([AGENCY]);
    await system.close();
    expect(body.data).toEqual({ second: null });
    expect(codes(body)).toEqual([['second', 'UNAUTHORIZED_FIELD_OR_TYPE']]);
    expect(body.extensions.access.wouldDeny).toEqual([
      expect.objectContaining({ coordinate: 'Mutation.conveneMeeting' }),
    ]);
    expect(await work.contents()).toEqual(before);
  });

  test('reject runs no mutation of an operation if the rules refuse one of two', async () => {
    const system = await start('reject');
    const before = await work.contents();
    const { status, body } = await system.ask(TWO, {
      ...TRIAGE,
      variables: { first: deadline(child.id), second: convening() },
    });
    const sent = system.subRequests.length;
    await system.close();
    expect({ status, data: body.data, sent }).toEqual({ status: 403, data: null, sent: 0 });
    expect(codes(body)).toEqual([['second', 'UNAUTHORIZED_FIELD_OR_TYPE']]);
    expect(await work.contents()).toEqual(before);
  });

  test('reject does not discard the answer of a mutation that ran before a record refused the next one', async () => {
    const system = await start('reject');
    const before = await work.contents();
    const { status, body } = await system.ask(
      `mutation ($first: TrackDeadlineInput!, $second: TrackDeadlineInput!) {
        first: trackDeadline(input: $first) { __typename } second: trackDeadline(input: $second) { __typename }
      }`,
      { ...TRIAGE, variables: { first: deadline(child.id), second: deadline(childIdOf(STORY.neighbour)) } },
    );
    await system.close();
    const changed = changedSince(before, await work.contents());
    expect({ status, data: body.data, changed }).toEqual({
      status: 200,
      data: { first: { __typename: 'DueItem' }, second: null },
      changed: ['due_item', 'mutation_key', 'tracked_deadline'],
    });
    expect(codes(body)).toEqual([['second', 'RECORD_NOT_FOUND']]);
  });

  test('filter runs the allowed mutations and reports the refused ones', async () => {
    const before = await work.contents();
    const { status, body } = await work.system.ask(TWO, {
      ...TRIAGE,
      variables: { first: deadline(child.id), second: convening() },
    });
    expect({ status, data: body.data }).toEqual({
      status: 200,
      data: { first: { __typename: 'DueItem' }, second: null },
    });
    expect(codes(body)).toEqual([['second', 'UNAUTHORIZED_FIELD_OR_TYPE']]);
    expect(changedSince(before, await work.contents())).toEqual(['due_item', 'mutation_key', 'tracked_deadline']);
  });
});
