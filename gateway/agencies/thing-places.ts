import { type GraphQLSchema, isObjectType } from 'graphql';
import { isMutation } from '../access/requirements';
import { isData } from '../federation/execution/own';
import type { AskedPlaces } from './asked-places';
import { CHILD } from './child-keys';
import { targetOf } from './coordinates';

/**
 * Places of an operation where things stand that have an id of their own, such as cases: whom they are about, their agency
 * alone knows. With how many children it can have looked at there.
 */
export type ThingPlaces = ReadonlyMap<string, ThingPlace>;

interface ThingPlace {
  /** Of each object. */
  readonly each: number;
  /** Where there is none: it was refused, or failed. */
  readonly none: number;
  readonly below: ThingPlaces;
}

/** Children of one case or of one meeting's docket, at most. */
const MOST_CHILDREN = 50;

/** @param root whether the places are those of an operation's root: there, a child can be refused without being named. */
export function thingPlaces(schema: GraphQLSchema, places: AskedPlaces, root: boolean): ThingPlaces {
  const found = new Map<string, ThingPlace>();
  for (const [key, { coordinates, below }] of places) {
    const targets = [...coordinates].map((coordinate) => targetOf(schema, coordinate));
    // What a mutation acts on need not be what it answers: a confirmed proposal answers the assessment of its child.
    const acts = [...coordinates].some(isMutation);
    const each = acts || targets.some((target) => isThing(schema, target)) ? MOST_CHILDREN : 0;
    const deeper = thingPlaces(schema, below, false);
    const none = each > 0 || deeper.size > 0 ? MOST_CHILDREN : root && targets.includes(CHILD) ? 1 : 0;
    if (none > 0) found.set(key, { each, none, below: deeper });
  }
  return found;
}

/** How many children an answer can be about that it does not name. */
export function childrenUnnamed(data: unknown, places: ThingPlaces): number {
  if (places.size === 0) return 0;
  if (Array.isArray(data)) return data.reduce((count: number, item) => count + childrenUnnamed(item, places), 0);
  let count = 0;
  for (const [key, { each, none, below }] of places) {
    const value = isData(data) ? data[key] : null;
    const objects = Array.isArray(value) ? value.length : 1;
    count += value === null || value === undefined ? none : objects * each + childrenUnnamed(value, below);
  }
  return count;
}

export function isThing(schema: GraphQLSchema, typeName: string): boolean {
  const type = schema.getType(typeName);
  return typeName !== CHILD && isObjectType(type) && 'id' in type.getFields();
}

export function isPage(schema: GraphQLSchema, typeName: string): boolean {
  const type = schema.getType(typeName);
  return isObjectType(type) && 'pageInfo' in type.getFields();
}
