import { type GraphQLSchema, getNamedType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { isData } from '../federation/execution/own';
import type { AskedPlaces } from './asked-places';

/** The response key of children's ids in a fetch. Clients cannot use it: GraphQL reserves names with two underscores. */
export const KEY = '__id';

export const CHILD = 'Child';

const CHILD_KEY = `${CHILD}.id`;

/** Selects the id of every child in an operation, so the answer names its children. */
export function withChildKeys(schema: GraphQLSchema, query: string): string {
  const types = new TypeInfo(schema);
  const ends: number[] = [];
  visit(
    parse(query),
    visitWithTypeInfo(types, {
      Field({ selectionSet }) {
        const end = selectionSet?.loc?.end;
        if (end !== undefined && getNamedType(types.getType())?.name === CHILD) ends.push(end - 1);
      },
    }),
  );
  return ends
    .sort((one, other) => other - one)
    .reduce((text, end) => `${text.slice(0, end)} ${KEY}:id${text.slice(end)}`, query);
}

/**
 * The places at which an operation selects children's ids. An array instead of a map, because it is iterated for every
 * answer.
 */
export type ChildKeys = readonly ChildKeyPlace[];

interface ChildKeyPlace {
  /** The response key. */
  readonly key: string;
  /** The places below; undefined for the id of a child itself. */
  readonly below: ChildKeys | undefined;
}

export function childKeysIn(places: AskedPlaces): ChildKeys {
  const keys: ChildKeyPlace[] = [];
  for (const [key, { coordinates, below }] of places) {
    const deeper = childKeysIn(below);
    if (coordinates.has(CHILD_KEY)) keys.push({ key, below: undefined });
    else if (deeper.length > 0) keys.push({ key, below: deeper });
  }
  return keys;
}

/** Adds the ids of the children in an answer. */
export function addChildren(data: unknown, keys: ChildKeys, children: Set<string>): void {
  if (Array.isArray(data)) {
    for (const item of data) addChildren(item, keys, children);
    return;
  }
  if (!isData(data)) return;
  for (const { key, below } of keys) {
    const value = data[key];
    if (below !== undefined) addChildren(value, below, children);
    else if (typeof value === 'string') children.add(value);
  }
}
