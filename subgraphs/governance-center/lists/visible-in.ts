import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { isWithin } from '../../../shared/domain/regions';

/** Rows of a view that the caller may know of; also within `region` where a filter names one. */
export function visibleIn(db: Knex, view: string, rows: SqlCondition, region?: string | null): Knex.QueryBuilder {
  const query = db
    .withSchema('exposed')
    .from(view)
    .whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
  if (!region) return query;
  // Rows of the caller's regions are there already: asked twice, each row of a total is compared twice.
  if (rows.regions?.every((one) => isWithin(one, region))) return query;
  // A region that holds none of them would be looked for among all rows of the list.
  const may = rows.regions?.some((one) => isWithin(one, region) || isWithin(region, one)) ?? true;
  // Region codes are digits only, so they need no escaping as patterns.
  return may ? query.where('region', 'like', `${region}%`) : query.whereRaw('false');
}
