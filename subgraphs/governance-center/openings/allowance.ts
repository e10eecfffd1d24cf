import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import { table } from '../mutations/table';
import { namedAgency } from '../named-agency';
import type { Practice } from '../procedures/practice';
import type { Practices } from '../procedures/practices';
import type { CountedAccess } from '../schema.types';

/** An officer, on a day in China. */
export interface OfficersDay {
  readonly caller: Pick<Caller, 'sub' | 'agency' | 'region'>;
  readonly now: Date;
  readonly practices: Practices;
}

/** How many the practice allows an officer on one day, without releases. */
export function perDay({ openings, lookups }: Practice, counted: CountedAccess): number {
  switch (counted) {
    case 'RISK_ASSESSMENT':
      return openings.assessments.perDay;
    case 'VISIT':
      return openings.visits.perDay;
    case 'WELFARE_SERVICE':
      return openings.welfare.perDay;
    case 'MANDATORY_REPORT':
      return openings.recipients.perDay;
    case 'LOOKUP':
      return lookups.perDay;
  }
}

/** How much more a responsible person has released to an officer for today. */
export async function releasedToday(
  transaction: Knex.Transaction,
  { caller, now }: OfficersDay,
  purpose: CountedAccess,
): Promise<number> {
  const [{ sum }] = await table(transaction, 'release_request')
    .join('release', 'release.request_id', 'release_request.request_id')
    .where({
      'release_request.officer': caller.sub,
      agency: namedAgency(caller.agency),
      purpose,
      day: todayInChina(now.getTime()),
    })
    .sum('release.number');
  return Number(sum ?? 0);
}

/**
 * @param used how many children the officer has opened today, with those of this request.
 * @throws OPENINGS_USED_UP if the practice in force in the officer's region enforces its numbers, and these are more.
 */
export async function refuseBeyond(
  transaction: Knex.Transaction,
  day: OfficersDay,
  counted: CountedAccess,
  used: number,
): Promise<void> {
  const practice = day.practices.for(day.caller.region, day.now);
  if (practice.openings.mode === 'report' || used <= perDay(practice, counted)) return;
  const limit = perDay(practice, counted) + (await releasedToday(transaction, day, counted));
  if (used > limit) throw failure('OPENINGS_USED_UP', undefined, { limit });
}

/** Serialises what one officer opens: two simultaneous requests could otherwise both take the last of a day. */
export async function lockOfficer(
  transaction: Knex.Transaction,
  { sub, agency }: OfficersDay['caller'],
): Promise<void> {
  await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 4))', [`${namedAgency(agency)} ${sub}`]);
}
