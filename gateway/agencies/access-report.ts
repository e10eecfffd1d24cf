import type { GraphQLFormattedError } from 'graphql';
import type { AccessReport } from '../../shared/access/answers';
import { LARGEST_PAGE } from '../../shared/protocol/largest-page';
import { type AskedPlaces, placeAt } from './asked-places';
import type { ExpectedReport } from './expected-report';

/**
 * Whether what an agency tells beside its data, of what it has denied or masked, is what it may tell: of its own fields, at
 * places that were asked for, each once. Nothing is.
 */
export function isAccessReport(value: unknown, expected: ExpectedReport): value is AccessReport | undefined {
  if (value === undefined) return true;
  const { denied, masked } = (value ?? {}) as Partial<Record<keyof AccessReport, unknown>>;
  const { places, size } = expected;
  return (
    Array.isArray(denied) &&
    denied.length <= size * FIELDS_OF_A_PLACE &&
    denied.every((each) => isDenied(each, expected)) &&
    Array.isArray(masked) &&
    masked.length <= size &&
    masked.every((coordinate) => typeof coordinate === 'string' && isAskedFor(places, coordinate))
  );
}

/** A list is told of by its own field, and by those that it is filtered by. */
const FIELDS_OF_A_PLACE = 4;

/**
 * Whether these are errors as GraphQL has them, of places that were asked for and no more than these can have; none are.
 *
 * @param rows how many entities the agency was asked about.
 */
export function areErrors(
  value: unknown,
  { places, size }: Pick<ExpectedReport, 'places' | 'size'>,
  rows: number,
): value is readonly GraphQLFormattedError[] | undefined {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length > size * Math.max(rows, LARGEST_PAGE)) return false;
  return value.every((error) => isError(error) && isPlaceOf(places, error.path));
}

/** An error of the whole answer has no path. */
const isPlaceOf = (places: AskedPlaces, path: readonly unknown[] | undefined): boolean =>
  path === undefined || placeAt(places, path) !== undefined;

function isDenied(value: unknown, { places, classes, filters }: ExpectedReport): boolean {
  const { coordinate, dataClass, path } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof coordinate !== 'string' || typeof dataClass !== 'string' || !Array.isArray(path)) return false;
  if (!dataClass.split(' & ').every((name) => classes.has(name))) return false;
  const place = placeAt(places, path);
  // What a list is filtered by is told where the list stands.
  return place !== undefined && (place.coordinates.has(coordinate) || (path.length === 1 && filters.has(coordinate)));
}

function isAskedFor(places: AskedPlaces, coordinate: string): boolean {
  for (const place of places.values()) {
    if (place.coordinates.has(coordinate) || isAskedFor(place.below, coordinate)) return true;
  }
  return false;
}

function isError(value: unknown): value is GraphQLFormattedError {
  const { message, path, extensions } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    isText(message) &&
    (path === undefined || (Array.isArray(path) && path.every((step) => isText(step) || Number.isInteger(step)))) &&
    (extensions === undefined || (typeof extensions === 'object' && extensions !== null))
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';
