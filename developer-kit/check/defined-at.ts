import type { Agency } from '../../shared/domain/agencies';
import { type Definitions, placesOf } from './definitions';
import type { Place } from './finding';
import type { Reading } from './reading';

/** Finds the agencies that define an element, and the places. Removed elements are found in the committed state. */
export function definedAt(
  { before, after }: Reading,
  coordinate: string,
): { readonly agencies: readonly Agency[]; readonly places: readonly Place[] } {
  const now = found(
    [...after.agencies.values()].map(({ agency, definitions }) => [agency, definitions]),
    coordinate,
  );
  const all = now.length > 0 ? now : found([...before.definitions], coordinate, before.name);
  return { agencies: all.map(({ agency }) => agency), places: all.flatMap(({ places }) => places) };
}

// Private:

function found(schemas: readonly (readonly [Agency, Definitions])[], coordinate: string, at?: string) {
  return schemas.flatMap(([agency, definitions]) => {
    const node = definitions.get(coordinate);
    if (node === undefined) return [];
    return [{ agency, places: placesOf(node).map((place) => ({ ...place, ...(at !== undefined && { at }) })) }];
  });
}
