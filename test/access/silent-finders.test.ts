import { createHash, randomUUID } from 'node:crypto';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLField, type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { type Situation, takesPart } from '../../developer-kit/cases/situation';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AccessRules } from '../../shared/access/decide';
import { readLabels } from '../../shared/access/labels';
import { checkDigit } from '../../shared/domain/id-number';
import type { LedgerEntry } from '../../shared/protocol/ledger-entry';
import { typeDefs } from '../../shared/subgraph/schema/type-defs';
import governanceCenter from '../../subgraphs/governance-center';
import { type CaseWork, startCaseWork } from '../support/case-work';
import { eachAtOnce } from '../support/cases/each-at-once';
import { situations } from '../support/cases/situations';
import { type ChildAskedAbout, contextOf, fullChild, referredBy } from '../support/cases/subjects';
import { STORY } from '../support/databases';
import { FULL_CHILD, insertFullChild } from '../support/full-child';
import type { Reply } from '../support/system';
import { type Facts, WritesSpecification } from '../support/writes/specification';
import { inputFor, type WritesSubject, writesSubjects } from '../support/writes/subjects';

// Every field and mutation that finds something by id, for a hidden id and for one that does not exist: answers,
// sub-requests, statements and ledger entries are the same.

const AGENCY = 'governance-center';
const { folder } = governanceCenter;
const schema = buildSubgraphSchema({ typeDefs: typeDefs(folder) });
const labels = readLabels(schema);
const rules = new AccessRules([readAgencyRules(AGENCY, ruleTexts(folder))]);
const specification = new WritesSpecification();

/** Objects with their ids, and their attributes for the rules. */
interface Things extends WritesSubject {
  readonly idNumber: string;
  readonly receiptNumber: string;
}

type Id = keyof Things['ids'];

/** One root field with arguments that name an object. */
interface Call {
  readonly kind: 'query' | 'mutation';
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Fields that find one object, with their arguments and the facts that decide about them. */
const QUERIES: Readonly<Record<string, (things: Things) => { args: Call['args']; facts: Facts }>> = {
  child: ({ ids, facts }) => ({ args: { id: ids.child }, facts: facts.child }),
  childByIdNumber: ({ idNumber, facts }) => ({ args: { idNumber }, facts: facts.child }),
  case: ({ ids, facts }) => ({ args: { id: ids.case }, facts: facts.case }),
  clue: ({ ids, facts }) => ({ args: { id: ids.clue }, facts: facts.clue }),
  jointMeeting: ({ ids, facts }) => ({ args: { id: ids.meeting }, facts: facts.meeting }),
  clueReceipt: ({ receiptNumber, facts }) => ({ args: { receiptNumber }, facts: { region: facts.clue.region } }),
};
const SELECTIONS: Readonly<Record<string, string>> = {
  child: '{ id identity { fullName } }',
  childByIdNumber: '{ id identity { fullName } }',
};
/** Lists with a filter by id, which have their own test. */
const LISTS = ['accessLog', 'participations'];
/** All but reportClue, which accepts any pseudonym and keeps none that is unknown: test/e2e/recipients.test.ts. */
const isSilent = (mutation: string) => mutation !== 'reportClue';
/** Names of people from the identity provider, not ids of objects. */
const PEOPLE = new Set(['officer', 'caller', 'attended']);

let work: CaseWork;
let child: ChildAskedAbout;
let here: Things;
let there: Things;

beforeAll(async () => {
  work = await startCaseWork('silent_finders');
  await insertFullChild(AGENCY, work.database);
  child = await fullChild();
  const [own, ...others] = await writesSubjects(work.owner);
  const elsewhere = others.at(-1);
  if (own === undefined || elsewhere === undefined) throw new Error('There is nothing to ask about.');
  const receiptNumber = 'XS-20260102-NEXTCNTY';
  await work.owner('base.clue').where({ clue_id: elsewhere.ids.clue }).update({ receipt_number: receiptNumber });
  here = { ...own, idNumber: FULL_CHILD.idNumber, receiptNumber: FULL_CHILD.clue.receiptNumber };
  there = { ...elsewhere, idNumber: STORY.neighbour, receiptNumber };
});
afterAll(() => work?.close());

test('every field and mutation that takes an id is covered', () => {
  const asked = new Set([...Object.keys(QUERIES), ...LISTS, ...specification.mutations]);
  const missing: string[] = [];
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
      const internal = field.astNode?.directives?.some((one) => one.name.value === 'inaccessible');
      if (name.startsWith('_') || internal || idsTaken(field).length === 0) continue;
      const kind = type === schema.getQueryType() ? 'query' : 'mutation';
      if (!asked.has(name)) missing.push(name);
      if (kind === 'mutation') {
        const given = Object.keys(inputFor(name, here));
        missing.push(...idsTaken(field).flatMap((id) => (given.includes(id) ? [] : [`${name} ${id}`])));
      }
    }
  }
  expect(missing).toEqual([]);
});

test('filtering a list by a hidden id gives the same result as filtering by an unknown id', async () => {
  const { ask } = work.system;
  const query = `query ($child: ID!) {
    accessLog(child: $child) { totalCount nodes { caller purpose looks { dataClass answer } } } }`;
  const children = [there.ids.child, anyId('child')];
  for (const id of children) await ask('query ($id: ID!) { child(id: $id) { id } }', { variables: { id } });
  for (const [as, purpose, count] of [
    ['auditor', 'ACCESS_AUDIT', 1],
    ['education-officer', 'OWN_DUTY', 0],
  ] as const) {
    const [exists, doesNot] = await Promise.all(
      children.map((one) => ask(query, { as, purpose, variables: { child: one } })),
    );
    expect(exists?.body.data.accessLog.totalCount).toBe(count);
    expect(exists?.body).toEqual(doesNot?.body);
  }

  const parts = 'query ($id: ID!) { participations(filter: { id: $id }) { totalCount nodes { id } } }';
  const [exists, doesNot] = await Promise.all(
    [there.ids.case, anyId('case')].map((id) =>
      ask(parts, { as: 'education-head', purpose: 'OWN_DUTY', variables: { id } }),
    ),
  );
  expect(exists?.body.data.participations).toEqual({ totalCount: 0, nodes: [] });
  expect(exists?.body).toEqual(doesNot?.body);
});

// The demo's supervisor answers for both counties.
const callers = new Set([...DEMO_CALLERS.map(({ sub }) => sub), 'neighbour-supervisor']);
const asking = situations().filter(({ caller, purpose, reasonGiven }) => {
  return callers.has(caller.sub) && (purpose !== 'EMERGENCY' || reasonGiven);
});

test('(k) a hidden id is answered and recorded like one that does not exist', async () => {
  const before = await work.contents();
  const faults: string[] = [];
  const compared = new Map<string, number>();
  const pairs: Pair[] = [];
  await eachAtOnce(asking, async (situation) => {
    const referred = referredBy(child, situation);
    if (referred !== undefined && !takesPart(situation, referred.region)) return;
    for (const hidden of [here, there]) {
      const unknown = unknownLike(hidden);
      for (const kind of ['query', 'mutation'] as const) {
        const calls = hiddenFrom(situation, hidden, unknown).filter(([one]) => one.kind === kind);
        if (calls.length === 0) continue;
        for (const [{ name }] of calls) compared.set(name, (compared.get(name) ?? 0) + 1);
        const exists = await send(
          calls.map(([one]) => one),
          situation,
        );
        const doesNot = await send(
          calls.map(([, other]) => other),
          situation,
        );
        pairs.push({ situation, exists, doesNot, hidden, unknown });
        faults.push(...differences(exists, doesNot).map((one) => `${situation.name}: ${one}`));
        for (const [alias, value] of Object.entries(exists.body.data ?? {})) {
          if (value !== null) faults.push(`${situation.name}: ${alias} was answered`);
        }
      }
    }
  });
  expect(faults).toEqual([]);
  expect(await work.contents()).toEqual(before);
  // A mutation that no record decides about gives everybody the same refusal.
  const decided = specification.mutations
    .filter(isSilent)
    .filter((name) => idsTaken(fieldOf('mutation', name)).length > 0);
  expect([...compared.keys()].sort()).toEqual([...Object.keys(QUERIES), ...decided].sort());

  const entries = await entriesByRequest();
  const told = pairs.filter(({ exists, doesNot, hidden, unknown }) => {
    const [one, other] = [exists, doesNot].map((reply) => entries.get(requestId(reply)));
    return seen(one, namesOf(hidden)) !== seen(other, namesOf(unknown));
  });
  expect(told.map(({ situation }) => situation.name)).toEqual([]);
});

test('a hidden id takes the same SQL statements as one that does not exist', async () => {
  const faults: string[] = [];
  const compared = new Set<string>();
  const { system } = work;
  let written = 0;
  system.subgraphs.get(AGENCY)?.work?.on('query', () => {
    written += 1;
  });
  for (const situation of asking) {
    const referred = referredBy(child, situation);
    if (referred !== undefined && !takesPart(situation, referred.region)) continue;
    const unknown = unknownLike(there);
    for (const [exists, doesNot] of hiddenFrom(situation, there, unknown)) {
      if (compared.has(exists.name)) continue;
      compared.add(exists.name);
      // The first request fills the cache of the reference's content.
      await send([doesNot], situation);
      const [one, other] = [await statementsOf(exists, situation), await statementsOf(doesNot, situation)];
      if (one !== other) faults.push(`${exists.name}: ${one} / ${other}`);
    }
  }
  expect(faults).toEqual([]);
  expect(compared.size).toBeGreaterThan(20);

  async function statementsOf(call: Call, situation: Situation): Promise<string> {
    system.forget();
    written = 0;
    await send([call], situation);
    return `${system.statements
      .map(({ sql }) => sql)
      .sort()
      .join('; ')}; ${written} on the writer role`;
  }
});

// Private:

interface Pair {
  readonly situation: Situation;
  readonly exists: Reply;
  readonly doesNot: Reply;
  readonly hidden: Things;
  readonly unknown: Things;
}

function fieldOf(kind: Call['kind'], name: string): GraphQLField<unknown, unknown> {
  const type = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  const field = type?.getFields()[name];
  if (field === undefined) throw new Error(`There is no ${kind} ${name}.`);
  return field;
}

/** Names of arguments and input fields that name an object. */
function idsTaken({ args }: GraphQLField<unknown, unknown>): string[] {
  const within = (name: string, type: GraphQLInputType): string[] => {
    const named = getNamedType(type);
    if (isInputObjectType(named)) return Object.values(named.getFields()).flatMap((one) => within(one.name, one.type));
    const names = named.name === 'ID' || name === 'idNumber' || name === 'receiptNumber';
    return names && !PEOPLE.has(name) ? [name] : [];
  };
  return args.flatMap((one) => within(one.name, one.type));
}

/** Calls with a hidden id, each with the same call for an id that does not exist. */
function hiddenFrom(situation: Situation, hidden: Things, unknown: Things): readonly (readonly [Call, Call])[] {
  const decisions = rules.decisionsFor(contextOf(child, situation));
  const label = (coordinate: string) => labels.get(coordinate) ?? [];
  const queries = Object.entries(QUERIES).flatMap(([name, about]) => {
    const asked = label(`Query.${name}`);
    const mayNot = decisions.possible(asked) && decisions.decide(asked, { ...about(hidden).facts }) !== 'CLEAR';
    return mayNot ? [[hidden, unknown].map((one): Call => ({ kind: 'query', name, args: about(one).args }))] : [];
  });
  const mutations = specification.mutations.filter(isSilent).flatMap((name) => {
    const asked = label(`Mutation.${name}`);
    if (decisions.unmetToWrite(asked, undefined, name).length > 0) return [];
    const call = (things: Things): Call => ({
      kind: 'mutation',
      name,
      args: { input: inputFor(name, things) },
    });
    const { about } = specification.entry(name);
    const refused = decisions.unmetToWrite(asked, { ...hidden.facts[about] }, name).length > 0;
    const whole = refused && about !== 'region' && about !== 'own' ? [[call(hidden), call(unknown)]] : [];
    // Together with an object that the caller may act on, each other id.
    if (hidden !== there || !situation.caller.region.startsWith('990101')) return whole;
    const single = (Object.keys(here.ids) as Id[]).flatMap((id) => {
      const one = (ids: Things['ids']) => call({ ...here, ids: { ...here.ids, [id]: ids[id] } });
      const [exists, doesNot] = [one(hidden.ids), one(unknown.ids)];
      const named = (one: Call) => JSON.stringify(one).includes(here.ids[id]);
      return named(call(here)) && !named(exists) ? [[exists, doesNot]] : [];
    });
    return [...whole, ...single];
  });
  return [...queries, ...mutations] as unknown as readonly (readonly [Call, Call])[];
}

function anyId(kind: Id): string {
  return kind === 'child' ? createHash('sha256').update(randomUUID()).digest('base64url') : randomUUID();
}

/** Objects of the same form that do not exist. */
function unknownLike({ name, ids, facts, idNumber }: Things): Things {
  const { participation } = facts;
  const number = `${idNumber.slice(0, 14)}${String(Math.floor(Math.random() * 900) + 100)}`;
  const unknown = Object.fromEntries((Object.keys(ids) as Id[]).map((id) => [id, anyId(id)])) as Things['ids'];
  return {
    name,
    ids: unknown,
    facts: {
      ...facts,
      participation: {
        ...participation,
        ...(participation.caseId && { caseId: unknown.case }),
        ...(participation.meeting && { meeting: unknown.meeting }),
      },
    },
    idNumber: `${number}${checkDigit(number)}`,
    receiptNumber: `XS-20260102-${randomUUID().slice(0, 8).toUpperCase()}`,
  };
}

const namesOf = ({ ids, facts }: Things): readonly string[] =>
  [...Object.values(ids), facts.participation.caseId, facts.participation.meeting].filter((one) => one != null);

function send(calls: readonly Call[], situation: Situation): Promise<Reply> {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const fields = calls.map(({ kind, name, args }, index) => {
    const given = fieldOf(kind, name).args.flatMap((argument) => {
      if (!(argument.name in args)) return [];
      const variable = `v${index}_${argument.name}`;
      const value = args[argument.name];
      variables[variable] = argument.name === 'input' ? { ...(value as object), idempotencyKey: randomUUID() } : value;
      declared.push(`$${variable}: ${argument.type}`);
      return [`${argument.name}: $${variable}`];
    });
    return `f${index}_${name}: ${name}(${given.join(', ')}) ${SELECTIONS[name] ?? '{ __typename }'}`;
  });
  const query = `${calls[0]?.kind} Found(${declared.join(', ')}) { ${fields.join(' ')} }`;
  const { reference } = contextOf(child, situation);
  const { identityProvider, post } = work.system;
  return post(JSON.stringify({ query, variables }), {
    authorization: `Bearer ${identityProvider.token({ ...situation.caller })}`,
    'access-purpose': situation.purpose,
    ...(reference && { 'access-reference': `${reference.kind}/${reference.id}` }),
    ...(situation.reasonGiven && { 'access-reason': encodeURIComponent('接报儿童走失，需立即核实身份与住址') }),
  });
}

const requestId = ({ headers }: Reply): string => headers.get('x-request-id') ?? '';

/** The answer to the client and the requests to agencies, except for a reference's content, which is cached. */
function differences(one: Reply, other: Reply): string[] {
  const views = [one, other].map((reply) => ({
    status: reply.status,
    text: reply.text,
    headers: [...reply.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    subRequests: work.system.subRequests
      .filter(({ request }) => request.requestId === requestId(reply))
      .map(({ agency, request }) => `${agency} ${(request.body as { readonly query: string }).query}`)
      .filter((line) => !line.includes('grant('))
      .sort(),
  }));
  const [exists, doesNot] = views.map((view) => JSON.stringify(view));
  return exists === doesNot ? [] : [`${exists} / ${doesNot}`];
}

async function entriesByRequest(): Promise<ReadonlyMap<string, readonly LedgerEntry[]>> {
  const byRequest = new Map<string, LedgerEntry[]>();
  for (const entry of await work.system.entries()) {
    byRequest.set(entry.requestId, [...(byRequest.get(entry.requestId) ?? []), entry]);
  }
  return byRequest;
}

/** The content of entries, with ids replaced by their position among the named objects. */
function seen(entries: readonly LedgerEntry[] | undefined, names: readonly string[]): string {
  const called = (id: string): string => (names.includes(id) ? `#${names.indexOf(id)}` : id);
  const told = (entries ?? []).map(({ requestId: _, milliseconds: __, children, looks, lookups, ...rest }) => ({
    ...rest,
    time: undefined,
    lookups: lookups && { ...lookups, missed: lookups.missed.length },
    children: children.map(called).sort(),
    looks: looks
      .map((look) => ({
        ...look,
        children: (look.children === 'all' ? children : look.children.map((index) => children[index] ?? ''))
          .map(called)
          .sort(),
      }))
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
  }));
  if (told.length === 0) throw new Error('Nothing was recorded.');
  return JSON.stringify(told);
}
