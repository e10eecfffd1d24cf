import {
  defaultFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { nameOf, placeOf } from '../../access/answers';
import type { ResourceAttributes } from '../../access/compile';
import type { Decisions } from '../../access/decide';
import { type Coordinate, type Requirement, requirementToExist } from '../../access/labels';
import type { MaskForm } from '../../access/mask';
import { failure } from '../../protocol/errors';
import { type AccessRecorder, childIn } from './guard-accesses';
import {
  belongTo,
  emptyValue,
  type Field,
  type GuardContext,
  note,
  type Resolve,
  recordFor,
  refuse,
  whenReady,
} from './guarding';
import type { Finder, MaybePromise } from './resource-finders';

/** Everything known about a field before any request. */
export interface FieldGuard {
  /** Its coordinate, for reports. */
  readonly coordinate: Coordinate;
  /** Undefined if neither the field nor its type has a label. */
  readonly requirement: Requirement | undefined;
  /** Finds the record of its parent object. */
  readonly find: Finder<GuardContext> | undefined;
  readonly items: ItemGuard | undefined;
  readonly container: ContainerGuard | undefined;
  readonly mask: ((value: string) => string) | undefined;
  readonly accesses: AccessRecorder;
}

/** The guard of the objects that a field returns, if they have their own records. */
export interface ItemGuard {
  readonly requirement: Requirement;
  readonly find: Finder<GuardContext>;
}

/** @returns undefined if the field's objects belong to the record through which they were reached. */
export function itemGuard(
  schema: GraphQLSchema,
  typeName: string,
  find: Finder<GuardContext> | undefined,
): ItemGuard | undefined {
  const requirement = requirementToExist(schema, typeName);
  return find === undefined || requirement.length === 0 ? undefined : { requirement, find };
}

/** The labelled fields of an unlabelled object, which exists only for them. */
export type ContainerGuard = ReadonlyMap<string, { readonly requirement: Requirement; readonly maskable: boolean }>;

/** @returns undefined for a type without labelled fields or with its own record. */
export function containerGuard(
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

/** Wraps one field: decides by its record, resolves, then decides about the returned objects, or masks. */
export function guardField(field: Field, guard: FieldGuard): void {
  const { coordinate, requirement, find, items, container, mask, accesses } = guard;
  const resolve = (field.resolve ?? defaultFieldResolver) as Resolve;
  // A page of a list has neither label nor record: its root field has recorded it.
  const tells = requirement !== undefined || find !== undefined;
  const refused = (context: GuardContext, info: GraphQLResolveInfo, by: Requirement): unknown => {
    refuse(coordinate, by, context, info);
    // A refused non-null field is reported by an error; compose allows no silent one.
    if (isNonNullType(field.type) && !isListType(field.type.ofType)) {
      throw failure('UNAUTHORIZED_FIELD_OR_TYPE', undefined, { coordinate, dataClass: nameOf(by) });
    }
    return emptyValue(field);
  };
  const unlooked = (source: unknown, context: GuardContext, info: GraphQLResolveInfo, unmet: Requirement): unknown => {
    const child = childIn(source);
    accesses.refused(unmet, child === undefined ? [] : [child], context);
    return refused(context, info, unmet);
  };
  const guarded: Resolve = (source, args, context, info) => {
    const { decisions } = context;
    // No lookup if no record could make a difference.
    if (requirement !== undefined && !decisions.possible(requirement, mask !== undefined)) {
      return unlooked(source, context, info, decisions.unmet(requirement, undefined, mask !== undefined));
    }
    if (items !== undefined && tells && !decisions.possible(items.requirement)) {
      return unlooked(source, context, info, decisions.unmet(items.requirement, undefined));
    }
    return whenReady(recordFor(source, context, find), (record) => {
      if (find !== undefined && record !== null) {
        accesses.field(coordinate, items?.requirement ?? [], source, record, context, info);
      }
      const answer = requirement && decisions.decide(requirement, record, mask !== undefined);
      if (requirement !== undefined && answer !== 'CLEAR' && answer !== 'MASKED') {
        const silent = () => refused(context, info, decisions.unmet(requirement, record, mask !== undefined));
        // Refused for a fact of the record: the same statements run as without the fact.
        return decisions.tellsFact(requirement) ? whenReady(resolve(source, args, context, info), silent) : silent();
      }
      if (container !== undefined && !opens(container, record, decisions)) {
        refuseContents(field, container, context, info);
        return emptyValue(field);
      }
      return whenReady(resolve(source, args, context, info), (value) => {
        if (answer === 'MASKED') return masked(value, coordinate, mask, context);
        if (items === undefined) {
          accesses.found(value, [], context, info);
          return belongTo(record, value, context);
        }
        return whenReady(admitted(value, items, context), (rest) => {
          accesses.found(rest, items.requirement, context, info);
          const none = rest === null || (Array.isArray(rest) && rest.length === 0);
          // Recorded by the parent, whether or not there are any objects.
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
function opens(container: ContainerGuard, record: ResourceAttributes | null, decisions: Decisions): boolean {
  return [...container.values()].some(({ requirement, maskable }) => {
    const answer = decisions.decide(requirement, record, maskable);
    return answer === 'CLEAR' || answer === 'MASKED';
  });
}

/** A refused container reports the requested fields in it. */
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

/** A missing value is not reported as masked, because the report would show whether there is a value. */
function masked(value: unknown, coordinate: Coordinate, mask: FieldGuard['mask'], context: GuardContext): unknown {
  if (typeof value !== 'string' || mask === undefined) return null;
  context.notes.noteMasked(coordinate);
  return mask(value);
}

/** Removes an object that is hidden from the caller from a list; elsewhere it becomes null. */
function admitted(value: unknown, { requirement, find }: ItemGuard, context: GuardContext): unknown {
  const admit = (item: unknown): MaybePromise<boolean> => {
    if (typeof item !== 'object' || item === null) return true;
    return whenReady(
      find(item, context),
      (record) => context.decisions.decide(requirement, record) === 'CLEAR',
    ) as MaybePromise<boolean>;
  };
  if (!Array.isArray(value)) return whenReady(admit(value), (isAdmitted) => (isAdmitted ? value : null));
  const admitted = value.map(admit);
  const filter = (admissions: boolean[]) => value.filter((_, index) => admissions[index]);
  return admitted.some((isAdmitted) => isAdmitted instanceof Promise)
    ? Promise.all(admitted).then(filter)
    : filter(admitted as boolean[]);
}
