import DataLoader from 'dataloader';

/** Fetches the rows of all keys of a request in one SQL statement. */
type Fetch<Key, Row> = (keys: readonly Key[]) => Promise<readonly Row[]>;

/** Loads at most one row per key; null for none. */
export function oneRow<Row>(fetch: Fetch<string, Row>, keyOf: (row: Row) => string): DataLoader<string, Row | null> {
  return new DataLoader(async (keys) => {
    const byKey = new Map<string, Row>();
    for (const row of await fetch(keys)) byKey.set(keyOf(row), row);
    return keys.map((key) => byKey.get(key) ?? null);
  });
}

/** Loads all rows per key, in the statement's order; empty for none. */
export function manyRows<Row>(
  fetch: Fetch<string, Row>,
  keyOf: (row: Row) => string,
): DataLoader<string, readonly Row[]> {
  return new DataLoader(async (keys) => {
    const byKey = new Map<string, Row[]>();
    for (const row of await fetch(keys)) {
      const rows = byKey.get(keyOf(row));
      if (rows === undefined) byKey.set(keyOf(row), [row]);
      else rows.push(row);
    }
    return keys.map((key) => byKey.get(key) ?? []);
  });
}
