import { canonicalUuid } from '../../shared/domain/uuid';

/** Loads a row by a client's id; null if it is not a UUID. */
export async function byUuid<Row>(
  loader: { load(id: string): Promise<Row | null> },
  given: string,
): Promise<Row | null> {
  const id = canonicalUuid(given);
  return id === null ? null : loader.load(id);
}
