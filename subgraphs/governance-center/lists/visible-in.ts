import type { Knex } from 'knex';
import type { SqlCondition } from '../../../shared/access/to-sql';
import { isWithin } from '../../../shared/domain/regions';

/** Rows of a view that the caller may know of, within `region` if given. */
export function visibleIn(db: Knex, view: string, rows: SqlCondition, region?: string | null): Knex.QueryBuilder {
  const query = db
    .withSchema('exposed')
    .from(view)
    .whereRaw(rows.sql, [...rows.bindings] as Knex.RawBinding[]);
  if (!region) return query;
  // The condition already limits the rows to regions within this one; a second condition would slow down totals.
  if (rows.regions?.every((one) => isWithin(one, region))) return query;
  // Without this, PostgreSQL would scan all rows of the list for a region that overlaps none of the caller's.
  const may = rows.regions?.some((one) => isWithin(one, region) || isWithin(region, one)) ?? true;
  // Region codes are digits only, so they need no escaping as patterns.
  return may ? query.where('region', 'like', `${region}%`) : query.whereRaw('false');
}
