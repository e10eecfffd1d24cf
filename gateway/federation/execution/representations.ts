import { Kind } from 'graphql';
import { merge } from './merge';
import { type Data, own, put } from './own';
import type { RequiredSelection } from './plan';
import type { TypeConditions } from './type-conditions';

/** Makes the representation by which an agency identifies an object; null if a part of it is missing. */
export type Represent = (entity: Data) => Data | null;

/** @param requires the planner's selection of each object: keys and the fields of `@requires`. */
export function represented(requires: readonly RequiredSelection[], isOf: TypeConditions): Represent {
  const parts = requires.map((selection) => part(selection, isOf));
  return (entity) => {
    const representation: Data = {};
    return parts.every((take) => take(entity, representation)) ? representation : null;
  };
}

/** @returns false if a value is missing; its error was reported where it should have come from. */
type Part = (entity: Data, representation: Data) => boolean;

function part(selection: RequiredSelection, isOf: TypeConditions): Part {
  if (selection.kind === Kind.INLINE_FRAGMENT) {
    const { typeCondition, selections } = selection;
    const represent = represented(selections, isOf);
    return (entity, representation) => {
      if (typeCondition === undefined || !isOf(typeCondition, entity.__typename)) return true;
      const found = represent(entity);
      if (found !== null) merge(representation, found);
      return true;
    };
  }
  const key = selection.alias ?? selection.name;
  const represent = selection.selections && represented(selection.selections, isOf);
  const taken = (value: unknown): unknown => {
    if (represent === undefined || value === null) return value;
    return Array.isArray(value) ? value.map(taken) : represent(value as Data);
  };
  return (entity, representation) => {
    const value = own(entity, key);
    if (value === undefined) return false;
    put(representation, key, taken(value));
    return true;
  };
}
