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
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { failure } from '../errors';
import { type AnswerNotes, type AnswerPath, nameOf, placeOf } from './answers';
import type { AccessRecord } from './compile';
import type { AccessRules, Decisions } from './decide';
import { type Coordinate, type Requirement, readLabels, readMasks, requirementToExist } from './labels';
import { MASKS, type MaskForm } from './mask';
import {
  type FilteredInSql,
  type Finder,
  filtersInUse,
  type MaybePromise,
  type RecordFinders,
  type RootFinder,
} from './record-finders';

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
type Field = GraphQLField<unknown, GuardContext>;

/**
 * Wraps every field of a subgraph's schema, in place: decide first, resolve after, so that a refused field runs no SQL.
 * A refused field answers null, or [] where it is a list, exactly as "no data" does; only DENIED is noted. A masked one
 * is masked here, after its resolver. Keys are left alone, and references are cut down to them.
 *
 * @returns the labels of the schema, for lists that filter in SQL.
 * @throws where a root field has no label, or no way to decide about it: it would be open to everybody; and where a list
 *   cannot ask SQL what its rules ask.
 */
export function guardSchema<Context extends GuardContext>(
  schema: GraphQLSchema,
  finders: RecordFinders<Context>,
  rules: AccessRules,
): ReadonlyMap<Coordinate, Requirement> {
  const labels = readLabels(schema);
  const masks = readMasks(schema);
  const finderOf = (typeName: string) => finders[typeName] as Finder<GuardContext> | undefined;
  const queryType = schema.getQueryType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || type.name === '_Service') continue;
    guardReferences(type);
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      const requirement = labels.get(coordinate);
      if (type === queryType) {
        // What they lead to is guarded as it is everywhere.
        if (field.name === '_entities' || field.name === '_service') continue;
        guardRootField(field, coordinate, requirement, finders[coordinate] as RootFinder<GuardContext>, labels, rules);
      } else if (requirement !== undefined || !isLeafType(getNamedType(field.type))) {
        const target = getNamedType(field.type).name;
        const mask = masks.get(coordinate);
        guardField(field, {
          coordinate,
          requirement,
          find: finderOf(type.name),
          items: itemGuard(schema, target, finderOf(target)),
          container:
            requirement === undefined ? containerGuard(schema, target, finderOf(target), labels, masks) : undefined,
          mask: mask && MASKS[mask],
        });
      }
    }
  }
  return labels;
}

interface FieldGuard {
  readonly coordinate: Coordinate;
  readonly requirement: Requirement | undefined;
  readonly find: Finder<GuardContext> | undefined;
  readonly items: ItemGuard | undefined;
  readonly container: ContainerGuard | undefined;
  readonly mask: ((value: string) => string) | undefined;
}

/** How to decide about the objects that a field leads to, where they are things of their own. */
interface ItemGuard {
  readonly requirement: Requirement;
  readonly find: Finder<GuardContext>;
}

function itemGuard(
  schema: GraphQLSchema,
  typeName: string,
  find: Finder<GuardContext> | undefined,
): ItemGuard | undefined {
  const requirement = requirementToExist(schema, typeName);
  return find === undefined || requirement.length === 0 ? undefined : { requirement, find };
}

/** The labelled fields of an object without a label, which is there for their sake only. */
type ContainerGuard = ReadonlyMap<string, { readonly requirement: Requirement; readonly maskable: boolean }>;

function containerGuard(
  schema: GraphQLSchema,
  typeName: string,
  find: Finder<GuardContext> | undefined,
  labels: ReadonlyMap<Coordinate, Requirement>,
  masks: ReadonlyMap<Coordinate, MaskForm>,
): ContainerGuard | undefined {
  const type = schema.getType(typeName);
  if (!isObjectType(type) || find !== undefined) return undefined;
  const fields = new Map<string, { requirement: Requirement; maskable: boolean }>();
  for (const name of Object.keys(type.getFields())) {
    const coordinate = `${typeName}.${name}`;
    const requirement = labels.get(coordinate);
    if (requirement !== undefined) fields.set(name, { requirement, maskable: masks.has(coordinate) });
  }
  return fields.size === 0 ? undefined : fields;
}

/**
 * A reference is read for its key and nothing else, so that no other field of it, which any holder of a signed context
 * could make up, is ever taken for the agency's own. It echoes the key and looks nothing up.
 */
function guardReferences(type: GraphQLObjectType): void {
  const extensions = type.extensions as { apollo?: { subgraph?: { resolveReference?: ResolveReference } } };
  const subgraph = extensions.apollo?.subgraph;
  const resolve = subgraph?.resolveReference;
  if (subgraph === undefined || resolve === undefined) return;
  subgraph.resolveReference = ({ __typename, id }, context, info) => resolve({ __typename, id }, context, info);
}

type ResolveReference = (
  reference: { readonly __typename?: unknown; readonly id?: unknown },
  context: unknown,
  info: unknown,
) => unknown;

/**
 * A root field that finds one thing is decided by that thing's record, and answers null where there is none, provided
 * that the caller could have been answered at all. One that lists things filters in SQL and is decided row by row
 * there (`visibleRows`); its resolver answers an empty page to a caller who may know of no row.
 */
function guardRootField(
  field: Field,
  coordinate: Coordinate,
  requirement: Requirement | undefined,
  find: RootFinder<GuardContext>,
  labels: ReadonlyMap<Coordinate, Requirement>,
  rules: AccessRules,
): void {
  if (requirement === undefined) throw new Error(`The root field ${coordinate} has no label.`);
  if (find === undefined)
    throw new Error(`The root field ${coordinate} has neither a record finder nor filteredInSql.`);
  const list = typeof find !== 'function';
  if (list) refuseUntranslatable(coordinate, requirement, find, labels, rules);
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    const impossible = decisions.unmet(requirement, undefined);
    if (impossible.length > 0) {
      refuse(coordinate, impossible, context, info);
      return list ? resolve(source, args, context, info) : emptyValue(field);
    }
    if (list) {
      for (const filter of filtersInUse(find, args as object)) {
        const unmet = decisions.unmet(labels.get(filter) ?? [], undefined);
        if (unmet.length > 0) refuse(filter, unmet, context, info);
      }
      return resolve(source, args, context, info);
    }
    return whenReady(find(args, context), (record) => {
      if (record === null) return emptyValue(field);
      const unmet = decisions.unmet(requirement, record);
      if (unmet.length === 0) {
        return whenReady(resolve(source, args, context, info), (value) => belongTo(record, value, context));
      }
      refuse(coordinate, unmet, context, info);
      return emptyValue(field);
    });
  };
  field.resolve = guarded as typeof field.resolve;
}

function refuseUntranslatable(
  coordinate: Coordinate,
  requirement: Requirement,
  { columns, filters }: FilteredInSql,
  labels: ReadonlyMap<Coordinate, Requirement>,
  rules: AccessRules,
): void {
  const asked = [requirement, ...Object.keys(filters).map((filter) => labels.get(filter) ?? [])].flat();
  const [fault] = rules.translationFaults(asked, columns);
  if (fault !== undefined) throw new Error(`${coordinate}: ${fault}`);
}

function guardField(field: Field, guard: FieldGuard): void {
  const { coordinate, requirement, find, items, container, mask } = guard;
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  // A page of a list is neither labelled nor a thing: its root field has told already.
  const tells = requirement !== undefined || find !== undefined;
  const refused = (context: GuardContext, info: GraphQLResolveInfo, by: Requirement): unknown => {
    refuse(coordinate, by, context, info);
    // Whoever asks for a field that cannot be null is told by an error what took its place; compose allows no silent one.
    if (isNonNullType(field.type) && !isListType(field.type.ofType)) {
      throw failure('UNAUTHORIZED_FIELD_OR_TYPE', undefined, { coordinate, dataClass: nameOf(by) });
    }
    return emptyValue(field);
  };
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    // Nothing is looked up where no record could make a difference.
    const impossible = [
      ...decisions.unmet(requirement ?? [], undefined, mask !== undefined),
      ...(tells ? decisions.unmet(items?.requirement ?? [], undefined) : []),
    ];
    if (impossible.length > 0) return refused(context, info, impossible);
    return whenReady(recordFor(source, context, find), (record) => {
      const answer = requirement && decisions.decide(requirement, record, mask !== undefined);
      if (requirement !== undefined && answer !== 'CLEAR' && answer !== 'MASKED') {
        return refused(context, info, decisions.unmet(requirement, record, mask !== undefined));
      }
      if (container !== undefined && !opens(container, record, decisions)) {
        refuseContents(field, container, context, info);
        return emptyValue(field);
      }
      return whenReady(resolve(source, args, context, info), (value) => {
        if (answer === 'MASKED') return masked(value, coordinate, mask, context);
        if (items === undefined) return belongTo(record, value, context);
        return whenReady(admitted(value, items, context), (rest) => {
          const none = rest === null || (Array.isArray(rest) && rest.length === 0);
          // Told by what the things hang on and never by whether there are any.
          // What cannot be null says what took its place, whatever it hangs on.
          const taken = rest === null && value !== null && isNonNullType(field.type);
          const unmet = taken ? items.requirement : none && tells ? decisions.unmet(items.requirement, record) : [];
          return unmet.length > 0 ? refused(context, info, unmet) : rest;
        });
      });
    });
  };
  field.resolve = guarded as typeof field.resolve;
}

/** Whether any field of a container is answered. */
function opens(container: ContainerGuard, record: AccessRecord | null, decisions: Decisions): boolean {
  return [...container.values()].some(({ requirement, maskable }) => {
    const answer = decisions.decide(requirement, record, maskable);
    return answer === 'CLEAR' || answer === 'MASKED';
  });
}

/** A container that stays shut tells of the fields that were asked for in it. */
function refuseContents(
  field: Field,
  container: ContainerGuard,
  context: GuardContext,
  info: GraphQLResolveInfo,
): void {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return;
  const { schema, fragments, variableValues, fieldNodes } = info;
  const selected = collectSubfields(schema, fragments, variableValues, type, fieldNodes);
  for (const [key, [node]] of selected) {
    const requirement = container.get(node?.name.value ?? '')?.requirement;
    if (requirement === undefined) continue;
    note(`${type.name}.${node?.name.value}`, requirement, context, [...placeOf(info.path), key]);
  }
}

/** A mask on nothing says nothing: whether a value is there must not show by its being told. */
function masked(value: unknown, coordinate: Coordinate, mask: FieldGuard['mask'], context: GuardContext): unknown {
  if (typeof value !== 'string' || mask === undefined) return null;
  context.notes.noteMasked(coordinate);
  return mask(value);
}

/** A thing that may not be there for this caller is not: it is left out of a list, and null where it stands alone. */
function admitted(value: unknown, { requirement, find }: ItemGuard, context: GuardContext): unknown {
  const admit = (item: unknown): MaybePromise<boolean> => {
    if (typeof item !== 'object' || item === null) return true;
    return whenReady(
      find(item, context),
      (record) => context.decisions.decide(requirement, record) === 'CLEAR',
    ) as MaybePromise<boolean>;
  };
  if (!Array.isArray(value)) return whenReady(admit(value), (verdict) => (verdict ? value : null));
  const verdicts = value.map(admit);
  const filter = (admissions: boolean[]) => value.filter((_, index) => admissions[index]);
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

function belongTo(record: AccessRecord | null, value: unknown, context: GuardContext): unknown {
  if (record === null) return value;
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'object' && item !== null) context.recordOf.set(item, record);
  }
  return value;
}

function refuse(
  coordinate: Coordinate,
  requirement: Requirement,
  context: GuardContext,
  { path }: GraphQLResolveInfo,
): void {
  note(coordinate, requirement, context, placeOf(path));
}

function note(
  coordinate: Coordinate,
  requirement: Requirement,
  { decisions, notes }: GuardContext,
  path: AnswerPath,
): void {
  if (decisions.refusal(requirement) === 'DENIED') notes.noteDenied(coordinate, requirement, path);
}

function emptyValue(field: Field): unknown {
  return isListType(getNullableType(field.type)) ? [] : null;
}

function whenReady<Value>(value: MaybePromise<Value>, then: (value: Value) => unknown): unknown {
  return value instanceof Promise ? value.then(then) : then(value);
}
