import type { Knex } from 'knex';
import type { Endpoint } from './endpoints';

/**
 * Registers the endpoints with the outbox. A new or returning endpoint gets notices from now on; an endpoint that is no
 * longer configured gets no more.
 *
 * @param db on the writer role.
 */
export async function registerEndpoints(db: Knex, endpoints: readonly Endpoint[], now: Date): Promise<void> {
  if (endpoints.length > 0) {
    const rows = endpoints.map(({ name, kinds, region }) => ({
      name,
      kinds: kinds === undefined ? null : [...kinds],
      region: region ?? '',
      since: now,
      active: true,
    }));
    await db
      .withSchema('work')
      .insert(rows.sort((a, b) => (a.name < b.name ? -1 : 1)))
      .into('endpoint')
      .onConflict('name')
      .merge({
        kinds: db.raw('excluded.kinds'),
        region: db.raw('excluded.region'),
        since: db.raw('case when endpoint.active then endpoint.since else excluded.since end'),
        active: true,
      });
  }
  await db
    .withSchema('work')
    .from('endpoint')
    .where('active', true)
    .whereNotIn(
      'name',
      endpoints.map(({ name }) => name),
    )
    .update({ active: false });
}
