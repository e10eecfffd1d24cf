import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { syntheticId } from '../synthetic-id';

/** How long the police follow a warning up. */
const FOLLOWED_UP_DAYS = 90;

/**
 * Notices of warnings that are followed up, and of orders in force, to the villages of children who are known to live
 * there.
 */
export function villageNoticeRows(
  { index, events, placeKnown, locationProtection }: SyntheticChild,
  id: string,
  district: District,
): Rows {
  const { violence } = events;
  if (violence === null || !placeKnown || locationProtection !== null) return {};
  const { warnedAt, orderAppliedAt, orderValidUntil } = violence;
  const notice = (kind: 'WARNING' | 'ORDER', agency: string, notifiedOn: string, until: string) => ({
    notice_id: syntheticId(district, `village notice ${kind}`, index),
    child_id: id,
    kind,
    agency,
    notified_at: at(notifiedOn, '16:00'),
    notified_by: agency === 'PUBLIC_SECURITY' ? '派出所民警' : '妇联专干',
    until,
    next_visit_due: addDays(district.today, index % 15),
    ended_on: null,
  });
  const followedUp = warnedAt && addDays(warnedAt, FOLLOWED_UP_DAYS);
  return {
    village_notice: [
      ...(warnedAt && followedUp && followedUp >= district.today
        ? [notice('WARNING', 'PUBLIC_SECURITY', warnedAt, followedUp)]
        : []),
      ...(orderAppliedAt && orderValidUntil && orderValidUntil >= district.today
        ? [notice('ORDER', 'WOMENS_FEDERATION', addDays(orderAppliedAt, 3), orderValidUntil)]
        : []),
    ],
  };
}
