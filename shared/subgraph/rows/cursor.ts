import type { GraphQLError } from 'graphql';
import { isDate } from '../../domain/dates';
import { failure } from '../../protocol/errors';

/** The texts that name a row, as a client is given them: it hands them back and need not understand them. */
export function encodeCursor(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @returns undefined where a cursor is not one of so many texts. */
export function decodeCursor(cursor: string, count: number): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const texts = Array.isArray(parts) && parts.length === count && parts.every((part) => typeof part === 'string');
    return texts ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** BAD_USER_INPUT */
export function foreignCursor(): GraphQLError {
  return failure('BAD_USER_INPUT', 'The cursor is not one that this list has given.', { argument: 'after' });
}

/** Whether a text is an instant, with a day of the calendar. */
export function isInstant(text: string): boolean {
  return isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}
