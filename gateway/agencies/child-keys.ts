import { type GraphQLSchema, getNamedType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { isData } from '../federation/execution/own';
import type { AskedPlaces } from './asked-places';

/** The name under which a fetch asks for keys. No client's: names that begin with two underscores are GraphQL's own. */
export const KEY = '__id';

export const CHILD = 'Child';

const CHILD_KEY = `${CHILD}.id`;

/** Asks for the key of every child that an operation leads to, so that the answer says who is in it. */
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

/** Where an operation asks for keys of children: by response key, with what is below. */
export type ChildKeys = ReadonlyMap<string, ChildKeys | typeof IS_KEY>;

const IS_KEY = Symbol('the key of a child');

export function childKeysIn(places: AskedPlaces): ChildKeys {
  const keys = new Map<string, ChildKeys | typeof IS_KEY>();
  for (const [key, { coordinates, below }] of places) {
    if (coordinates.has(CHILD_KEY)) keys.set(key, IS_KEY);
    const deeper = childKeysIn(below);
    if (deeper.size > 0) keys.set(key, deeper);
  }
  return keys;
}

/** Adds the children that stand in an answer. */
export function addChildren(data: unknown, keys: ChildKeys, children: Set<string>): void {
  if (Array.isArray(data)) {
    for (const item of data) addChildren(item, keys, children);
    return;
  }
  if (!isData(data)) return;
  for (const [key, below] of keys) {
    const value = data[key];
    if (below !== IS_KEY) addChildren(value, below, children);
    else if (typeof value === 'string') children.add(value);
  }
}
