import {
  type GraphQLCompositeType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import type { Path } from 'graphql/jsutils/Path';
import type { AccessOutcome } from '../../access/accesses';
import { placeOf } from '../../access/answers';
import type { ResourceAttributes } from '../../access/compile';
import { type Coordinate, classesOf, type Requirement } from '../../access/labels';
import type { MaskForm } from '../../access/mask';
import { CHILD_ID } from '../../domain/child-id';
import type { RequestedLabel } from './access-state';
import type { GuardContext } from './guarding';

/**
 * Collects accesses for the ledger. They depend on the operation's fields, down to the next object with its own record,
 * and never on data: two databases that differ only in a fact give the same accesses. Silent classes of a child's own
 * objects are recorded with the child as well, or they would tell whether there is such an object.
 */
export class AccessRecorder {
  private readonly schema: GraphQLSchema;
  private readonly isThing: (typeName: string) => boolean;
  private readonly labels: ReadonlyMap<Coordinate, RequestedLabel>;
  private readonly interned = new Map<string, RequestedLabel>();

  constructor(
    schema: GraphQLSchema,
    labels: ReadonlyMap<Coordinate, Requirement>,
    masks: ReadonlyMap<Coordinate, MaskForm>,
    isThing: (typeName: string) => boolean,
  ) {
    this.schema = schema;
    this.isThing = isThing;
    this.labels = new Map(
      [...labels].map(([coordinate, requirement]) => [coordinate, this.intern(requirement, masks.has(coordinate))]),
    );
  }

  /** Records a field of a record, and the objects below it as far as they belong to the same record. */
  field(
    coordinate: Coordinate,
    items: Requirement,
    source: unknown,
    record: ResourceAttributes,
    context: GuardContext,
    info: GraphQLResolveInfo,
  ): void {
    const child = childIn(source);
    const silent = child === undefined ? undefined : (one: Requirement) => context.decisions.refusal(one) === 'ABSENT';
    const own = subjectsOf(record).length === 0 ? [] : items;
    const asked = this.askedFor(coordinate, own, context, info, silent);
    // A child has one record for all its fields; other objects can share a child.
    if (child !== undefined) this.noteOnce(asked, record, child, context);
    else this.noteEach(asked, record, subjectsOf(record), context);
  }

  /** Records a refusal, with or without a record. */
  refused(unmet: Requirement, children: readonly string[], context: GuardContext): void {
    this.noteNamed(unmet, 'refused', children, context);
  }

  written(requirement: Requirement, children: readonly string[], context: GuardContext): void {
    this.noteNamed(requirement, 'written', children, context);
  }

  /**
   * Records a root field that has found an object, or a list that SQL has filtered.
   *
   * @param named children in the list's arguments: the list is about them, whatever it contains.
   */
  root(
    requirements: readonly Requirement[],
    record: ResourceAttributes | undefined,
    context: GuardContext,
    info: GraphQLResolveInfo,
    named: readonly string[] = [],
  ): void {
    const own = requirements.map((requirement) => this.intern(requirement, false));
    context.accessState.roots.set(String(info.path.key), own);
    this.noteEach([...own, ...this.below(info)], record, subjectsOf(record), context);
    for (const child of named) this.note(own, record, child, context);
  }

  /** Records children at a place of the answer: found by its root field's requirement and their own. */
  found(value: unknown, items: Requirement, context: GuardContext, { path }: GraphQLResolveInfo): void {
    const children = [value]
      .flat()
      .map(childIn)
      .filter((child) => child !== undefined);
    if (children.length === 0) return;
    context.accesses.place([...placeOf(path), ...(Array.isArray(value) ? ['@'] : [])], children);
    const asked = [...(context.accessState.roots.get(rootKey(path)) ?? []), this.intern(items, false)];
    for (const child of children) this.note(asked, undefined, child, context);
  }

  /** The requirement of a field of the operation, with everything below it. */
  private askedFor(
    coordinate: Coordinate,
    items: Requirement,
    context: GuardContext,
    info: GraphQLResolveInfo,
    silent?: (requirement: Requirement) => boolean,
  ): readonly RequestedLabel[] {
    const known = context.accessState.asked.get(info.fieldNodes);
    if (known !== undefined) return known;
    const own = this.labels.get(coordinate);
    const asked = new Set([
      ...(own === undefined ? [] : [own]),
      this.intern(items, false),
      ...this.below(info, silent),
    ]);
    const all = [...asked];
    context.accessState.asked.set(info.fieldNodes, all);
    return all;
  }

  /** @param silent goes on into objects with their own records, for the requirements that it holds of. */
  private below(info: GraphQLResolveInfo, silent?: (requirement: Requirement) => boolean): ReadonlySet<RequestedLabel> {
    const asked = new Set<RequestedLabel>();
    const collect = (type: GraphQLCompositeType, nodes: GraphQLResolveInfo['fieldNodes'], within = false): void => {
      for (const possible of isObjectType(type) ? [type] : this.schema.getPossibleTypes(type)) {
        // An object with its own record is recorded where it is decided.
        const thing = this.isThing(possible.name);
        if (thing && (silent === undefined || possible.name === 'Child')) continue;
        const { schema, fragments, variableValues } = info;
        for (const [, subfields] of collectSubfields(schema, fragments, variableValues, possible, nodes as never)) {
          const name = subfields[0]?.name.value ?? '';
          const label = this.labels.get(`${possible.name}.${name}`);
          if (label !== undefined && (!(within || thing) || silent?.(label.requirement))) asked.add(label);
          const target = getNamedType(possible.getFields()[name]?.type);
          if (isCompositeType(target)) collect(target, subfields, within || thing);
        }
      }
    };
    const target = getNamedType(info.returnType);
    if (isCompositeType(target)) collect(target, info.fieldNodes);
    return asked;
  }

  private noteOnce(
    asked: readonly RequestedLabel[],
    record: ResourceAttributes,
    child: string,
    context: GuardContext,
  ): void {
    const { noted } = context.accessState;
    for (const one of asked) {
      let children = noted.get(one);
      if (children === undefined) {
        children = new Set();
        noted.set(one, children);
      }
      if (children.has(child)) continue;
      children.add(child);
      this.note([one], record, child, context);
    }
  }

  private noteEach(
    asked: readonly RequestedLabel[],
    record: ResourceAttributes | undefined,
    children: readonly string[],
    context: GuardContext,
  ): void {
    if (children.length === 0) this.note(asked, record, undefined, context);
    for (const child of children) this.note(asked, record, child, context);
  }

  private note(
    asked: readonly RequestedLabel[],
    record: ResourceAttributes | undefined,
    child: string | undefined,
    { decisions, accesses }: GuardContext,
  ): void {
    for (const { requirement, maskable } of asked) {
      for (const look of decisions.accesses(requirement, record, maskable)) accesses.note(look, child);
    }
  }

  /** Names the first of alternatives, as refusals do. */
  private noteNamed(
    requirement: Requirement,
    answer: AccessOutcome,
    children: readonly string[],
    { accesses }: GuardContext,
  ): void {
    for (const dataClass of classesOf(requirement.map((sets) => sets.slice(0, 1)))) {
      if (children.length === 0) accesses.note({ dataClass, answer }, undefined);
      for (const child of children) accesses.note({ dataClass, answer }, child);
    }
  }

  private intern(requirement: Requirement, maskable: boolean): RequestedLabel {
    const key = JSON.stringify([requirement, maskable]);
    const asked = this.interned.get(key) ?? { requirement, maskable };
    this.interned.set(key, asked);
    return asked;
  }
}

/** The child that a resolver's object represents, by its key. */
export function childIn(source: unknown): string | undefined {
  const id = typeof source === 'object' && source !== null ? (source as { id?: unknown }).id : undefined;
  return typeof id === 'string' && CHILD_ID.test(id) ? id : undefined;
}

/** The children that a record is about. */
export function subjectsOf(record: ResourceAttributes | undefined): readonly string[] {
  // Rows have null for none, such as a clue that is not linked yet.
  return record?.child ? [record.child] : (record?.about ?? []);
}

function rootKey(path: Path): string {
  let root = path;
  while (root.prev !== undefined) root = root.prev;
  return String(root.key);
}
