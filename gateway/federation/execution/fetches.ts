import { GraphQLError, type GraphQLFormattedError, parse, visit } from 'graphql';
import { merge } from './merge';
import { type Data, isData, put } from './own';
import { type PathStep, placesAt } from './paths';
import type { FetchNode } from './plan';
import { clientPath } from './plan-keys';
import { type Represent, represented } from './representations';
import { type ApplyRewrites, renamedKeys, rewriting } from './rewrites';
import type { FetchSource, Run, Step } from './run';
import type { TypeConditions } from './type-conditions';

type Place = readonly (string | number)[];

/** A fetch at the root of an operation. */
export function rootFetch<Context>(
  fetch: FetchNode,
  path: readonly PathStep[],
  source: FetchSource<Context>,
  isOf: TypeConditions,
): Step<Context> {
  const rewrite = rewriting(fetch.outputRewrites, isOf);
  return async (run, objects) => {
    const { data, errors } = await answered(run, fetch, path, source);
    for (const error of errors) run.errors.push(errorOf(error, error.path && [...keys(path), ...error.path]));
    if (!isData(data)) return;
    rewrite?.(data);
    for (const object of objects) merge(object, data);
  };
}

/**
 * Fetches of entities at one place of the answer. Fetches with the same `requires` and input rewrites share the
 * representations of the objects, and objects with equal representations are fetched once.
 */
export function entityFetches<Context>(
  fetches: readonly FetchNode[],
  path: readonly PathStep[],
  sources: ReadonlyMap<string, FetchSource<Context>>,
  isOf: TypeConditions,
): Step<Context> {
  const told = new Map<string, ToldAlike<Context>>();
  for (const fetch of fetches) {
    const { requires = [], inputRewrites, serviceName, outputRewrites } = fetch;
    const key = JSON.stringify([requires, inputRewrites]);
    const alike = told.get(key) ?? {
      represent: represented(requires, isOf),
      rewrite: rewriting(inputRewrites, isOf),
      fetches: [],
    };
    const rewrite = rewriting(outputRewrites, isOf);
    alike.fetches.push({ fetch, source: sourceOf(sources, serviceName), rewrite, isOf });
    told.set(key, alike);
  }
  const kinds = [...told.values()];
  return (run, objects) => {
    const under: Promise<void>[] = [];
    for (const { represent, rewrite, fetches } of kinds) {
      const { representations, represents } = distinct(objects, represent, rewrite);
      if (representations.length === 0) continue;
      for (const one of fetches) under.push(entityFetch(run, one, path, representations, represents));
    }
    return under.length === 0 ? undefined : under.length === 1 ? under[0] : Promise.all(under).then(nothing);
  };
}

interface ToldAlike<Context> {
  readonly represent: Represent;
  readonly rewrite: ApplyRewrites | undefined;
  readonly fetches: EntityFetch<Context>[];
}

interface EntityFetch<Context> {
  readonly fetch: FetchNode;
  readonly source: FetchSource<Context>;
  readonly rewrite: ApplyRewrites | undefined;
  readonly isOf: TypeConditions;
}

/** Distinct representations, each with the objects that it represents. */
interface Representations {
  readonly representations: readonly Data[];
  readonly represents: readonly (readonly Data[])[];
}

function distinct(objects: readonly Data[], represent: Represent, rewrite: ApplyRewrites | undefined): Representations {
  const representations: Data[] = [];
  const represents: Data[][] = [];
  const known = new Map<string, Data[]>();
  for (const object of objects) {
    const representation = represent(object);
    if (representation === null || !representation.__typename) continue;
    rewrite?.(representation);
    const key = objects.length === 1 ? '' : keyOf(representation);
    const same = known.get(key);
    if (same !== undefined) {
      same.push(object);
      continue;
    }
    const first = [object];
    known.set(key, first);
    representations.push(representation);
    represents.push(first);
  }
  return { representations, represents };
}

/** A key that equal representations share, and no others. */
function keyOf(representation: Data): string {
  let fields = 0;
  for (const _ in representation) fields += 1;
  const { __typename, id } = representation;
  // Nearly all have only a type and an id.
  return fields === 2 && typeof id === 'string' ? `${__typename} ${id}` : JSON.stringify(representation);
}

async function entityFetch<Context>(
  run: Run<Context>,
  { fetch, source, rewrite, isOf }: EntityFetch<Context>,
  path: readonly PathStep[],
  representations: readonly Data[],
  represents: readonly (readonly Data[])[],
): Promise<void> {
  const { data, errors } = await answered(run, fetch, path, source, representations);
  if (errors.length > 0) tellErrors(run, path, errors, represents);
  if (!isData(data)) return;
  const entities = data._entities;
  if (!Array.isArray(entities) || entities.length !== representations.length) {
    run.errors.push(errorOf({ message: 'The subgraph returned a different number of entities than requested.' }));
    return;
  }
  for (let index = 0; index < entities.length; index += 1) {
    const entity: unknown = entities[index];
    const objects = represents[index] ?? [];
    if (!isData(entity)) {
      if (entity === null) for (const object of objects) answerNothing(object, fetch);
      continue;
    }
    rewrite?.(entity);
    for (const object of objects) {
      const { __typename: known } = object;
      merge(object, entity);
      // A subgraph with an object type for an interface (`@interfaceObject`) answers with the interface's name; the
      // known type is more specific.
      if (entity.__typename !== undefined && isOf(String(entity.__typename), known)) object.__typename = known;
    }
  }
}

/** Reports errors about one representation at every place of its objects. */
function tellErrors<Context>(
  run: Run<Context>,
  path: readonly PathStep[],
  errors: readonly GraphQLFormattedError[],
  represents: readonly (readonly Data[])[],
): void {
  let places: ReadonlyMap<Data, Place[]> | undefined;
  for (const error of errors) {
    const [, index, ...below] = error.path ?? [];
    // The error concerns all representations.
    if (typeof index !== 'number') {
      run.errors.push(errorOf(error));
      continue;
    }
    places ??= placesOf(run.data, path);
    const objects = [...new Set(represents[index] ?? [])].flatMap((object) => places?.get(object) ?? []);
    if (objects.length === 0) run.errors.push(errorOf(error));
    for (const place of objects) run.errors.push(errorOf(error, [...place, ...below]));
  }
}

function placesOf(root: Data, path: readonly PathStep[]): ReadonlyMap<Data, Place[]> {
  const places = new Map<Data, Place[]>();
  for (const { object, place } of placesAt(root, path)) places.set(object, [...(places.get(object) ?? []), place]);
  return places;
}

/** The subgraph has no such entity: its fields are answered, without a value. */
function answerNothing(object: Data, { operation }: FetchNode): void {
  visit(parse(operation), {
    Field(node) {
      if (node.name.value === '_entities') return undefined;
      const key = node.alias?.value ?? node.name.value;
      if (!Object.hasOwn(object, key)) put(object, key, undefined);
      return false;
    },
  });
}

interface Answered {
  readonly data: unknown;
  readonly errors: readonly GraphQLFormattedError[];
}

const NO_ERRORS: readonly GraphQLFormattedError[] = [];

async function answered<Context>(
  { context, variables: given }: Run<Context>,
  { operation: query, operationName, variableUsages = [], outputRewrites }: FetchNode,
  path: readonly PathStep[],
  source: FetchSource<Context>,
  representations?: readonly Data[],
): Promise<Answered> {
  const variables: Record<string, unknown> = {};
  for (const name of variableUsages) if (Object.hasOwn(given, name)) variables[name] = given[name];
  if (representations !== undefined) variables.representations = representations;
  try {
    const request = { query, operationName, variables };
    const { data, errors } = await source.process({ request, context, pathInIncomingRequest: clientPath(keys(path)) });
    if (errors === undefined) return { data, errors: NO_ERRORS };
    const renamed = renamedKeys(outputRewrites);
    return {
      data,
      errors: errors.map(({ path, ...error }) => ({
        ...error,
        ...(path && { path: path.map((step) => renamed.get(step) ?? step) }),
      })),
    };
  } catch (error) {
    return { data: null, errors: [error as GraphQLFormattedError] };
  }
}

/**
 * An error like the library's, with the subgraph's own error as its origin.
 *
 * @param path in the plan's keys.
 */
function errorOf(error: GraphQLFormattedError, path?: Place): GraphQLError {
  const { message, extensions } = error;
  return new GraphQLError(message || 'A subgraph returned an error.', {
    originalError: error as Error,
    ...(path && { path: clientPath(path) }),
    ...(extensions && { extensions }),
  });
}

/** @throws if the graph has no subgraph of this name. */
export function sourceOf<Context>(
  sources: ReadonlyMap<string, FetchSource<Context>>,
  name: string,
): FetchSource<Context> {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`There is no subgraph of this name: ${name}.`);
  return source;
}

const keys = (path: readonly PathStep[]): readonly string[] => path.map(({ key }) => key);

const nothing = (): void => undefined;
