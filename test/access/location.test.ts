import { type ConstDirectiveNode, getNamedType, isLeafType, isObjectType } from 'graphql';
import { DEMO_CALLERS } from '../../gateway/embedded/demo-callers';
import { SUBGRAPHS } from '../../gateway/embedded/embedded';
import { ruleTexts } from '../../shared/access/agency-rules';
import type { DataClassName } from '../../shared/access/catalogue';
import { classesOf, requirementOf } from '../../shared/access/labels';
import { AGENCIES, type Agency } from '../../shared/domain/agencies';
import { ASKERS, type Asker } from '../support/worlds/askers';
import { differences } from '../support/worlds/differences';
import { fieldsOf } from '../support/worlds/everything-of';
import { protectedPlace, unknownPlace, withEveryPlace } from '../support/worlds/location';
import { type Observation, type Observe, observer } from '../support/worlds/observe';
import { listQueries, OPENING, type Query, recordQueries, SCHEMA } from '../support/worlds/queries';
import { type AskAlone, subgraphsAlone } from '../support/worlds/subgraph-alone';
import { startWorld, type World } from '../support/worlds/world';

// The same child three times: with every place known, with a protected place, and of unknown place. Whoever may not know of the
// protection gets the same bytes of the last two, and agencies get the same requests.

const VILLAGE = '990101001001';
const TOWN = '990101001';
const LATER_MILLISECONDS = 60_000;

let world: World;
let observe: Observe;
let askAgency: AskAlone;
let passed = 0;
const now = performance.now.bind(performance);

/** Answers by asker and query, and of each agency alone. */
interface Seen {
  readonly answers: ReadonlyMap<string, Observation>;
  readonly alone: ReadonlyMap<string, string>;
}
let known: Seen;
let kept: Seen;
let unknown: Seen;
/** What a search by village and town finds of the protected child. */
const found: string[] = [];

beforeAll(async () => {
  jest.spyOn(performance, 'now').mockImplementation(() => now() + passed);
  world = await startWorld('location_worlds');
  observe = observer(world.system);
  askAgency = subgraphsAlone(world);
  await withEveryPlace(world);
  known = await look();
  await protectedPlace(world);
  kept = await look();
  await search();
  await unknownPlace(world);
  unknown = await look();
});

afterAll(async () => {
  await world?.close();
  jest.restoreAllMocks();
});

/** The police but in meetings, and officers of an agency, on their own duty, of their own data. */
const mayKnow = ({ caller, purpose }: Asker, agency?: Agency): boolean => {
  const own = AGENCY_OF[caller];
  if (own === 'public-security') return purpose !== 'JOINT_MEETING';
  const owns =
    own !== undefined &&
    own !== 'governance-center' &&
    [...locationClasses()].some((name) => name.startsWith(`${own}.`));
  return purpose === 'OWN_DUTY' && owns && (agency ?? own) === own && !caller.endsWith('developer');
};

test('the police and owners alone can tell a protected place from an unknown one', () => {
  const found = [...kept.answers].flatMap(([key, there]) => {
    const asker = ASKERS.find(({ name }) => key.startsWith(`${name}: `)) as Asker;
    if (mayKnow(asker)) return [];
    return differences(there, unknown.answers.get(key) as Observation).map((line) => `${key}: ${line}`);
  });
  expect(found).toEqual([]);
});

test('nor can anybody else from an agency’s answer and statements alone', () => {
  const found = [...kept.alone].flatMap(([key, there]) => {
    const asker = ASKERS.find(({ name }) => key.startsWith(`${name}: `)) as Asker;
    const agency = key.slice(asker.name.length + 2) as Agency;
    return mayKnow(asker, agency) || there === unknown.alone.get(key) ? [] : [key];
  });
  expect(found).toEqual([]);
});

test('the police read the protected place', () => {
  const key = `police-officer OWN_DUTY: ${world.focus.child} by id`;
  const there = placesIn(kept.answers.get(key));
  expect(there.filter((place) => place.startsWith('Household.'))).not.toEqual([]);
  expect(differences(kept.answers.get(key) as Observation, unknown.answers.get(key) as Observation)).not.toEqual([]);
});

test('the worlds differ in every field of every class that a rule keeps, by construction', () => {
  const fields = locationFields();
  expect(fields.length).toBeGreaterThan(0);
  const told = new Set([...known.answers.values()].flatMap(placesIn));
  expect(fields.filter((field) => !told.has(field))).toEqual([]);
  const toldOfUnknown = new Set(
    [...unknown.answers].flatMap(([key, seen]) => (key.endsWith(`${world.focus.child} by id`) ? placesIn(seen) : [])),
  );
  expect(fields.filter((field) => toldOfUnknown.has(field))).toEqual([]);
});

test('no list by village or town, and no filter of one, leads to the child', () => {
  expect(found).toEqual([]);
});

// Private:

const AGENCY_OF: Readonly<Record<string, Agency>> = Object.fromEntries(
  DEMO_CALLERS.map(({ sub, agency }) => [sub, agency]),
);

async function look(): Promise<Seen> {
  passed += LATER_MILLISECONDS;
  const answers = new Map<string, Observation>();
  const alone = new Map<string, string>();
  const queries = [...recordQueries(world.focus), ...listQueries(world.focus)];
  await eachOf(ASKERS, async (asker) => {
    for (const query of asker.reference === undefined ? queries : [OPENING, ...queries]) {
      answers.set(`${asker.name}: ${query.name}`, await ask(asker, query));
    }
    for (const agency of AGENCIES) alone.set(`${asker.name}: ${agency}`, await askAgency(agency, asker));
  });
  return { answers, alone };
}

function ask(asker: Asker, { text, variables }: Query): Promise<Observation> {
  const reference = asker.reference && world.references[asker.reference];
  return observe(text, {
    as: asker.caller,
    purpose: asker.purpose,
    ...(reference && { reference: `${reference.kind}/${reference.id}` }),
    ...(asker.purpose === 'EMERGENCY' && { reason: '孩子失联，需立即寻找下落' }),
    variables,
  });
}

async function search(): Promise<void> {
  const { child, clue } = world.focus;
  const caseId = world.references['its-case'].id;
  const lists = [TOWN, VILLAGE].map((region) => ({
    name: `search in ${region}`,
    text: `query ($region: String!) {
      children(filter: { region: $region }, first: 200) { totalCount nodes { id } }
      cases(filter: { region: $region }, first: 200) { totalCount nodes { id } }
      clues(filter: { region: $region }, first: 200) { totalCount nodes { id } }
      dueItems(filter: { region: $region }, first: 200) { totalCount nodes { id case { id } clue { id } child { id } } }
    }`,
    variables: { region },
  }));
  await eachOf(ASKERS, async (asker) => {
    for (const query of lists) {
      const { reply } = await ask(asker, query);
      for (const id of [child, clue, caseId]) {
        if (reply.text.includes(id)) found.push(`${asker.name}: ${query.name}: ${id}`);
      }
    }
  });
}

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

/** The classes of all rules `<agency>.protected-location`. */
function locationClasses(): ReadonlySet<DataClassName> {
  return new Set(
    SUBGRAPHS.flatMap(({ agency, folder }) =>
      Object.values(ruleTexts(folder).policies).flatMap((text) => {
        const rule = text.match(new RegExp(`@id\\("${agency}\\.protected-location"\\)[\\s\\S]*?\n};`))?.[0] ?? '';
        return [...rule.matchAll(/DataClass::"([^"]+)"/g)].map(([, name]) => name as DataClassName);
      }),
    ),
  );
}

/** The fields below `Child` whose label requires one of these classes, as `Enrolment.school`. */
function locationFields(): readonly string[] {
  const classes = locationClasses();
  const types = Object.values(SCHEMA.getTypeMap()).filter(isObjectType);
  return types.flatMap((type) =>
    Object.values(type.getFields()).flatMap(({ name, astNode, type: of }) => {
      const own = classesOf(requirementOf(directives(astNode?.directives)));
      const around = classesOf(requirementOf(directives(type.astNode?.directives)));
      const isPlace = [...own, ...around].some((one) => classes.has(one));
      return isPlace && isLeafType(getNamedType(of)) ? [`${type.name}.${name}`] : [];
    }),
  );
}

const directives = (nodes: readonly ConstDirectiveNode[] | undefined): readonly ConstDirectiveNode[] => nodes ?? [];

/** The fields with a value in the child of an answer. */
function placesIn(seen: Observation | undefined): readonly string[] {
  const { child, childByIdNumber } = seen?.reply.body?.data ?? {};
  return [...valuesOf(child ?? childByIdNumber, 'Child')];
}

function* valuesOf(value: unknown, typeName: string): Generator<string> {
  for (const one of [value].flat()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const { name, type } of fieldsOf(SCHEMA, typeName)) {
      const inner = (one as Readonly<Record<string, unknown>>)[name];
      if (inner === null || inner === undefined) continue;
      const target = getNamedType(type);
      if (isLeafType(target)) yield `${typeName}.${name}`;
      else yield* valuesOf(inner, target.name);
    }
  }
}
