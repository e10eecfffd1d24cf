import type { Situation } from '../../developer-kit/cases/situation';
import { agencySchemas } from '../support/canaries/agency-schema';
import { type CanarySystem, startCanarySystem } from '../support/canaries/canary-system';
import { coveringSituations, distinctSituations } from '../support/canaries/distinct-situations';
import { type Column, Marks } from '../support/canaries/marks';
import { type Leaf, leavesOf, sightings } from '../support/canaries/places';
import { type Question, questions, recordQuestion } from '../support/canaries/questions';
import { Sight } from '../support/canaries/sight';
import { wrongArguments, wrongMutations } from '../support/canaries/wrong-arguments';
import { eachAtOnce } from '../support/cases/each-at-once';
import { Specification } from '../support/cases/specification';
import { fullChild } from '../support/cases/subjects';

// Every column of the base tables has marks of its own for one child and its matters. Whoever asks for whatever, a mark
// is seen only in the fields of its column, by those whom the cases let see the field.

/** Only one agency's data, if set. */
const { CANARIES_OF } = process.env;
const everySchema = agencySchemas();
const schemas = everySchema.filter(({ agency }) => CANARIES_OF === undefined || agency === CANARIES_OF);
const specification = new Specification();
const classes = specification.classes.filter((name) => schemas.some(({ agency }) => name.startsWith(`${agency}.`)));
const marks = new Marks();
const asked = questions(schemas);
const ofCentre = schemas.some(({ agency }) => agency === 'governance-center');

/** How many who are permitted a field try its wrong arguments. */
const PERMITTED = 2;

/** Tables with a child's pseudonym that are about the work of an officer. */
const WITHOUT_ROW: ReadonlySet<string> = new Set(['governance-center.opened_assessment']);

let sight: Sight;
let system: CanarySystem;
let situations: readonly Situation[];
/** Few of them, in which every class is open that is open in any. */
let widest: readonly Situation[];
let marked: ReadonlySet<Column>;
/** Answers where no twins have exchanged anything. */
const unexchanged = new Map<string, string>();
/** Columns seen, as `<column> in <field>`. */
const seen = new Set<string>();

beforeAll(async () => {
  const child = await fullChild();
  sight = new Sight(specification, child, everySchema);
  system = await startCanarySystem(child, schemas, marks, (column) => sight.keeps(column));
  marked = new Set(system.agencies.flatMap((agency) => [...agency.marked]));
  situations = distinctSituations(specification, child, classes);
  widest = coveringSituations(specification, child, classes, situations);
});
afterAll(async () => {
  process.stdout.write(`Canaries: ${marked?.size} columns, ${situations?.length} situations.\n`);
  await system?.close();
});

test('a value is seen only in the fields of its column, by those who may see them', async () => {
  const found = new Set<string>();
  for (const question of asked) {
    await system.askEach(question, situations, (reply, situation) => {
      unexchanged.set(keyOf(question, situation), reply.text);
      for (const sighting of sightings(marks, reply)) {
        const { column, place } = sighting;
        if ('field' in place) seen.add(`${column} in ${place.field}`);
        if ('cursor' in place) seen.add(`${column} in ${place.cursor}`);
        const fault = sight.fault(sighting, situation);
        if (fault !== undefined) found.add(fault);
      }
    });
  }
  expect([...found].sort()).toEqual([]);
});

test('every table about children has a row of the child, and every column that is named is one', () => {
  const { agencies } = system;
  const named = agencies.flatMap(({ agency, columns }) => sight.namedBy(agency).filter((name) => !columns.has(name)));
  expect(named).toEqual([]);
  expect(agencies.flatMap(({ unfilled }) => unfilled).filter((table) => !WITHOUT_ROW.has(table))).toEqual([]);
});

test('every field that is said to show a column shows it to somebody', () => {
  const said = [...marked].flatMap((column) => sight.fieldsOf(column).map((field) => `${column} in ${field}`));
  expect(said.filter((one) => !seen.has(one))).toEqual([]);
});

test('the order of a list follows only columns that its reader may see', async () => {
  const columns = system.agencies.flatMap(({ twins }) => twins.flatMap((one) => one.columns));
  const found: string[] = [];
  for (const situation of situations) {
    const unseen = columns.filter((column) => !sight.maySee(column, situation));
    if (!(await changesWith(unseen, situation))) continue;
    for (const column of unseen) {
      if (await changesWith([column], situation)) found.push(`${column} changes the answer of ${situation.name}`);
    }
  }
  await exchange([]);
  expect(found).toEqual([]);
});

test('where the place is protected, a value is the same or is not answered', async () => {
  const record = recordQuestion(schemas);
  const before = new Map<Situation, ReadonlyMap<string, Leaf>>();
  await system.askEach(record, situations, ({ body }, situation) => {
    before.set(situation, new Map(leavesOf(body?.data).map((leaf) => [leaf.path, leaf])));
  });
  await Promise.all(system.agencies.map((agency) => agency.protectLocation(true)));
  const found = new Set<string>();
  await system.askEach(record, situations, ({ body }, situation) => {
    for (const { path, field, value } of leavesOf(body?.data)) {
      // The child itself is then found in the county.
      if (field.startsWith('Region.')) continue;
      if (before.get(situation)?.get(path)?.value !== value) found.add(field);
    }
  });
  await Promise.all(system.agencies.map((agency) => agency.protectLocation(false)));
  expect([...found].sort()).toEqual([]);
});

test('no answer to a wrong argument contains a value of another field', async () => {
  const found = new Set<string>();
  const wrong = [...wrongArguments(schemas), ...(ofCentre ? wrongMutations() : [])];
  await eachAtOnce(wrong, async ({ field, values, ...question }) => {
    const permitted = situations.filter((situation) => sight.isClear(field, situation)).slice(0, PERMITTED);
    for (const situation of field.startsWith('Mutation.') ? widest : permitted) {
      for (const sighting of sightings(marks, await system.ask(question, situation, values))) {
        found.add(sight.fault(sighting, situation) ?? '');
      }
    }
  });
  found.delete('');
  expect([...found].sort()).toEqual([]);
});

test('nothing else that the system writes contains a value', async () => {
  const found = Object.entries(await system.written()).flatMap(([place, text]) =>
    marks.in(text).map((column) => `${column} is seen in ${place}`),
  );
  expect(found).toEqual([]);
});

/** Whether an answer differs where twins have exchanged these values. */
async function changesWith(columns: readonly Column[], situation: Situation): Promise<boolean> {
  await exchange(columns);
  const replies = await Promise.all(asked.map((question) => system.ask(question, situation)));
  return replies.some(({ text }, index) => text !== unexchanged.get(keyOf(asked[index], situation)));
}

async function exchange(columns: readonly Column[]): Promise<void> {
  await Promise.all(system.agencies.map((agency) => agency.exchange(new Set(columns))));
}

const keyOf = (question: Question | undefined, { name }: Situation) => `${name} ${question?.query}`;
