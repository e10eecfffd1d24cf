import type { Coordinate } from '../../shared/access/labels';
import type { Mask } from '../access/static-answers';
import { isData } from '../federation/execution/own';
import type { AskedPlaces } from './asked-places';

/**
 * The places at which an operation selects fields that have a mask. An array instead of a map, because it is iterated
 * for every answer.
 */
export type MaskedPlaces = readonly MaskedPlace[];

interface MaskedPlace {
  /** The response key. */
  readonly key: string;
  readonly coordinates: readonly Coordinate[];
  readonly below: MaskedPlaces;
}

export function maskedPlaces(places: AskedPlaces, masked: { has(coordinate: Coordinate): boolean }): MaskedPlaces {
  const found: MaskedPlace[] = [];
  for (const [key, place] of places) {
    const coordinates = [...place.coordinates].filter((coordinate) => masked.has(coordinate));
    const below = maskedPlaces(place.below, masked);
    if (coordinates.length > 0 || below.length > 0) found.push({ key, coordinates, below });
  }
  return found;
}

/**
 * Masks, in place, the fields of an answer that no record opens to the caller. A value that its agency has masked does not
 * change: every mask is idempotent. Below an interface, the mask of any of its types applies.
 *
 * @param onMasked called for each field that had a value.
 */
export function applyMasks(
  data: unknown,
  places: MaskedPlaces,
  masks: ReadonlyMap<Coordinate, Mask>,
  onMasked: (coordinate: Coordinate) => void,
): void {
  if (places.length === 0 || masks.size === 0) return;
  if (Array.isArray(data)) {
    for (const item of data) applyMasks(item, places, masks, onMasked);
    return;
  }
  if (!isData(data)) return;
  for (const { key, coordinates, below } of places) {
    for (const coordinate of coordinates) {
      const mask = masks.get(coordinate);
      const value = data[key];
      if (mask === undefined || typeof value !== 'string') continue;
      data[key] = mask(value);
      onMasked(coordinate);
    }
    applyMasks(data[key], below, masks, onMasked);
  }
}
