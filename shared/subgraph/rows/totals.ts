import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';

/** Totals up to this size are counted each time. */
const COUNTED_EACH_TIME = 10_000;
const REMEMBERED = 1_000;
const REMEMBERED_MILLISECONDS = 60_000;

/**
 * Counts the rows of lists. A total up to ten thousand is counted for every request. A larger one is kept for a minute,
 * in which other requests for the same list need no statement. Totals are keyed by statement and bindings, so that
 * callers whom the rules show different rows never share one.
 */
export class Totals {
  private readonly larger = new LRUCache<string, Promise<number>>({ max: REMEMBERED, ttl: REMEMBERED_MILLISECONDS });

  async of(rows: Knex.QueryBuilder): Promise<number> {
    const { sql, bindings } = rows.clone().toSQL();
    const key = JSON.stringify([sql, bindings]);
    const count = () => this.count(rows, key);
    const remembered = this.larger.get(key);
    // The request that counts may end before its statement does; then each request that waits for the total counts by
    // itself.
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
