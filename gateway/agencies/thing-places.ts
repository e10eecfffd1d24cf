import { type GraphQLSchema, isObjectType } from 'graphql';
import { isMutation } from '../access/requirements';
import { isData } from '../federation/execution/own';
import type { AskedPlaces } from './asked-places';
import { CHILD } from './child-keys';
import { targetOf } from './coordinates';

/**
 * Places of an operation for things with an id of their own, such as cases, with the number of children that each can be
 * about: only their agency knows which.
 */
export type ThingPlaces = ReadonlyMap<string, ThingPlace>;

interface ThingPlace {
  /** Children per object. */
  readonly each: number;
  /** Children of an object that is missing: it was refused, or failed. */
  readonly none: number;
  readonly below: ThingPlaces;
}

/** The most children of one case, or of the docket of one meeting. */
const MOST_CHILDREN = 50;

/** @param root whether these are places of the root: there, a child can be refused without being named. */
export function thingPlaces(schema: GraphQLSchema, places: AskedPlaces, root: boolean): ThingPlaces {
  const found = new Map<string, ThingPlace>();
  for (const [key, { coordinates, below }] of places) {
    const targets = [...coordinates].map((coordinate) => targetOf(schema, coordinate));
    // A mutation can act on another thing than it answers: confirming a proposal answers the child's assessment.
    const acts = [...coordinates].some(isMutation);
    const each = acts || targets.some((target) => isThing(schema, target)) ? MOST_CHILDREN : 0;
    const deeper = thingPlaces(schema, below, false);
    const none = each > 0 || deeper.size > 0 ? MOST_CHILDREN : root && targets.includes(CHILD) ? 1 : 0;
    if (none > 0) found.set(key, { each, none, below: deeper });
  }
  return found;
}

/** The most children that an answer can be about without naming them. */
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
