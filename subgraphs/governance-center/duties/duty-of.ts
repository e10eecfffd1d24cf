import { agencyNamed } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { isWithin } from '../../../shared/domain/regions';
import type { Context } from '../context';
import type { ProtectionCategory } from '../procedures/practice';
import type { DutyKind } from '../schema.types';
import type { DutyRow } from './data';

/** What a standing duty has to cover. */
export interface DutyAskedFor {
  readonly kind: DutyKind;
  /** Where the thing lies that the caller works on. */
  readonly region: string;
  /** Of welfare, the assignment's category; none for a task. */
  readonly category?: ProtectionCategory;
}

/**
 * The caller's standing duty of this kind in force today, which lasts longest; null without one. Its region contains
 * the given one, or lies in it: what is known by county only is worked on in the towns, too.
 */
export async function dutyOf({ kind, region, category }: DutyAskedFor, context: Context): Promise<DutyRow | null> {
  const duties = await dutiesInForce(kind, context);
  const fitting = duties.find(
    (duty) =>
      (isWithin(region, duty.region) || isWithin(duty.region, region)) &&
      (category === undefined || duty.categories.includes(category)),
  );
  return fitting ?? null;
}

/** The caller's duties of a kind in force today, in the caller's region, the longest first. */
export async function dutiesInForce(kind: DutyKind, { access, load, now }: Context): Promise<readonly DutyRow[]> {
  const { sub, agency, region } = access.caller;
  const duties = await load.dutiesOfOfficer.load(sub);
  return duties.filter(
    (duty) =>
      duty.kind === kind &&
      agencyNamed(duty.agency) === agency &&
      isInForce(duty, now) &&
      // An officer who has moved on keeps nothing of the former region.
      isWithin(duty.region, region),
  );
}

export function isInForce({ withdrawn_at, valid_from, valid_until }: DutyRow, now: Date): boolean {
  const today = todayInChina(now.getTime());
  return withdrawn_at === null && valid_from <= today && today <= valid_until;
}
