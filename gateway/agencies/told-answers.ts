import type { GraphQLFormattedError } from 'graphql';
import type { ToldAnswers } from '../../shared/access/answers';
import { LARGEST_PAGE } from '../../shared/db/page';
import { type AskedPlaces, placeAt } from './asked-places';
import type { PreparedFetch } from './prepared-fetch';

/** `Child.enrolment` */
const COORDINATE = /^\w+\.\w+$/;

/** Whether what an agency tells beside its data, of what it has denied or masked, is what it may tell; nothing is. */
export function isToldAnswers(value: unknown): value is ToldAnswers | undefined {
  if (value === undefined) return true;
  const { denied, masked } = (value ?? {}) as Partial<Record<keyof ToldAnswers, unknown>>;
  return Array.isArray(denied) && denied.every(isDenied) && Array.isArray(masked) && masked.every(isCoordinate);
}

/**
 * Whether these are errors as GraphQL has them, of places that were asked for and no more than these can have; none are.
 *
 * @param rows how many entities the agency was asked about.
 */
export function areErrors(
  value: unknown,
  { places, size }: Pick<PreparedFetch, 'places' | 'size'>,
  rows: number,
): value is readonly GraphQLFormattedError[] | undefined {
  if (value === undefined) return true;
  if (!Array.isArray(value) || value.length > size * Math.max(rows, LARGEST_PAGE)) return false;
  return value.every((error) => isError(error) && isPlaceOf(places, error.path));
}

/** An error of the whole answer has no path. */
const isPlaceOf = (places: AskedPlaces, path: readonly unknown[] | undefined): boolean =>
  path === undefined || placeAt(places, path) !== undefined;

function isDenied(value: unknown): boolean {
  const { coordinate, dataClass, path } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isCoordinate(coordinate) && typeof dataClass === 'string' && Array.isArray(path) && path.every(isText);
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

const isCoordinate = (value: unknown): boolean => typeof value === 'string' && COORDINATE.test(value);
