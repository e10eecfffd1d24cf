import { todayInChina } from '../../../shared/domain/dates';
import type { VisitParty } from '../procedures/practice';

/** A visit of 四访. */
export interface Visit {
  readonly party: VisitParty;
  readonly visited_at: Date;
}

/**
 * The day on which the last complete round of visits ended; null without one. A visit counts for only one round, which
 * it precedes by no more than one interval.
 *
 * @param visits oldest first.
 * @param parties all that a round visits.
 * @param began returns the first day of a round that ends on the given day.
 */
export function lastRound(
  visits: readonly Visit[],
  parties: readonly VisitParty[],
  began: (day: string) => string,
): string | null {
  let ended: string | null = null;
  const visited = new Map<string, string>();
  for (const { party, visited_at } of visits) {
    const day = todayInChina(visited_at.getTime());
    visited.set(party, day);
    if (!parties.every((one) => (visited.get(one) ?? '') >= began(day))) continue;
    ended = day;
    visited.clear();
  }
  return ended;
}
