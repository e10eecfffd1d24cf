import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { byUuid } from '../by-uuid';
import { NO_CASE, resourceOfCase } from '../cases/attributes';
import type { CaseRow, TaskRow } from '../cases/data';
import type { ClueRow } from '../clues/data';
import type { Context } from '../context';
import { resourceOfMeeting } from '../meetings/attributes';
import type { JointMeetingRow } from '../meetings/data';
import { windowOf } from '../meetings/window';
import type { ReferenceKind } from '../schema.types';
import { confirmedBy, type Referred } from './confirmation';
import type { ParticipationRow } from './data';
import { HELD_REFERENCES } from './held-references';
import { helpedBy } from './helped';
import { isOpen } from './open-parts';

/** Attributes by which rules decide whether a responsible person may confirm who takes part in what a reference is about. */
export async function resourceOfReference(
  { kind, id }: Referred,
  context: Context,
): Promise<ResourceAttributes | null> {
  const { load } = context;
  switch (kind) {
    case 'CASE':
      return resourceOfCase(await byUuid(load.case, id));
    case 'MEETING':
      return resourceOfMeeting(await byUuid(load.meeting, id));
    case 'TASK': {
      const row = await byUuid(load.task, id);
      return row && { region: row.region, agencies: [row.assignee] };
    }
    case 'PROTECTION': {
      const helped = await helpedBy(id, context);
      return helped && { region: helped.region, agencies: helped.agencies };
    }
    default:
      return null;
  }
}

export const resourceOfParticipation = (row: ParticipationRow | null): ResourceAttributes | null =>
  row && { region: row.region, agencies: row.agencies };

/**
 * Attributes by which rules decide whether a reference is valid for the caller. An unknown one takes the same statements.
 */
export async function resourceOfReferred(referred: Referred, context: Context): Promise<ResourceAttributes | null> {
  const { kind, id } = referred;
  const held = HELD_REFERENCES[kind];
  if (held !== undefined) return held.resource(id.toLowerCase(), context);
  const [record, confirmation] = await Promise.all([
    REFERRED[kind]?.(id, context) ?? null,
    confirmedBy(referred, context),
  ]);
  return record && { ...record, confirmed: confirmation !== null };
}

/** Other kinds are refused like unknown references. */
const REFERRED: Readonly<
  Partial<Record<ReferenceKind, (id: string, context: Context) => Promise<ResourceAttributes | null>>>
> = {
  CASE: async (id, context) => resourceOfReferredCase(await byUuid(context.load.case, id), context),
  MEETING: async (id, context) => resourceOfReferredMeeting(await byUuid(context.load.meeting, id), context),
  TASK: async (id, context) => resourceOfReferredTask(await byUuid(context.load.task, id), context),
  PROTECTION: resourceOfReferredHelp,
  CLUE: async (id, context) => resourceOfReferredClue(await byUuid(context.load.clue, id), context),
};

/** A closed case stays open as a reference for a limited period. */
function resourceOfReferredCase(row: CaseRow | null, { settings, now }: Context): ResourceAttributes | null {
  const record = resourceOfCase(row);
  if (row === null || record === null) return null;
  return { ...record, open: isOpen('CASE', { ended: row.closed_at, region: row.region }, settings.practices, now) };
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

/** A task in an open case, while it is owed and for a limited period after it is done. */
async function resourceOfReferredTask(row: TaskRow | null, context: Context): Promise<ResourceAttributes | null> {
  const { load, settings, now } = context;
  const ofCase = await load.case.load(row?.case_id ?? NO_CASE);
  if (row === null || ofCase === null) return null;
  const { region, task_id, assignee, done_at, cancelled_at } = row;
  const inTime = isOpen('TASK', { ended: done_at, region }, settings.practices, now);
  return {
    region,
    task: task_id,
    agencies: [assignee],
    open: cancelled_at === null && ofCase.closed_at === null && inTime,
  };
}

/** A clue, until the feedback was given and for a limited period after it. */
function resourceOfReferredClue(row: ClueRow | null, { settings, now }: Context): ResourceAttributes | null {
  if (row === null) return null;
  const { region, clue_id, recipients, feedback_at } = row;
  const open = isOpen('CLUE', { ended: feedback_at, region }, settings.practices, now);
  return { region, clue: clue_id, recipients, open };
}

/** An assignment or support that is in force, or ended a limited period ago. */
async function resourceOfReferredHelp(id: string, context: Context): Promise<ResourceAttributes | null> {
  const helped = await helpedBy(id, context);
  if (helped === null) return null;
  const { region, agencies, helpers, open } = helped;
  return { region, assignment: helped.id, agencies, open, ...(helpers && { helpers }) };
}
