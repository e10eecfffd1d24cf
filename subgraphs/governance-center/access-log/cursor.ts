import type { Knex } from 'knex';
import { UUID } from '../../../shared/domain/uuid';
import { decodeCursor, encodeCursor, foreignCursor, isInstant } from '../../../shared/subgraph/rows/cursor';

/**
 * Where a page of accesses ends. It names the entry by its request and not by its number: the numbers of two entries tell
 * how many others were made between them, by whomever.
 */
export function cursorOf({ at, request_id, stage }: Omit<Named, 'at'> & { readonly at: Date }): string {
  return encodeCursor([at.toISOString(), request_id, stage]);
}

/**
 * The place in the ledger that a cursor names.
 *
 * @throws BAD_USER_INPUT where it is not one that the list has given.
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
