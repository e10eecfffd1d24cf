import type { ResourceAttributes } from '../../../shared/access/compile';
import { COVERS_NOTHING, type Grant } from '../../../shared/access/grant';
import { agencyNamed } from '../../../shared/domain/agencies';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { isInForce } from '../duties/duty-of';
import { visitList } from './visit-list';

/** Attributes by which rules decide whether a duty's visits are a valid reference for the caller. */
export async function resourceOfVisits(id: string, { access, load, now }: Context): Promise<ResourceAttributes | null> {
  const duty = await byUuid(load.duty, id);
  if (duty === null || duty.kind !== 'VISITS') return null;
  const { caller } = access;
  return {
    region: duty.region,
    duty: duty.duty_id,
    holder: duty.officer === caller.sub && agencyNamed(duty.agency) === caller.agency,
    open: isInForce(duty, now),
  };
}

/** The children on the duty's list of visits; and who confirmed the duty. */
export async function visitsGrant(
  id: string,
  { access, load, lists, settings, now }: Context,
): Promise<{ readonly grant: Grant; readonly confirmedBy: string } | null> {
  const duty = await byUuid(load.duty, id);
  if (duty === null) return null;
  const children = await visitList(lists.db, duty, access.caller.roles, settings.practices, now);
  return { grant: { ...COVERS_NOTHING, kind: 'visits', children }, confirmedBy: duty.confirmed_by };
}
