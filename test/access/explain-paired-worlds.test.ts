import { askToExplain } from '../support/ask-to-explain';
import type { Reply } from '../support/system';
import { ASKERS, type Asker } from '../support/worlds/askers';
import { CHILD_ELSEWHERE, NOT_KNOWING, withChildElsewhere } from '../support/worlds/child-elsewhere';
import { ABSENT_FACTS, type AbsentFact } from '../support/worlds/facts';
import { startWorld, type World } from '../support/worlds/world';

// A caller who may not know of a fact gets the same explanation, byte for byte, with and without it, and the same as
// for a field that does not exist.

/** Every role, and every purpose that opens a class with an absent refusal to somebody. */
const SOME = [
  'town-case-worker RISK_ASSESSMENT town-assessment',
  'county-case-worker EMERGENCY',
  'town-case-worker CASE_HANDLING its-case',
  'neighbour-case-worker RISK_ASSESSMENT',
  'education-member JOINT_MEETING regular-meeting',
  'prosecutor-member JOINT_MEETING case-conference',
  'education-officer OWN_DUTY',
  'police-officer OWN_DUTY',
  'police-officer EMERGENCY',
  'womens-federation-officer OWN_DUTY',
  'civil-affairs-officer OWN_DUTY',
  'child-director VISIT village-visits',
  'auditor ACCESS_AUDIT',
  'education-developer OWN_DUTY',
];
/** Without developers, who see every refusal, by rules that reveal nothing about any record. */
const FEW = [
  'county-case-worker EMERGENCY',
  'town-case-worker CASE_HANDLING its-case',
  'education-officer OWN_DUTY',
  'child-director VISIT village-visits',
];
const OF_CHILD = ABSENT_FACTS.filter(({ of }) => of === 'Child');

let world: World;
beforeAll(async () => {
  world = await startWorld('explained_worlds');
});
afterAll(() => world?.close());

test('every listed caller asks', () => {
  expect(ASKERS.filter(({ name }) => SOME.includes(name))).toHaveLength(SOME.length);
});

test.each(OF_CHILD.map((fact) => [fact.name, fact] as const))('%s', async (_, fact) => {
  const askers = ASKERS.filter(({ name }) => SOME.includes(name));
  const explained = async () =>
    new Map(await inTurn(askers, async (asker) => [asker.name, await ask(asker, fact)] as const));
  const there = await explained();
  await world.takeOut(fact);
  try {
    const gone = await explained();
    for (const { name } of askers) {
      const [one, other] = [there.get(name), gone.get(name)] as [Reply, Reply];
      const seen = [name, one.status, one.text, headersOf(one)];
      const same = expect([name, other.status, other.text, headersOf(other)]);
      if (!fact.shownTo.includes(name)) same.toEqual(seen);
      // A caller who sees the fact gets another explanation, which shows that the comparison works.
      else same.not.toEqual(seen);
    }
  } finally {
    await world.put(fact);
  }
});

test.each([
  ['by rules alone', ABSENT_FACTS],
  ['of a child', OF_CHILD],
] as const)('a hidden field is explained like one that does not exist, %s', async (how, facts) => {
  const child = how === 'of a child' ? world.focus.child : undefined;
  let compared = 0;
  for (const fact of facts) {
    const nowhere = [...fact.field.slice(0, -1), 'noSuchField'];
    for (const asker of ASKERS.filter(({ name }) => FEW.includes(name) && !fact.shownTo.includes(name))) {
      const silent = await explain(asker, { field: [fact.of, ...fact.field].join('.'), child });
      // If only the record refuses it, an explanation by rules alone says that records differ.
      if (child === undefined && /"(?:CLEAR|MASKED)"/.test(silent.text)) continue;
      const unknown = await explain(asker, { field: [fact.of, ...nowhere].join('.'), child });
      expect([asker.name, fact.name, silent.status, silent.text]).toEqual([asker.name, fact.name, 200, unknown.text]);
      compared += 1;
    }
  }
  expect(compared).toBeGreaterThan(20);
});

test('to callers who may not know of a child of another county, the child is explained like one who does not exist', async () => {
  const explained = () =>
    inTurn(NOT_KNOWING, (asker) => explain(asker, { field: 'Child.enrolment.school', child: CHILD_ELSEWHERE.child }));
  const nowhere = await explained();
  const there = await withChildElsewhere(world, explained);
  for (const [index, { name }] of NOT_KNOWING.entries()) {
    const [one, other] = [nowhere[index], there[index]] as [Reply, Reply];
    expect([name, one.status, one.text, headersOf(one)]).toEqual([name, other.status, other.text, headersOf(other)]);
  }
});

// Private:

const ask = (asker: Asker, { field }: AbsentFact) =>
  explain(asker, { field: `Child.${field.join('.')}`, child: world.focus.child });

function explain(asker: Asker, body: object): Promise<Reply> {
  const reference = asker.reference && world.references[asker.reference];
  return askToExplain(world.system, body, {
    as: asker.caller,
    purpose: asker.purpose,
    ...(reference && { reference: `${reference.kind}/${reference.id}` }),
    ...(asker.purpose === 'EMERGENCY' && { reason: '孩子失联，需立即寻找下落' }),
  });
}

/** Without headers that always differ. */
const headersOf = ({ headers }: Reply) => [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name));

async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}
