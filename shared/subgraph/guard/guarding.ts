import { type GraphQLField, type GraphQLResolveInfo, getNullableType, isListType } from 'graphql';
import type { AccessCollector } from '../../access/accesses';
import { type AnswerNotes, type AnswerPath, placeOf } from '../../access/answers';
import type { ResourceAttributes } from '../../access/compile';
import type { Decisions } from '../../access/decide';
import type { Coordinate, Requirement } from '../../access/labels';
import type { AccessState } from './access-state';
import type { Finder, MaybePromise } from './resource-finders';

/** What the guard needs from a request. */
export interface GuardContext {
  readonly decisions: Decisions;
  readonly notes: AnswerNotes;
  readonly accesses: AccessCollector;
  readonly accessState: AccessState;
  /**
   * The records that objects belong to. A nested object belongs to its parent's record; an object that can be reached
   * in several ways needs its own finder.
   */
  readonly resourceOf: WeakMap<object, ResourceAttributes>;
}

/** A field's resolver, as the guard sees it. */
export type Resolve = (source: unknown, args: unknown, context: GuardContext, info: GraphQLResolveInfo) => unknown;
export type Field = GraphQLField<unknown, GuardContext>;

/** The attributes of a field's parent object for rules; null if there is no such record. */
export function recordFor(
  source: unknown,
  context: GuardContext,
  find: Finder<GuardContext> | undefined,
): MaybePromise<ResourceAttributes | null> {
  if (find !== undefined) return find(source, context);
  return (typeof source === 'object' && source !== null && context.resourceOf.get(source)) || null;
}

/** Associates an object with the record through which it was reached. @returns the object. */
export function belongTo(record: ResourceAttributes | null, value: unknown, context: GuardContext): unknown {
  if (record === null) return value;
  for (const item of Array.isArray(value) ? value : [value]) {
    if (typeof item === 'object' && item !== null) context.resourceOf.set(item, record);
  }
  return value;
}

/** Reports a refused field if its refusal is visible. */
export function refuse(
  coordinate: Coordinate,
  requirement: Requirement,
  context: GuardContext,
  { path }: GraphQLResolveInfo,
): void {
  note(coordinate, requirement, context, placeOf(path));
}

/** Reports a refused field at a place in the answer that is never resolved. */
export function note(
  coordinate: Coordinate,
  requirement: Requirement,
  { decisions, notes }: GuardContext,
  path: AnswerPath,
): void {
  if (decisions.refusal(requirement) === 'DENIED') notes.noteDenied(coordinate, requirement, path);
}

/** The value of missing data. */
export function emptyValue(field: Field): unknown {
  return isListType(getNullableType(field.type)) ? [] : null;
}

/** Continues synchronously with a value that is not a promise, as for most fields. */
export function whenReady<Value>(value: MaybePromise<Value>, then: (value: Value) => unknown): unknown {
  return value instanceof Promise ? value.then(then) : then(value);
}
