import { AGENCIES, enumName } from '../../shared/domain/agencies';
import { demoCaller } from '../support/identity-provider';
import { ASKERS, type Asker, OFFICERS } from '../support/worlds/askers';
import { CHILD_ELSEWHERE, NOT_KNOWING, withChildElsewhere } from '../support/worlds/child-elsewhere';
import { type Comparison, startComparison } from '../support/worlds/comparison';
import { everythingOf } from '../support/worlds/everything-of';
import { ABSENT_FACTS, type Fact, SEALED_FACTS } from '../support/worlds/facts';
import { fieldQueries, listQueries, type Query, recordQueries, SCHEMA } from '../support/worlds/queries';
import type { World } from '../support/worlds/world';

// The same callers send the same queries in a world with a fact and in one without it. The access log must then be the
// same for its readers: an entry reveals nothing about the data.

/** An auditor, and an officer of every agency. */
const READERS: readonly Asker[] = ASKERS.filter(
  ({ caller, purpose }) =>
    (caller === 'auditor' && purpose === 'ACCESS_AUDIT') || (OFFICERS.includes(caller) && purpose === 'OWN_DUTY'),
);
/** Without the auditor of both counties, who may know of children in either. */
const OFFICERS_READING = READERS.filter(({ caller }) => caller !== 'auditor');
/** Without those who help after misconduct: that they had access tells of the support, to which it refers. */
const LOOKING = ASKERS.filter(({ reference }) => reference !== 'its-support');
const ENTRY = everythingOf(SCHEMA, 'AccessLogEntry');

let world: World;
let comparison: Comparison;
let compared = 0;

beforeAll(async () => {
  comparison = await startComparison('looked_at_worlds');
  world = comparison.world;
});

afterAll(async () => {
  process.stdout.write(`ledger of paired worlds: ${compared} entries compared\n`);
  await comparison?.close();
});

const facts = ABSENT_FACTS.map((fact) => [fact.name, fact] as const);

test('an auditor and an officer of every agency read the access log', () => {
  expect(READERS).toHaveLength(AGENCIES.length + 1);
});

test.each(facts)('the access log does not reveal %s', async (_, fact) => {
  // paired-worlds.test.ts asks for the field in every other way, too; all officers read all views of the log of all
  // facts below.
  const readers = READERS.filter(({ caller }) => caller === 'auditor' || demoCaller(caller).agency === fact.agency);
  await unchanged([fact], fieldQueries(fact, world.focus).slice(0, 1), `"dataClass":"${fact.name}"`, readers, [
    fact.agency,
  ]);
});

test('the access log does not reveal all hidden facts removed at once, in records and lists', async () => {
  await unchanged(
    [...ABSENT_FACTS, ...SEALED_FACTS],
    [...recordQueries(world.focus), ...listQueries(world.focus)],
    '"answer":"ASKED"',
  );
});

test('the access log does not reveal a child in another county', async () => {
  const queries = recordQueries({ ...world.focus, ...CHILD_ELSEWHERE });
  const shown = () => shownAfter(queries, NOT_KNOWING, CHILD_ELSEWHERE.child, OFFICERS_READING);
  const nowhere = await shown();
  expect(await withChildElsewhere(world, shown)).toEqual(nowhere);
});

// Private:

/** @param seen a text that the auditor's view must contain, so that the comparison is not empty. */
async function unchanged(
  without: readonly Fact[],
  queries: readonly Query[],
  seen: string,
  readers = READERS,
  dataOf = AGENCIES,
): Promise<void> {
  const look = () => shownAfter(queries, LOOKING, world.focus.child, readers, dataOf);
  const there = await look();
  const here = await comparison.without(without, look);
  expect(Object.keys(here)).toEqual(Object.keys(there));
  for (const [reader, pages] of Object.entries(there)) expect([reader, here[reader]]).toEqual([reader, pages]);
  compared += LOOKING.length * queries.length;
  expect(there['auditor ACCESS_AUDIT']?.join('').includes(seen)).toBe(true);
}

/** All askers send the queries in a fixed order. @returns the log as shown to readers, without times and ids. */
async function shownAfter(
  queries: readonly Query[],
  askers: readonly Asker[],
  about: string,
  readers: readonly Asker[],
  dataOf = AGENCIES,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const from = new Date().toISOString();
  for (const asker of askers) for (const query of queries) await comparison.ask(asker, query);
  const to = new Date(Date.now() + 1).toISOString();
  const shown: Record<string, readonly string[]> = {};
  const child = `child: "${about}"`;
  const views = ['', child, ...dataOf.map((agency) => `${child}, dataOf: ${enumName(agency)}`)];
  for (const reader of readers) shown[reader.name] = await pagesOf(reader, `from: "${from}", to: "${to}"`, views);
  return shown;
}

/** All pages of all views; the first pages in one operation, the next ones of unfinished views in another. */
async function pagesOf(reader: Asker, period: string, views: readonly string[]): Promise<readonly string[]> {
  const pages: string[] = [];
  let asked = views.map((filter) => `${period}, ${filter}`);
  while (asked.length > 0) {
    const selections = asked.map(
      (filter, index) => `view${index}: accessLog(first: 200, ${filter}) {
        totalCount pageInfo { hasNextPage endCursor } nodes { ${ENTRY} } }`,
    );
    const text = `{ ${selections.join(' ')} }`;
    const { reply } = await comparison.ask(reader, { name: 'views', text, variables: {} });
    pages.push(withoutTimesAndIds(reply.text));
    asked = asked.flatMap((filter, index) => {
      const { hasNextPage, endCursor } = reply.body.data[`view${index}`].pageInfo;
      return hasNextPage ? [`${filter.replace(/, after: .*/, '')}, after: "${endCursor}"`] : [];
    });
  }
  return pages;
}

/** Removes what always differs: times, ids, entry numbers, and cursors made of them. */
function withoutTimesAndIds(text: string): string {
  return text.replaceAll(/"(at|requestId|sequence|endCursor)":"[^"]*"/g, '"$1":""');
}
