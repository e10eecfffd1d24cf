import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Coordinate } from '../../shared/access/labels';
import type { Fragments } from '../request/operation';

/** The part of an operation under one response key. */
export interface AskedPlace {
  /** The fields that may be answered there: several below an interface or a union. */
  readonly coordinates: ReadonlySet<Coordinate>;
  readonly below: AskedPlaces;
}

/** By response key. */
export type AskedPlaces = ReadonlyMap<string, AskedPlace>;

/**
 * Every place that an answer to an operation can have, for all values of its conditions. An agency may report on these
 * places only.
 *
 * @param root type of the operation; undefined if only type conditions tell, as below `_entities`.
 */
export function askedPlaces(
  schema: GraphQLSchema,
  fragments: Fragments,
  root: GraphQLNamedType | undefined,
  selections: SelectionSetNode,
): AskedPlaces {
  const places = new Map<string, MutablePlace>();
  collect(selections, root, places);
  return places;

  function collect(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    into: Map<string, MutablePlace>,
  ): void {
    for (const node of selections) {
      if (node.kind !== Kind.FIELD) {
        const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments[node.name.value] : node;
        if (fragment === undefined) continue;
        const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value);
        // A type condition does not lead to another object.
        collect(fragment.selectionSet, isObjectType(type) ? type : (condition ?? type), into);
        continue;
      }
      const key = node.alias?.value ?? node.name.value;
      let place = into.get(key);
      if (place === undefined) {
        place = { coordinates: new Set(), below: new Map() };
        into.set(key, place);
      }
      let target: GraphQLNamedType | undefined;
      for (const possible of possibleTypes(type)) {
        const field = possible.getFields()[node.name.value];
        if (field === undefined) continue;
        place.coordinates.add(`${possible.name}.${field.name}`);
        target = getNamedType(field.type);
      }
      if (node.selectionSet !== undefined) collect(node.selectionSet, target, place.below);
    }
  }

  function possibleTypes(type: GraphQLNamedType | undefined) {
    if (isObjectType(type)) return [type];
    return isCompositeType(type) && isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  }
}

/** The element of a list, in paths that agencies report. */
const ELEMENT = '@';

/** Follows a path of response keys, and skips its list elements: `@` or a number. */
export function placeAt(places: AskedPlaces, path: readonly unknown[]): AskedPlace | undefined {
  let place: AskedPlace | undefined;
  for (const step of path) {
    if (place !== undefined && (step === ELEMENT || (Number.isInteger(step) && (step as number) >= 0))) continue;
    place = typeof step === 'string' ? (place?.below ?? places).get(step) : undefined;
    if (place === undefined) return undefined;
  }
  return place;
}

/** The number of places, counting each field that may be answered there. */
export function numberOf(places: AskedPlaces): number {
  let count = 0;
  for (const { coordinates, below } of places.values()) count += Math.max(coordinates.size, 1) + numberOf(below);
  return count;
}

// Private:

interface MutablePlace {
  readonly coordinates: Set<Coordinate>;
  readonly below: Map<string, MutablePlace>;
}
