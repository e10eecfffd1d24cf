import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { addDays, at, todayInChina } from '../../../shared/domain/dates';
import type { DutyRow } from '../duties/data';
import { dayAfter } from '../procedures/duration';
import { PROTECTION_CATEGORIES, type Practice, type ProtectionCategory } from '../procedures/practice';
import type { Practices } from '../procedures/practices';

/**
 * The children whom a duty lets its officer visit today, the earliest due first: those with an assignment that the
 * officer's role visits, those whose risk visit is due soon or late, those of whom the village was notified, and those
 * whom the officer has just visited.
 *
 * @param db on the pool for lists: every source is read by an index, in its order.
 * @returns pseudonyms.
 */
export async function visitList(
  db: Knex,
  { officer, agency, region }: DutyRow,
  roles: Caller['roles'],
  practices: Practices,
  now: Date,
): Promise<readonly string[]> {
  const practice = practices.for(region, now);
  const { listed, after, most } = practice.openings.visits;
  const today = todayInChina(now.getTime());
  const categories = visitedBy(roles, practice);
  const exposed = (view: string) => db.withSchema('exposed').from(view);
  const inRegion = { column: 'region', pattern: `${region}%` };
  const dueItems = (kind: string) =>
    exposed('due_item').select('child_id', 'due_at').where({ kind }).whereLike(inRegion.column, inRegion.pattern);
  const assigned = () => exposed('protection_assignment').whereIn('category', categories);

  const sources: readonly Knex.QueryBuilder[] = [
    dueItems('PROTECTION_VISIT')
      // One by one, in the order of the due items: `offset 0` keeps the planner from reading all assignments.
      .whereRaw(
        'exists (select from exposed.protection_assignment where assignment_id = item_id and category = any(?) offset 0)',
        [[...categories]],
      )
      .orderBy(['due_at', 'item_id'])
      // A child has one assignment of a category in force.
      .limit(most * PROTECTION_CATEGORIES.length),
    assigned()
      .join('child', 'child.child_id', 'protection_assignment.child_id')
      .whereNull('ended_on')
      .whereNull('next_visit_due')
      .whereLike(inRegion.column, inRegion.pattern)
      .select('child.child_id', db.raw('null::timestamptz')),
    dueItems('VISIT')
      .where('due_at', '<=', endOf(dayAfter(today, listed, practices.calendar)))
      .orderBy(['due_at', 'item_id'])
      .limit(most),
    exposed('child_of_notice')
      .where('until', '>=', today)
      .whereLike(inRegion.column, inRegion.pattern)
      .select('child_id', db.raw("(next_visit_due + 1)::timestamp at time zone 'Asia/Shanghai'")),
    exposed('made_visit')
      .join('child', 'child.child_id', 'made_visit.child_id')
      .where({ officer, agency })
      .where('visited_at', '>=', at(dayAfter(today, after, practices.calendar, -1), '00:00'))
      .whereLike(inRegion.column, inRegion.pattern)
      .select('child.child_id', db.raw('null::timestamptz')),
  ];
  const rows: readonly { readonly child_id: string }[] = await db
    .from(db.unionAll([...sources], true).as('listed'))
    .select('child_id')
    .groupBy('child_id')
    .orderByRaw('min(due_at) nulls last, child_id')
    .limit(most);
  return rows.map(({ child_id }) => child_id);
}

// Private:

function visitedBy(roles: Caller['roles'], { categories }: Practice): readonly ProtectionCategory[] {
  return PROTECTION_CATEGORIES.filter((category) => categories[category].visitors.some((role) => roles.includes(role)));
}

/** Due times are the ends of days. */
const endOf = (day: string): string => at(addDays(day, 1), '00:00');
