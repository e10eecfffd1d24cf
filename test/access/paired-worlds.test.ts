import { GRANT } from '../../developer-kit/cases/cases';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { readAgencyRules, ruleTexts } from '../../shared/access/agency-rules';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import type { Subgraph } from '../../shared/protocol/subgraph-exchange';
import { ASKERS, type Asker } from '../support/worlds/askers';
import { CHILD_ELSEWHERE, NOT_KNOWING, withChildElsewhere } from '../support/worlds/child-elsewhere';
import { type Comparison, startComparison } from '../support/worlds/comparison';
import { differences } from '../support/worlds/differences';
import { ABSENT_FACTS, type AbsentFact, type Fact, SEALED_FACTS } from '../support/worlds/facts';
import type { Observation, SubRequest } from '../support/worlds/observe';
import { fieldQueries, listQueries, OPENING, type Query, recordQueries } from '../support/worlds/queries';
import { ownerOf, type World } from '../support/worlds/world';
import { wrapAgency } from '../support/wrap-agency';

// The same district with and without a fact: a caller who may not see the fact gets the same bytes, and agencies get
// the same requests.

let world: World;
let comparison: Comparison;

beforeAll(async () => {
  comparison = await startComparison('worlds');
  world = comparison.world;
  await comparison.begin();
});

afterAll(async () => {
  process.stdout.write(`paired worlds: ${comparison?.pairs} pairs of answers compared\n`);
  await comparison?.close();
});

const PLACE = 'governance-center.place';

const absentFacts = ABSENT_FACTS.map((fact) => [fact.name, fact] as const);
const sealedFacts = SEALED_FACTS.map((fact) => [fact.name, fact] as const);
const shown = ({ shownTo }: AbsentFact) => ASKERS.filter(({ name }) => shownTo.includes(name));
const notShown = ({ shownTo }: AbsentFact) => ASKERS.filter(({ name }) => !shownTo.includes(name));

const asker = (name: string) => ASKERS.find((one) => one.name === name) as Asker;

test('every query is answered, and every caller of the table asks', () => {
  const refusals = comparison.allSeen.flatMap(({ reply }) => reply.body.errors ?? []);
  const codes = new Set(refusals.map(({ extensions }: { extensions: { code: string } }) => extensions.code));
  expect([...codes].sort()).toEqual(['ACCESS_REFERENCE_REFUSED', 'UNAUTHORIZED_FIELD_OR_TYPE']);
  const names = ASKERS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { shownTo } of ABSENT_FACTS) expect(names).toEqual(expect.arrayContaining([...shownTo]));
});

test('there is a fact for every data class with an absent refusal, and for every table that no view shows', async () => {
  const silent = SUBGRAPHS.flatMap(({ agency, folder }) =>
    [...readAgencyRules(agency, ruleTexts(folder)).catalogue.classes]
      // Only the gateway requests the content of a reference; no client query has a field of it. Where a child lives also
      // decides who finds it: location-worlds.test.ts compares those worlds.
      .filter(([name, { refusal }]) => refusal === 'absent' && name !== GRANT && name !== PLACE)
      .map(([name]) => name),
  );
  expect(ABSENT_FACTS.map(({ name }) => name).sort()).toEqual(silent.sort());

  const sealed = await Promise.all(
    AGENCIES.map(async (agency) => {
      const { rows } = await ownerOf(world.owners, agency).raw(`
        select table_name from information_schema.columns
          join information_schema.tables using (table_schema, table_name)
        where table_schema = 'base' and table_type = 'BASE TABLE' and column_name = 'child_id' and table_name not in (
          select table_name from information_schema.view_table_usage where view_schema in ('exposed', 'work'))`);
      return rows.map(({ table_name }: { table_name: string }) => `${agency} ${table_name}`);
    }),
  );
  expect(SEALED_FACTS.map(({ name }) => name)).toEqual(expect.arrayContaining(sealed.flat()));
});

test.each(absentFacts)('%s changes the answers only of callers who may see it', async (_, fact) => {
  await comparison.without([fact], async () => {
    // Records and lists are compared below, without all of a caller's hidden facts at once.
    const queries = fieldQueries(fact, world.focus);
    expect(await comparison.differencesFor(notShown(fact), queries, fact.agency)).toEqual([]);
    for (const asker of shown(fact)) expect(await comparison.unmoved(asker, fact)).toEqual([]);
  });
});

test.each(absentFacts)(
  '%s looks like missing data to callers who may not see it, and its class is not named',
  async (_, fact) => {
    const [alone] = fieldQueries(fact, world.focus) as [Query];
    const [somebody] = shown(fact) as [Asker];
    const noData = await comparison.without([fact], async () => valuesIn(await comparison.ask(somebody, alone), fact));
    expect(noData).not.toEqual([]);
    for (const asker of notShown(fact)) {
      const seen = comparison.seen(asker, alone);
      // If its parent is refused, there is no value to compare; of several rows, a caller may see some.
      expect(noData).toEqual(expect.arrayContaining(valuesIn(seen, fact)));
      expect(valuesIn(seen, fact).length).toBeLessThanOrEqual(noData.length);
      // Developers see every refusal, which reveals nothing about any record.
      if (!asker.caller.endsWith('developer')) expect(seen.reply.text).not.toContain(fact.name);
    }
  },
);

test.each(sealedFacts)('a sealed fact changes no caller’s answers: %s', async (_, fact) => {
  expect(await world.rows(fact)).toBe(2);
  await comparison.without([fact], async () => {
    expect(await world.rows(fact)).toBe(0);
    const byId = recordQueries(world.sealed).slice(1);
    expect(await comparison.differencesFor(ASKERS, byId, fact.agency)).toEqual([]);
  });
});

test('removing all facts hidden from a caller at once changes none of their records and lists', async () => {
  const queries = [...recordQueries(world.focus), ...recordQueries(world.sealed), ...listQueries(world.focus)];
  const groups = new Map<string, Asker[]>();
  for (const asker of ASKERS) {
    const visible = ABSENT_FACTS.filter(({ shownTo }) => shownTo.includes(asker.name)).map(({ name }) => name);
    groups.set(visible.join(), [...(groups.get(visible.join()) ?? []), asker]);
  }
  for (const [visible, askers] of groups) {
    const hidden = ABSENT_FACTS.filter(({ name }) => !visible.split(',').includes(name));
    await comparison.without([...hidden, ...SEALED_FACTS], async () => {
      expect(await comparison.differencesFor(askers, queries)).toEqual([]);
    });
  }
});

test('a child in another county changes nothing for callers who may not know of the child', async () => {
  const queries = recordQueries({ ...world.focus, ...CHILD_ELSEWHERE });
  // The content of a reference is cached, and would be requested in only one of the two worlds.
  const askers = NOT_KNOWING.filter(({ reference }) => reference === undefined);
  const look = async () => {
    const seen: Observation[] = [];
    for (const asker of askers) for (const query of queries) seen.push(await comparison.ask(asker, query));
    return seen;
  };
  const neighbour = asker('neighbour-case-worker RISK_ASSESSMENT');
  const [byNumber] = queries as [Query];
  const nowhere = await look();
  const there = await withChildElsewhere(world, async () => {
    expect((await comparison.ask(neighbour, byNumber)).reply.body.data.childByIdNumber).not.toBeNull();
    return look();
  });
  expect(nowhere.flatMap((one, index) => differences(one, there[index] as Observation))).toEqual([]);
  const silent = nowhere.filter(({ reply: { body } }) => {
    const told = (body.errors ?? []).some(({ path }: { path: readonly string[] }) => path.length === 1);
    return body.data.childByIdNumber === null && !told;
  });
  expect(silent).not.toEqual([]);
  comparison.pairs += nowhere.length;
});

test('all removed facts are back', async () => {
  const compared = comparison.pairs;
  expect(await comparison.differencesFor(ASKERS, recordQueries(world.focus))).toEqual([]);
  comparison.pairs = compared;
});

test.each(AGENCIES)(
  'if %s does not answer, answers are the same with and without its facts, even for callers who may see them',
  async (agency) => {
    const facts: readonly Fact[] = [...ABSENT_FACTS, ...SEALED_FACTS].filter((fact) => fact.agency === agency);
    const shownTo = new Set(ABSENT_FACTS.flatMap((fact) => (fact.agency === agency ? fact.shownTo : [])));
    const some = ['county-case-worker RISK_ASSESSMENT county-assessment', 'police-officer OWN_DUTY'];
    const asking = ASKERS.filter(({ name }) => some.includes(name) || [...shownTo].slice(0, 3).includes(name));
    // The centre's answer about a reference is cached, and would be missing in only one of the two worlds.
    const askers = asking.filter(({ reference }) => agency !== 'governance-center' || reference === undefined);
    const queries = [world.focus, world.sealed].flatMap((subjects) => recordQueries(subjects).slice(1));
    const undo = wrapAgency(world.system, agency, () => () => Promise.reject(new Error('down')));
    try {
      const look = async () => {
        const seen: Observation[] = [];
        for (const asker of askers)
          for (const query of queries) seen.push(timeless(await comparison.ask(asker, query)));
        return seen;
      };
      const there = await look();
      expect(
        there.filter(({ reply }) => /AGENCY_UNAVAILABLE|UNVERIFIED|UNACCOUNTED/.test(reply.text)).length,
      ).toBeGreaterThan(1);
      const here = await comparison.without(facts, look);
      expect(there.flatMap((one, index) => differences(one, here[index] as Observation))).toEqual([]);
    } finally {
      undo();
    }
  },
);

/** Removes the times of agencies' outages. */
function timeless({ reply, ...rest }: Observation): Observation {
  const text = reply.text.replaceAll(/"at":"[^"]*"/g, '"at":""');
  return { ...rest, reply: { ...reply, text, body: JSON.parse(text) } };
}

describe('a deliberate leak is reported, and nothing else', () => {
  const absent = (name: string) => ABSENT_FACTS.find((one) => one.name === name) as AbsentFact;
  const caseWorker = asker('county-case-worker RISK_ASSESSMENT county-assessment');

  const between = async (fact: Fact, who: Asker, query: Query | undefined): Promise<readonly string[]> => {
    const ask = async () => {
      // The reference is asked about once in a world.
      if (who.reference !== undefined) await comparison.ask(who, OPENING);
      return comparison.ask(who, query as Query);
    };
    return differences(await ask(), await comparison.without([fact], ask));
  };

  test('a total that counts the hidden fact', async () => {
    const complaint = absent('womens-federation.family-complaint');
    const [children] = listQueries(world.focus);
    const counting = wrapped('governance-center', (handle) => async (request) => {
      const answer = structuredClone(await handle(request));
      // The key in the plan, which differs from the client's alias.
      const { __as_all: all } = answer.body.data as { readonly __as_all?: { totalCount: number } };
      if (all !== undefined) all.totalCount += await world.rows(complaint);
      return answer;
    });
    expect(await counting(() => between(complaint, caseWorker, children))).toEqual([
      expect.stringMatching(/^body\.data\.all\.totalCount: \d+ \/ \d+$/),
    ]);
  });

  test('an error, or an entry in the extensions, for the hidden fact', async () => {
    const support = absent('procuratorate.victim-support');
    const [alone] = fieldQueries(support, world.focus);
    const telling = wrapped('governance-center', (handle) => async (request) => {
      const answer = await handle(request);
      if ((await world.rows(support)) === 0) return answer;
      // An agency can only report its own fields.
      const path = Object.keys(answer.body.data ?? {});
      const denied = [{ coordinate: 'Query.child', dataClass: 'governance-center.index', path }];
      return {
        ...answer,
        body: { ...answer.body, extensions: { ...answer.body.extensions, access: { denied, masked: [] } } },
      };
    });
    expect(await telling(() => between(support, caseWorker, alone))).toEqual([
      expect.stringMatching(/^body\.errors: \[.* \/ nothing$/),
      expect.stringMatching(/^body\.extensions\.access\.denied: \[.*Query\.child.* \/ \[\]$/),
    ]);
  });

  test('one more sub-request to an agency', async () => {
    const aid = absent('procuratorate.judicial-aid');
    const [, byId] = recordQueries(world.focus);
    const asking = wrapped('governance-center', (handle) => async (request) => {
      if ((await world.rows(aid)) > 0) await subgraphOf('procuratorate').handle(request);
      return handle(request);
    });
    expect(await asking(() => between(aid, caseWorker, byId))).toEqual(['sub-requests to procuratorate: 2 / 1']);
  });

  test('a sub-request of a different size', async () => {
    const complaint = absent('womens-federation.family-complaint');
    const [, byId] = recordQueries(world.focus);
    const padding = wrapped('womens-federation', (handle) => async (request) => {
      const { variables, ...body } = request.body as { readonly variables: object };
      const padded = { ...variables, padding: 'x'.repeat(await world.rows(complaint)) };
      return handle({ ...request, body: { ...body, variables: padded } });
    });
    expect(await padding(() => between(complaint, asker('child-director VISIT village-visits'), byId))).toEqual([
      expect.stringMatching(/^bytes to womens-federation: \d+ \/ \d+$/),
    ]);
  });

  test('a view that shows a sealed row', async () => {
    const incident = SEALED_FACTS.find(({ name }) => name === "public-security incident part = 'SUSPECT'") as Fact;
    const [, byId] = recordQueries(world.sealed);
    const db = ownerOf(world.owners, 'public-security');
    const { rows } = await db.raw(`select pg_get_viewdef('exposed.incident') as definition`);
    const [{ definition }] = rows;
    await db.raw(`create or replace view exposed.incident as ${definition.slice(0, definition.indexOf('WHERE'))}`);
    try {
      expect(await between(incident, asker('police-officer OWN_DUTY'), byId)).toEqual([
        expect.stringMatching(/^body\.data\.child\.policeIncidents: \[.*涉案.* \/ \[\]$/),
        expect.stringMatching(/^answer of public-security\.body\.data\._entities\[0\]\.policeIncidents: \[.* \/ \[\]$/),
      ]);
    } finally {
      await db.raw(`create or replace view exposed.incident with (security_barrier) as ${definition}`);
    }
  });

  const reply = (change: (reply: Observation['reply']) => Partial<Observation['reply']>) => (seen: Observation) => ({
    ...seen,
    reply: { ...seen.reply, ...change(seen.reply) },
  });
  const subRequest = (change: Partial<SubRequest>) => (seen: Observation) => {
    const [first, ...rest] = seen.subRequests.toSorted((a, b) => (a.agency < b.agency ? -1 : 1));
    return { ...seen, subRequests: [{ ...(first as SubRequest), ...change }, ...rest] };
  };
  test.each<[string, (seen: Observation) => Observation, RegExp]>([
    ['the status', reply(() => ({ status: 403 })), /^status: 200 \/ 403$/],
    [
      'a header',
      reply(({ headers }) => ({ headers: new Headers([...headers, ['x-agencies', '5']]) })),
      /^header x-agencies: null \/ "5"$/,
    ],
    ['the bytes of equal values', reply(({ text }) => ({ text: `${text} ` })), /^text: /],
    ['an operation', subRequest({ operation: '{ more }' }), /^operation to civil-affairs: .* \/ "{ more }"$/],
    ['the content of a context', subRequest({ context: {} }), /^context to civil-affairs\./],
    ["an agency's answer", subRequest({ answer: '{"status":200}' }), /^answer of civil-affairs\.body: .* \/ nothing$/],
    ['the SQL behind it', subRequest({ statements: [] }), /^statements of civil-affairs: .* \/ \[\]$/],
  ])('in %s', (_, leak, reported) => {
    const [, byId] = recordQueries(world.focus);
    const seen = comparison.seen(caseWorker, byId as Query);
    expect(differences(seen, { ...seen })).toEqual([]);
    const found = differences(seen, leak(seen));
    expect(found).not.toEqual([]);
    expect(found.filter((line) => !reported.test(line))).toEqual([]);
  });
});

// Private:

/** The values of a fact's field, or of its whole rows if it has its own. */
function valuesIn({ reply }: Observation, { field, of, takeOut }: AbsentFact): readonly unknown[] {
  const path = takeOut.startsWith('delete') ? field.slice(0, Math.max(1, field.length - 1)) : field;
  const { child, clue } = reply.body.data ?? {};
  let values: readonly unknown[] = [of === 'Child' ? child : clue];
  for (const name of path) {
    values = values.flatMap((value) => value ?? []).map((value) => (value as Readonly<Record<string, unknown>>)[name]);
  }
  return values;
}

function subgraphOf(agency: Agency): Subgraph {
  const running = world.system.subgraphs.get(agency);
  if (running === undefined) throw new Error(`There is no subgraph of ${agency}.`);
  return running.subgraph;
}

/** Wraps an agency's handler while some work runs. */
function wrapped(agency: Agency, wrap: (handle: Subgraph['handle']) => Subgraph['handle']) {
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const undo = wrapAgency(world.system, agency, wrap);
    try {
      return await work();
    } finally {
      undo();
    }
  };
}
