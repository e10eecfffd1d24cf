import type { SubgraphResponse } from '../../shared/protocol/subgraph-exchange';
import { Choices, SEED } from '../support/choices';
import { OperationWriter } from '../support/generated-operations';
import { type PeopleGateway, peopleGateway } from '../support/people-gateway';
import { asOneGraph, peopleAgencies } from '../support/people-graph';
import { type SmallFederation, smallFederation } from '../support/small-federation';

const OPERATIONS = 50;
const MOST_OPERATIONS = 500;

type Path = readonly (string | number)[];
type Json = unknown;

interface ToldError {
  readonly path?: Path;
  readonly extensions?: { readonly code: string; readonly coordinate?: string };
}

const choices = new Choices(SEED);
let labelled: SmallFederation;
let open: PeopleGateway;
let breaking = false;
beforeAll(async () => {
  const spoil = (response: SubgraphResponse) => (breaking && choices.chance(0.5) ? broken(response) : response);
  labelled = await smallFederation(peopleAgencies(), undefined, spoil);
  open = await peopleGateway((body) => spoil({ status: 200, body: body as never }).body);
});
afterAll(async () => {
  await open?.stop();
  await labelled?.close();
});

const isObject = (value: Json): value is Record<string, Json> => typeof value === 'object' && value !== null;

/** All non-null places of an answer. */
function placesIn(value: Json, path: Path = []): readonly Path[] {
  if (!isObject(value)) return value === null ? [] : [path];
  return [path, ...Object.entries(value).flatMap(([key, below]) => placesIn(below, [...path, key]))];
}

function replaced(value: Json, [step, ...rest]: Path, replacement: Json): Json {
  if (step === undefined || !isObject(value)) return replacement;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, Json>;
  copy[step] = replaced(copy[step], rest, replacement);
  return copy;
}

/** Breaks an answer in the ways in which an agency can break or withhold it. */
function broken(response: SubgraphResponse): SubgraphResponse {
  const { data } = response.body;
  if (data == null) return response;
  const at = choices.one(placesIn(data).slice(1));
  if (at === undefined) return response;
  const isList = (path: Path) => Array.isArray(path.reduce<Json>((value, step) => (value as never)[step], data));
  const withData = (replacement: Json, errors?: unknown): SubgraphResponse =>
    ({
      ...response,
      body: { ...response.body, data: replaced(data, at, replacement), ...(errors !== undefined && { errors }) },
    }) as SubgraphResponse;
  const path = at.map((step) => (/^\d+$/.test(String(step)) ? Number(step) : step));
  const error = { message: 'x', path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
  return choices.oneOf<SubgraphResponse>(
    () => withData(null, [error]),
    // A shorter list would be a valid answer.
    () => withData(choices.one<Json>([7, 'x', {}, { __typename: 'Nobody' }, ...(isList(at) ? [] : [[], [[]]])])),
    () => ({ status: 503, body: { data: null, errors: [{ ...error, path: undefined as never }] } }),
    () => ({ ...response, body: { ...response.body, data: null, errors: [{ ...error, path: undefined as never }] } }),
  );
}

/** Places at which the complete answer has a value and this one has none. */
function missingIn(
  found: Json,
  whole: Json,
  path: Path = [],
): readonly { readonly path: Path; readonly whole: Json }[] {
  if (!isObject(whole)) return found === null && whole !== null ? [{ path, whole }] : [];
  if (!isObject(found)) return [{ path, whole }];
  if (Array.isArray(whole) && Array.isArray(found) && found.length < whole.length) return [{ path, whole }];
  return Object.entries(whole).flatMap(([key, below]) =>
    missingIn(found[key], below, [...path, Array.isArray(whole) ? Number(key) : key]),
  );
}

const keysIn = (value: Json): readonly string[] =>
  isObject(value) ? Object.entries(value).flatMap(([key, below]) => [key, ...keysIn(below)]) : [];

/** The field of a generated alias. */
const fieldOf = (key: string | number) => String(key).replace(/_(?:too|one)$/, '');

/**
 * An error explains a gap at, above or below its path, or by its field. `ANSWER_INCOMPLETE` is told once for a field, with the
 * path of its first gap.
 */
function tellsOf({ path, extensions }: ToldError, gap: Path, whole: Json): boolean {
  if (path !== undefined && extensions?.code !== 'ANSWER_INCOMPLETE')
    return path.slice(0, gap.length).every((step, index) => step === gap[index]);
  const field = extensions?.coordinate?.split('.')[1];
  return field === undefined || [...gap, ...keysIn(whole)].some((key) => fieldOf(key) === field);
}

interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly ToldError[];
}

test.each<[string, (query: string, variables: Readonly<Record<string, unknown>>) => Promise<Answered>]>([
  ['a checked agency', async (query, variables) => (await labelled.ask(query, variables)).body],
  ['an unchecked subgraph', async (query, variables) => (await open.ask({ query, variables })) as Answered],
])('whatever %s breaks, every missing value has an error', async (_, ask) => {
  console.log(`${OPERATIONS} generated operations; SEED=${SEED}`);
  const writer = new OperationWriter(open.schema, choices);
  let gaps = 0;
  // Few operations of some seeds lose anything: then it goes on until enough have.
  const isEnough = (count: number) => count >= OPERATIONS && (gaps > OPERATIONS / 10 || count >= MOST_OPERATIONS);
  for (let count = 0; !isEnough(count); count += 1) {
    const { query, variables } = writer.operation();
    if (query.includes('desk')) continue; // The labelled graph has none.
    breaking = true;
    const { data, errors = [] } = JSON.parse(JSON.stringify(await ask(query, variables))) as Answered;
    breaking = false;
    if (data === undefined) continue;
    const whole = JSON.parse(JSON.stringify((await asOneGraph(open.schema, { query, variables })).data));
    for (const gap of missingIn(data, whole)) {
      gaps += 1;
      if (errors.some((error) => tellsOf(error, gap.path, gap.whole))) continue;
      throw new Error(
        `SEED=${SEED}\n${query}\n${JSON.stringify(variables)}\nnothing tells of ${gap.path.join('.')}\n${JSON.stringify({ data, errors })}\n${JSON.stringify(whole)}`,
      );
    }
  }
  expect(gaps).toBeGreaterThan(OPERATIONS / 10);
});
