import type { Knex } from 'knex';
import { isDate } from '../../../shared/dates';
import { failure } from '../../../shared/errors';
import type { AccessRow } from './access-log';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Where a page of accesses ends. It names the entry by its request and not by its number: the numbers of two entries tell
 * how many others were made between them, by whomever.
 */
export function cursorOf({ at, request_id, stage }: AccessRow): string {
  return Buffer.from(JSON.stringify([at.toISOString(), request_id, stage])).toString('base64url');
}

/**
 * The place in the ledger that a cursor names.
 *
 * @throws BAD_USER_INPUT where it is not one that the list has given.
 */
export async function placeOf(ledger: Knex, cursor: string): Promise<{ readonly at: string; readonly seq: string }> {
  const named = parseCursor(cursor);
  const place = named && (await ledger.withSchema('exposed').from('access_entry').where(named).first('seq'));
  if (named === undefined || place === undefined) {
    throw failure('BAD_USER_INPUT', 'The cursor is not one that this list has given.', { argument: 'after' });
  }
  return { at: named.at, seq: place.seq };
}

// Private:

interface Named {
  readonly at: string;
  readonly request_id: string;
  readonly stage: string;
}

function parseCursor(cursor: string): Named | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 3 || !parsed.every((part) => typeof part === 'string')) {
      return undefined;
    }
    const [at, request_id, stage] = parsed as [string, string, string];
    const isInstant = isDate(at.slice(0, 10)) && !Number.isNaN(Date.parse(at));
    return isInstant && UUID.test(request_id) && /^(?:begun|ended)$/.test(stage)
      ? { at, request_id, stage }
      : undefined;
  } catch {
    return undefined;
  }
}
