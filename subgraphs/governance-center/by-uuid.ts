import { canonicalUuid } from '../../shared/domain/uuid';

/** Loads a row by an id that a client has given; null for anything that is not an id. */
export async function byUuid<Row>(
  loader: { load(id: string): Promise<Row | null> },
  given: string,
): Promise<Row | null> {
  const id = canonicalUuid(given);
  return id === null ? null : loader.load(id);
}
