import { present } from '../present';

/** @throws if a row is missing. */
export async function each<Row>(
  loader: { load(id: string): Promise<Row | null> },
  ids: readonly string[],
): Promise<readonly Row[]> {
  const rows = await Promise.all(ids.map((id) => loader.load(id)));
  return rows.map((row) => present(row));
}
