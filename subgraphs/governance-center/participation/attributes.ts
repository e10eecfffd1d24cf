import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { byUuid } from '../by-uuid';
import { resourceOfCase } from '../cases/attributes';
import type { CaseRow } from '../cases/data';
import type { Context } from '../context';
import { resourceOfMeeting } from '../meetings/attributes';
import type { JointMeetingRow } from '../meetings/data';
import { windowOf } from '../meetings/window';
import { milliseconds } from '../procedures/duration';
import type { ReferenceKind } from '../schema.types';
import { confirmationOf, type Referred } from './confirmation';
import type { ParticipationRow } from './data';

/** Attributes by which rules decide whether a responsible person may confirm participants in a case or meeting. */
export async function resourceOfReference(
  { kind, id }: Referred,
  { load }: Context,
): Promise<ResourceAttributes | null> {
  if (kind === 'CASE') return resourceOfCase(await byUuid(load.case, id));
  return kind === 'MEETING' ? resourceOfMeeting(await byUuid(load.meeting, id)) : null;
}

export const resourceOfParticipation = (row: ParticipationRow | null): ResourceAttributes | null =>
  row && { region: row.region, agencies: row.agencies };

/**
 * Attributes by which rules decide whether a reference is valid for the caller. An unknown one takes the same statements.
 */
export async function resourceOfReferred(referred: Referred, context: Context): Promise<ResourceAttributes | null> {
  const { kind, id } = referred;
  const [record, confirmation] = await Promise.all([
    REFERRED[kind]?.(id, context) ?? null,
    confirmationOf(referred, context),
  ]);
  return record && { ...record, confirmed: confirmation !== null };
}

/** Other kinds are refused like unknown references. */
const REFERRED: Readonly<
  Partial<Record<ReferenceKind, (id: string, context: Context) => Promise<ResourceAttributes | null>>>
> = {
  CASE: async (id, context) => resourceOfReferredCase(await byUuid(context.load.case, id), context),
  MEETING: async (id, context) => resourceOfReferredMeeting(await byUuid(context.load.meeting, id), context),
};

/** A closed case stays open as a reference for a limited period. */
function resourceOfReferredCase(row: CaseRow | null, { settings, now }: Context): ResourceAttributes | null {
  const record = resourceOfCase(row);
  if (row === null || record === null) return null;
  const { closesAfter } = settings.practices.for(row.region, now).cases;
  const open = row.closed_at === null || now.getTime() < row.closed_at.getTime() + milliseconds(closesAfter);
  return { ...record, open };
}

async function resourceOfReferredMeeting(
  row: JointMeetingRow | null,
  { access, load, settings, now }: Context,
): Promise<ResourceAttributes | null> {
  if (row === null) return null;
  const { caller } = access;
  const asked = (await load.attendees.load(row.meeting_id)).filter(
    ({ agency }) => agencyNamed(agency) === caller.agency,
  );
  // If an agency invites nobody by name, every member of it may attend; clerks keep the minutes of all meetings.
  const named = !asked.some(({ invited }) => invited) || caller.roles.includes('meeting-clerk');
  const { opensAt, closesAt } = windowOf(row, settings.practices, now);
  return {
    ...resourceOfMeeting(row),
    region: row.region,
    attends:
      row.agencies.map(agencyNamed).includes(caller.agency) &&
      (named || asked.some(({ officer }) => officer === caller.sub)),
    open: opensAt <= now && now < closesAt,
  };
}
