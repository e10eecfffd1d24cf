import type { GraphQLFormattedError } from 'graphql';
import type { AccessReport } from '../../shared/access/answers';
import { LARGEST_PAGE } from '../../shared/protocol/largest-page';
import { type AskedPlaces, placeAt } from './asked-places';
import type { ExpectedReport } from './expected-report';

/**
 * Checks an agency's access report, `{ denied, masked }` beside its data: it may name the agency's own fields only, at places
 * that the operation asks for, each once. A missing report is valid.
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

/** A refused list is reported by its own field, or by a field that it is filtered by. */
const FIELDS_OF_A_PLACE = 4;

/**
 * Checks an agency's errors: they have the form of GraphQL (specification, section 7.1.2), their paths lead to places that the
 * operation asks for, and there are no more of them than such places can have. A missing list is valid.
 *
 * @param rows the number of entities that the agency was asked about.
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

/** An error about the whole answer has no path. */
const isPlaceOf = (places: AskedPlaces, path: readonly unknown[] | undefined): boolean =>
  path === undefined || placeAt(places, path) !== undefined;

function isDenied(value: unknown, { places, classes, filters }: ExpectedReport): boolean {
  const { coordinate, dataClass, path } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof coordinate !== 'string' || typeof dataClass !== 'string' || !Array.isArray(path)) return false;
  if (!dataClass.split(' & ').every((name) => classes.has(name))) return false;
  const place = placeAt(places, path);
  // A field that a list is filtered by is reported at the place of the list.
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
