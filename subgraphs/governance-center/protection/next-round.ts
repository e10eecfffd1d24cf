import type { Knex } from 'knex';
import type { WorkingCalendar } from '../procedures/calendar';
import { dayAfter } from '../procedures/duration';
import type { Practice } from '../procedures/practice';
import { lastRound, type Visit } from './last-round';

/** Whom a round visits, and how often: `{ visits: 1m, parties: [SELF, FAMILY] }` of a practice. */
type Rhythm = Pick<Practice['support'], 'visits' | 'parties'>;

/** What is visited: since when, and by when the next round is due. */
interface Visited {
  readonly since: string;
  readonly next_visit_due: string | null;
}

/**
 * The due day of the next round, once the recorded visits complete one; null if they leave the present day as it is,
 * such as a visit that is recorded late.
 *
 * @param visits all visits of the assignment or support.
 */
export async function nextRoundDue(
  visits: Knex.QueryBuilder,
  { since, next_visit_due }: Visited,
  rhythm: Rhythm,
  calendar: WorkingCalendar,
): Promise<string | null> {
  const all: readonly Visit[] = await visits.where('visited_at', '>=', `${since}T00:00:00+08:00`).orderBy('visited_at');
  const began = (day: string) => dayAfter(day, rhythm.visits, calendar, -1);
  const round = lastRound(all, rhythm.parties, began);
  const next = round && dayAfter(round, rhythm.visits, calendar);
  return next !== null && (next_visit_due === null || next > next_visit_due) ? next : null;
}
