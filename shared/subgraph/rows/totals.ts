import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';

/** Up to here a total is counted each time. */
const COUNTED_EACH_TIME = 10_000;
const REMEMBERED = 1_000;
const REMEMBERED_MILLISECONDS = 60_000;

/**
 * How many rows lists have. A total of up to ten thousand is counted whenever it is asked for; a larger one may be a minute
 * old, and whoever asks for the same at the same time is answered by one count. What is the same goes by the statement with
 * its values: callers whom rules show other rows never share a total.
 */
export class Totals {
  private readonly larger = new LRUCache<string, Promise<number>>({ max: REMEMBERED, ttl: REMEMBERED_MILLISECONDS });

  async of(rows: Knex.QueryBuilder): Promise<number> {
    const some = rows
      .clone()
      .select(rows.client.raw('1'))
      .limit(COUNTED_EACH_TIME + 1);
    const counted = await count(rows.client.queryBuilder().from(some.as('counted')));
    if (counted <= COUNTED_EACH_TIME) return counted;
    const { sql, bindings } = rows.clone().toSQL();
    const key = JSON.stringify([sql, bindings]);
    const own = () => count(rows.clone());
    const remembered = this.larger.get(key);
    // Whoever counts may be gone before it is done; whoever waits for the same is not to be told of it.
    if (remembered !== undefined) return Math.max(counted, await remembered.catch(own));
    const counting = own();
    this.larger.set(key, counting);
    counting.catch(() => this.larger.delete(key));
    return counting;
  }
}

async function count(rows: Knex.QueryBuilder): Promise<number> {
  const [row] = await rows.count<{ total: string }[]>({ total: '*' });
  return Number(row?.total ?? 0);
}
