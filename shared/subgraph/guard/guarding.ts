import { type GraphQLField, type GraphQLResolveInfo, getNullableType, isListType } from 'graphql';
import type { AccessCollector } from '../../access/accesses';
import { type AnswerNotes, type AnswerPath, placeOf } from '../../access/answers';
import type { ResourceAttributes } from '../../access/compile';
import type { Decisions } from '../../access/decide';
import type { Coordinate, Requirement } from '../../access/labels';
import type { AccessState } from './access-state';
import type { Finder, MaybePromise } from './resource-finders';

/** What the guard needs of a request; a subgraph's resolver context extends it. */
export interface GuardContext {
  readonly decisions: Decisions;
  readonly notes: AnswerNotes;
  readonly accesses: AccessCollector;
  readonly accessState: AccessState;
  /**
   * Nested objects belong to the record of the object that they were reached through. Objects that can be reached in
   * more than one way need a finder of their own.
   */
  readonly resourceOf: WeakMap<object, ResourceAttributes>;
}

/** A field's resolver, as the guard meets it. */
export type Resolve = (source: unknown, args: unknown, context: GuardContext, info: GraphQLResolveInfo) => unknown;
export type Field = GraphQLField<unknown, GuardContext>;

/** What rules may look at of the object that a field stands on; null where the agency knows of no such thing. */
export function recordFor(
  source: unknown,
  context: GuardContext,
  find: Finder<GuardContext> | undefined,
): MaybePromise<ResourceAttributes | null> {
  if (find !== undefined) return find(source, context);
  return (typeof source === 'object' && source !== null && context.resourceOf.get(source)) || null;
}

/** Lets what was reached through a record be decided by it, too. @returns the value. */
export function belongTo(record: ResourceAttributes | null, value: unknown, context: GuardContext): unknown {
  if (record === null) return value;
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'object' && item !== null) context.resourceOf.set(item, record);
  }
  return value;
}

/** Tells of a refused field where its classes say so. */
export function refuse(
  coordinate: Coordinate,
  requirement: Requirement,
  context: GuardContext,
  { path }: GraphQLResolveInfo,
): void {
  note(coordinate, requirement, context, placeOf(path));
}

/** The same for a place in the answer that is not resolved. */
export function note(
  coordinate: Coordinate,
  requirement: Requirement,
  { decisions, notes }: GuardContext,
  path: AnswerPath,
): void {
  if (decisions.refusal(requirement) === 'DENIED') notes.noteDenied(coordinate, requirement, path);
}

/** What "no data" accesses like. */
export function emptyValue(field: Field): unknown {
  return isListType(getNullableType(field.type)) ? [] : null;
}

/** Goes on at once where there is nothing to wait for: most fields have their value already. */
export function whenReady<Value>(value: MaybePromise<Value>, then: (value: Value) => unknown): unknown {
  return value instanceof Promise ? value.then(then) : then(value);
}
