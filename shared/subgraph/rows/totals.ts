import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';

/** A total up to here is counted each time. */
const COUNTED_EACH_TIME = 10_000;
const REMEMBERED = 1_000;
const REMEMBERED_MILLISECONDS = 60_000;

/**
 * The number of rows in lists. A total up to ten thousand is counted whenever it is asked for. A larger one is kept for a
 * minute, and callers who ask for the same list meanwhile cost no statement. Totals are kept by statement and values, so that
 * callers whom rules show different rows never share one.
 */
export class Totals {
  private readonly larger = new LRUCache<string, Promise<number>>({ max: REMEMBERED, ttl: REMEMBERED_MILLISECONDS });

  async of(rows: Knex.QueryBuilder): Promise<number> {
    const { sql, bindings } = rows.clone().toSQL();
    const key = JSON.stringify([sql, bindings]);
    const count = () => this.count(rows, key);
    const remembered = this.larger.get(key);
    // The request that counts may end before its count does: then each that waits for it counts by itself.
    return remembered === undefined ? count() : remembered.catch(count);
  }

  private async count(rows: Knex.QueryBuilder, key: string): Promise<number> {
    const some = rows
      .clone()
      .select(rows.client.raw('1'))
      .limit(COUNTED_EACH_TIME + 1);
    const counted = await countOf(rows.client.queryBuilder().from(some.as('counted')));
    if (counted <= COUNTED_EACH_TIME) return counted;
    const all = () => countOf(rows.clone());
    const remembered = this.larger.get(key);
    if (remembered !== undefined) return remembered.catch(all);
    const counting = all();
    this.larger.set(key, counting);
    counting.catch(() => this.larger.delete(key));
    return counting;
  }
}

async function countOf(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count<{ total: string }[]>({ total: '*' });
  return Number(row?.total ?? 0);
}
