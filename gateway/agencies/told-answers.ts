import type { GraphQLFormattedError } from 'graphql';
import type { ToldAnswers } from '../../shared/access/answers';

/** `Child.enrolment` */
const COORDINATE = /^\w+\.\w+$/;

/** Whether what an agency tells beside its data, of what it has denied or masked, is what it may tell; nothing is. */
export function isToldAnswers(value: unknown): value is ToldAnswers | undefined {
  if (value === undefined) return true;
  const { denied, masked } = (value ?? {}) as Partial<Record<keyof ToldAnswers, unknown>>;
  return Array.isArray(denied) && denied.every(isDenied) && Array.isArray(masked) && masked.every(isCoordinate);
}

/** Whether these are errors as GraphQL has them; none are. */
export function areErrors(value: unknown): value is readonly GraphQLFormattedError[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every(isError));
}

function isDenied(value: unknown): boolean {
  const { coordinate, dataClass, path } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return isCoordinate(coordinate) && typeof dataClass === 'string' && Array.isArray(path) && path.every(isText);
}

function isError(value: unknown): boolean {
  const { message, path, extensions } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    isText(message) &&
    (path === undefined || (Array.isArray(path) && path.every((step) => isText(step) || Number.isInteger(step)))) &&
    (extensions === undefined || (typeof extensions === 'object' && extensions !== null))
  );
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isCoordinate = (value: unknown): boolean => typeof value === 'string' && COORDINATE.test(value);
