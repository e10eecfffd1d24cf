import type { Knex } from 'knex';
import type { Caller } from '../../../shared/domain/caller';
import { todayInChina } from '../../../shared/domain/dates';
import { keepOnOneLine, type WelfareDuty } from './covered';

/** The duties of welfare of the caller's agency in force today, here, above or below. */
export async function welfareDutiesOf(
  { agency, region }: Caller,
  db: Knex,
  now: Date,
): Promise<readonly WelfareDuty[]> {
  const duties = db
    .withSchema('exposed')
    .from('duty')
    .where({ party: agency, kind: 'WELFARE', withdrawn_at: null })
    .whereRaw('?::date between valid_from and valid_until', [todayInChina(now.getTime())])
    .distinct('region', 'categories');
  keepOnOneLine(duties, [{ region }]);
  return duties;
}
