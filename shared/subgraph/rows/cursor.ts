import type { GraphQLError } from 'graphql';
import { isDate } from '../../domain/dates';
import { failure } from '../../protocol/errors';

/** Encodes the texts that identify a row as an opaque cursor for clients. */
export function encodeCursor(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @returns undefined unless the cursor contains this number of texts. */
export function decodeCursor(cursor: string, count: number): readonly string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const texts = Array.isArray(parts) && parts.length === count && parts.every((part) => typeof part === 'string');
    return texts ? parts : undefined;
  } catch {
    return undefined;
  }
}

/** @returns BAD_USER_INPUT for a cursor from elsewhere. */
export function foreignCursor(): GraphQLError {
  return failure('BAD_USER_INPUT', 'The cursor does not belong to this list.', { argument: 'after' });
}

/** Whether a text is a valid instant. */
export function isInstant(text: string): boolean {
  return isDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}
