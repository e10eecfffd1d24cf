import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import type { AnswerNotes } from './answers';
import type { AccessRecord, Decisions } from './decide';
import { type Coordinate, type Requirement, readLabels, requirementToExist } from './labels';
import { FILTERED_IN_SQL, type Finder, type MaybePromise, type RecordFinders, type RootFinder } from './record-finders';

/** What the guard needs of a request; a subgraph's resolver context extends it. */
export interface GuardContext {
  readonly decisions: Decisions;
  readonly notes: AnswerNotes;
  /**
   * Nested objects belong to the record of the object that they were reached through. Objects that can be reached in
   * more than one way need a finder of their own.
   */
  readonly recordOf: WeakMap<object, AccessRecord>;
}

type Resolve = (source: unknown, args: unknown, context: GuardContext, info: GraphQLResolveInfo) => unknown;

/**
 * Wraps every field of a subgraph's schema, in place: decide first, resolve after, so that a refused field runs no SQL.
 * A refused field answers null, or [] where it is a list, exactly as "no data" does; only DENIED is noted.
 * Unlabelled leaves (keys, `asOf`) are left alone.
 *
 * @returns the labels of the schema, for lists that filter in SQL.
 * @throws where a root field has no label, or no way to decide about it: it would be open to everybody.
 */
export function guardSchema<Context extends GuardContext>(
  schema: GraphQLSchema,
  finders: RecordFinders<Context>,
): ReadonlyMap<Coordinate, Requirement> {
  const labels = readLabels(schema);
  const queryType = schema.getQueryType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || type.name === '_Service') continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const requirement = labels.get(coordinate);
      if (type === queryType) {
        // What they lead to is guarded as it is everywhere.
        if (field.name === '_entities' || field.name === '_service') continue;
        guardRootField(field, coordinate, requirement, finders[coordinate] as RootFinder<GuardContext>);
      } else if (requirement !== undefined || !isLeafType(getNamedType(field.type))) {
        guardField(
          type,
          field,
          requirement,
          finders[type.name] as Finder<GuardContext> | undefined,
          itemGuard(field, schema, finders),
        );
      }
    }
  }
  return labels;
}

function itemGuard<Context>(
  field: GraphQLField<unknown, GuardContext>,
  schema: GraphQLSchema,
  finders: RecordFinders<Context>,
): ItemGuard | undefined {
  const { name } = getNamedType(field.type);
  const requirement = requirementToExist(schema, name);
  const find = finders[name] as Finder<GuardContext> | undefined;
  return find === undefined || requirement.length === 0 ? undefined : { requirement, find };
}

/**
 * A root field that finds one thing is decided by that thing's record, and answers null where there is none, provided
 * that the caller could have been answered at all. One that lists things filters in SQL and is decided row by row
 * there (`visibleRows`); its resolver answers an empty page to a caller who may know of no row.
 */
function guardRootField(
  field: GraphQLField<unknown, GuardContext>,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
): void {
  if (requirement === undefined) throw new Error(`The root field ${coordinate} has no label.`);
  if (find === undefined)
    throw new Error(`The root field ${coordinate} has neither a record finder nor FILTERED_IN_SQL.`);
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const list = find === FILTERED_IN_SQL;
  const guarded: Resolve = (source, args, context, info) => {
    if (!context.decisions.possible(requirement)) {
      refuse(coordinate, requirement, context);
      return list ? resolve(source, args, context, info) : emptyValue(field);
    }
    if (list) return resolve(source, args, context, info);
    return whenReady(find(args, context), (record) => {
      if (record === null) return emptyValue(field);
      if (context.decisions.decide(requirement, record) === 'CLEAR') return resolve(source, args, context, info);
      refuse(coordinate, requirement, context);
      return emptyValue(field);
    });
  };
  field.resolve = guarded as typeof field.resolve;
}

function guardField(
  type: GraphQLObjectType,
  field: GraphQLField<unknown, GuardContext>,
  requirement: Requirement | undefined,
  find: Finder<GuardContext> | undefined,
  ofItems: ItemGuard | undefined,
): void {
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const coordinate = `${type.name}.${field.name}`;
  const guarded: Resolve = (source, args, context, info) =>
    whenReady(recordFor(source, context, find), (record) => {
      if (requirement !== undefined && context.decisions.decide(requirement, record) !== 'CLEAR') {
        refuse(coordinate, requirement, context);
        return emptyValue(field);
      }
      return whenReady(resolve(source, args, context, info), (value) => {
        if (ofItems !== undefined) return admitItems(value, coordinate, ofItems, context);
        if (record !== null) belongTo(record, value, context);
        return value;
      });
    });
  field.resolve = guarded as typeof field.resolve;
}

/** How to decide about the objects that a field leads to, where they are things of their own. */
interface ItemGuard {
  readonly requirement: Requirement;
  readonly find: Finder<GuardContext>;
}

/** A thing that may not be there for this caller is not: it is left out of a list, and null where it stands alone. */
function admitItems(
  value: unknown,
  coordinate: Coordinate,
  { requirement, find }: ItemGuard,
  context: GuardContext,
): unknown {
  const admit = (item: unknown): MaybePromise<boolean> => {
    if (typeof item !== 'object' || item === null) return true;
    return whenReady(find(item, context), (record) => {
      const admitted = context.decisions.decide(requirement, record) === 'CLEAR';
      if (!admitted) refuse(coordinate, requirement, context);
      return admitted;
    }) as MaybePromise<boolean>;
  };
  if (!Array.isArray(value)) return whenReady(admit(value), (admitted) => (admitted ? value : null));
  const verdicts = value.map(admit);
  const filter = (admitted: boolean[]) => value.filter((_, index) => admitted[index]);
  return verdicts.some((verdict) => verdict instanceof Promise)
    ? Promise.all(verdicts).then(filter)
    : filter(verdicts as boolean[]);
}

function recordFor(
  source: unknown,
  context: GuardContext,
  find: Finder<GuardContext> | undefined,
): MaybePromise<AccessRecord | null> {
  if (find !== undefined) return find(source, context);
  return (typeof source === 'object' && source !== null && context.recordOf.get(source)) || null;
}

function belongTo(record: AccessRecord, value: unknown, context: GuardContext): unknown {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'object' && item !== null) context.recordOf.set(item, record);
  }
  return value;
}

function refuse(coordinate: Coordinate, requirement: Requirement, context: GuardContext): void {
  if (context.decisions.refusal(requirement) === 'DENIED') context.notes.noteDenied(coordinate, requirement);
}

function emptyValue(field: GraphQLField<unknown, GuardContext>): unknown {
  return isListType(getNullableType(field.type)) ? [] : null;
}

function whenReady<Value>(value: MaybePromise<Value>, then: (value: Value) => unknown): unknown {
  return value instanceof Promise ? value.then(then) : then(value);
}
