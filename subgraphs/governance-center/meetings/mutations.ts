import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { resourceOfRegion } from '../children/attributes';
import type { Context } from '../context';
import { LONGEST_OFFICER, later, notFound, several, text } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type {
  AttendeeInput,
  ChangeMeetingInput,
  ConveneMeetingInput,
  RecordMinutesInput,
  SignInInput,
} from '../schema.types';
import { announce } from '../webhooks/outbox';
import type { JointMeetingRow } from './data';
import { answerMeeting, changeMeeting, lockMeeting, ofMeeting } from './lock-meeting';
import { windowOf } from './window';

/** 联席会议, 个案会商: attendees, time and minutes. */

export const meetingMutationFinders: ResourceFinders<Context> = {
  'Mutation.conveneMeeting': decidedByArguments(
    ({ input }: { readonly input: ConveneMeetingInput }, context: Context) => resourceOfRegion(input.region, context),
  ),
  'Mutation.changeMeeting': ofMeeting,
  'Mutation.recordMinutes': ofMeeting,
  'Mutation.signIn': ofMeeting,
};

export const meetingMutations = {
  conveneMeeting: mutation(async ({ transaction, input, now }: Work<ConveneMeetingInput>) => {
    const agencies = several(input.agencies, 'agencies', 1, MOST_AGENCIES);
    const meeting_id = randomUUID();
    await table(transaction, 'joint_meeting').insert({
      meeting_id,
      kind: input.kind,
      held_at: later(input.heldAt, now, 'heldAt'),
      region: input.region,
      agencies,
      version: 1,
    });
    await ask(transaction, meeting_id, agencies, input.attendees, now);
    await announce(
      transaction,
      { kind: 'MEETING_CONVENED', subject: 'MEETING', id: meeting_id, region: input.region },
      now,
    );
    return { meeting_id };
  }, answerMeeting),

  changeMeeting: mutation(async ({ transaction, input, now }: Work<ChangeMeetingInput>) => {
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    const agencies = input.agencies ? several(input.agencies, 'agencies', 1, MOST_AGENCIES) : meeting.agencies;
    if (meeting.held_at <= now) await refuseAdditions(transaction, meeting, input);
    if (input.attendees) await ask(transaction, meeting.meeting_id, agencies, input.attendees, now);
    // Invitations of agencies that no longer attend are withdrawn.
    await table(transaction, 'meeting_attendee')
      .where({ meeting_id: meeting.meeting_id })
      .whereNull('released_at')
      .whereNotIn('agency', [...agencies])
      .update({ released_at: now });
    const held_at = input.heldAt ? later(input.heldAt, now, 'heldAt') : meeting.held_at;
    return changeMeeting(transaction, meeting, { agencies, held_at }, 'MEETING_CHANGED', now);
  }, answerMeeting),

  recordMinutes: mutation(async ({ transaction, input, now }: Work<RecordMinutesInput>) => {
    const minutes = text(input.minutes, 'minutes', LONGEST_MINUTES);
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    if (meeting.held_at > now) throw failure('NOT_IN_FORCE', 'The meeting has not been held yet.');
    const attendees = table(transaction, 'meeting_attendee').where({ meeting_id: meeting.meeting_id });
    const asked = await attendees.clone().whereNull('released_at').pluck('officer');
    if (input.attended.some((officer) => !asked.includes(officer))) throw notFound('attended');
    await attendees
      .clone()
      .whereNull('released_at')
      .update({ attended: transaction.raw('officer = any(?) or signed_in_at is not null', [[...input.attended]]) });
    return changeMeeting(transaction, meeting, { minutes }, 'MEETING_CHANGED', now);
  }, answerMeeting),

  signIn: mutation(async ({ transaction, input, now, practices }: Work<SignInInput>) => {
    const officer = text(input.officer, 'officer', LONGEST_OFFICER);
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    const { meeting_id, agencies, held_at } = meeting;
    const begins = todayInChina(held_at.getTime()) <= todayInChina(now.getTime());
    if (!begins || windowOf(meeting, practices, now).closesAt <= now) {
      throw failure(
        'NOT_IN_FORCE',
        'People are signed in from the day of the meeting until it no longer gives access.',
      );
    }
    refuseStrangers(agencies, input.agency, 'agency');
    const rows = table(transaction, 'meeting_attendee');
    const present = await rows.clone().where({ meeting_id, officer }).whereNull('released_at').first();
    if (present !== undefined) throw failure('ALREADY_SETTLED');
    const signedIn = { agency: input.agency, attended: true, released_at: null, signed_in_at: now };
    await rows
      .insert({ meeting_id, officer, invited_at: now, ...signedIn })
      .onConflict(['meeting_id', 'officer'])
      .merge(Object.keys(signedIn));
    return changeMeeting(transaction, meeting, {}, 'MEETING_CHANGED', now);
  }, answerMeeting),
} satisfies Partial<MutationResolvers>;

const MOST_AGENCIES = 30;
const MOST_ATTENDEES = 100;
const LONGEST_MINUTES = 20_000;

/** @throws CODE_UNKNOWN for an agency that does not attend. */
function refuseStrangers(agencies: readonly string[], agency: string, argument: string): void {
  if (agencies.includes(agency)) return;
  throw failure('CODE_UNKNOWN', 'The agency does not take part in the meeting.', { argument: `input.${argument}` });
}

/** After a meeting was held, nobody can be added. @throws NOT_IN_FORCE. */
async function refuseAdditions(
  transaction: Knex.Transaction,
  { meeting_id, agencies }: JointMeetingRow,
  { heldAt, agencies: wanted, attendees }: ChangeMeetingInput,
): Promise<void> {
  const asked: readonly string[] = await table(transaction, 'meeting_attendee')
    .where({ meeting_id })
    .whereNull('released_at')
    .whereNull('signed_in_at')
    .pluck('officer');
  const added =
    wanted?.some((agency) => !agencies.includes(agency)) || attendees?.some(({ officer }) => !asked.includes(officer));
  // Without invitations by name, every member of an agency may attend.
  const opened = attendees?.length === 0 && asked.length > 0;
  if (heldAt || added || opened) throw failure('NOT_IN_FORCE', 'The meeting has been held.');
}

/** Invites exactly these people; withdrawn invitations stay in the history, and so does who was signed in. */
async function ask(
  transaction: Knex.Transaction,
  meeting_id: string,
  agencies: readonly string[],
  attendees: readonly AttendeeInput[],
  now: Date,
): Promise<void> {
  several(attendees, 'attendees', 0, MOST_ATTENDEES);
  const asked = new Map<string, object>();
  for (const attendee of attendees) {
    const { agency } = attendee;
    refuseStrangers(agencies, agency, 'attendees');
    const officer = text(attendee.officer, 'attendees', LONGEST_OFFICER);
    asked.set(officer, { meeting_id, officer, agency, invited_at: now, released_at: null, signed_in_at: null });
  }
  const rows = table(transaction, 'meeting_attendee');
  const invited = rows.clone().where({ meeting_id }).whereNull('released_at').whereNull('signed_in_at');
  await invited.update({ released_at: now });
  if (asked.size === 0) return;
  await rows
    .clone()
    .insert([...asked.values()])
    .onConflict(['meeting_id', 'officer'])
    .merge(['agency', 'released_at', 'signed_in_at']);
}
