import type { Knex } from 'knex';
import { UUID } from '../../../shared/domain/uuid';
import { decodeCursor, encodeCursor, foreignCursor, isInstant } from '../../../shared/subgraph/rows/cursor';

/**
 * The cursor of an entry. It contains the request id instead of the entry's number: two numbers would reveal how many
 * entries were written between them.
 */
export function cursorOf({ at, request_id, stage }: Omit<Named, 'at'> & { readonly at: Date }): string {
  return encodeCursor([at.toISOString(), request_id, stage]);
}

/**
 * The position in the ledger that a cursor names.
 *
 * @throws BAD_USER_INPUT if the list did not return this cursor.
 */
export async function placeOf(ledger: Knex, cursor: string): Promise<{ readonly at: string; readonly seq: string }> {
  const named = parseCursor(cursor);
  const place = named && (await ledger.withSchema('exposed').from('access_entry').where(named).first('seq'));
  if (named === undefined || place === undefined) throw foreignCursor();
  return { at: named.at, seq: place.seq };
}

// Private:

interface Named {
  readonly at: string;
  readonly request_id: string;
  readonly stage: string;
}

function parseCursor(cursor: string): Named | undefined {
  const [at = '', request_id = '', stage = ''] = decodeCursor(cursor, 3) ?? [];
  const own = isInstant(at) && UUID.test(request_id) && /^(?:begun|ended|refused)$/.test(stage);
  return own ? { at, request_id, stage } : undefined;
}
