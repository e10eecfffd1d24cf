import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { isWithin } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { answerCase, lockCase, ofCase, openCaseAt, refuseClosed } from '../cases/mutations';
import { assign } from '../cases/task-mutations';
import { regionRecord } from '../children/attributes';
import type { Context } from '../context';
import { LONGEST_OFFICER, later, notFound, several, text, title, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type {
  AttendeeInput,
  ChangeMeetingInput,
  ConveneMeetingInput,
  DocketInput,
  GiveOpinionInput,
  RecordDecisionInput,
  RecordMinutesInput,
} from '../schema.types';
import type { NoticeKind } from '../webhooks/notice';
import { announce } from '../webhooks/outbox';
import { resourceOfMeeting } from './attributes';
import type { JointMeetingRow } from './data';
import { windowOf } from './window';

/** 联席会议, 个案会商: who attends, what is on the docket, what is thought, decided and written down. */

const ofMeeting = async ({ input }: { readonly input: { readonly meeting: string } }, { load }: Context) =>
  resourceOfMeeting(await byUuid(load.meeting, input.meeting));

export const meetingMutationFinders: ResourceFinders<Context> = {
  'Mutation.conveneMeeting': decidedByArguments(
    ({ input }: { readonly input: ConveneMeetingInput }, context: Context) => regionRecord(input.region, context),
  ),
  'Mutation.changeMeeting': ofMeeting,
  'Mutation.putOnDocket': ofMeeting,
  'Mutation.takeOffDocket': ofMeeting,
  'Mutation.referToMeeting': ofCase,
  'Mutation.withdrawFromMeeting': ofCase,
  'Mutation.giveOpinion': ofMeeting,
  'Mutation.recordDecision': ofMeeting,
  'Mutation.recordMinutes': ofMeeting,
};

export const meetingMutations = {
  conveneMeeting: mutation(async ({ transaction, input, now }: Work<ConveneMeetingInput>) => {
    const agencies = several(input.agencies, 'agencies', 1, MOST_AGENCIES);
    const meeting_id = randomUUID();
    await table(transaction, 'joint_meeting').insert({
      meeting_id,
      title: title(input.title, 'title'),
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
    // Whose agency attends no more is not asked any more.
    await table(transaction, 'meeting_attendee')
      .where({ meeting_id: meeting.meeting_id })
      .whereNull('released_at')
      .whereNotIn('agency', [...agencies])
      .update({ released_at: now });
    const held_at = input.heldAt ? later(input.heldAt, now, 'heldAt') : meeting.held_at;
    return changed(transaction, meeting, { agencies, held_at }, 'MEETING_CHANGED', now);
  }, answerMeeting),

  putOnDocket: mutation((work: Work<DocketInput>) => putOn(work, 'case'), answerMeeting),
  takeOffDocket: mutation((work: Work<DocketInput>) => takeOff(work, 'case'), answerMeeting),
  // The same by whoever handles the case, who need not know the meeting.
  referToMeeting: mutation((work: Work<DocketInput>) => putOn(work, 'meeting'), answerCase),
  withdrawFromMeeting: mutation((work: Work<DocketInput>) => takeOff(work, 'meeting'), answerCase),

  giveOpinion: mutation(async ({ transaction, input, caller, agency, now }: Work<GiveOpinionInput>) => {
    const opinion = text(input.opinion, 'opinion');
    const meeting = await lockMeeting(transaction, input.meeting);
    const { meeting_id, region } = meeting;
    const { case_id } = await itemOf(transaction, meeting, input.case);
    await table(transaction, 'docket_opinion').insert({
      opinion_id: randomUUID(),
      meeting_id,
      case_id,
      officer: caller.sub,
      agency,
      opinion,
      given_at: now,
    });
    // What is added takes nothing from what somebody else has looked at: the version stays.
    await announce(transaction, { kind: 'MEETING_CHANGED', subject: 'MEETING', id: meeting_id, region }, now);
    return { meeting_id };
  }, answerMeeting),

  recordDecision: mutation(async (work: Work<RecordDecisionInput>) => {
    const { transaction, input, now } = work;
    const decision = text(input.decision, 'decision');
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    if (meeting.held_at > now) throw failure('NOT_IN_FORCE', 'The meeting has not been held yet.');
    const { case_id, decided_at } = await itemOf(transaction, meeting, input.case);
    if (decided_at !== null) throw failure('ALREADY_SETTLED');
    const row = await openCaseAt(transaction, work.context, case_id);
    await onDocket(transaction, meeting, case_id).update({ decision, decided_at: now });
    await assign(work, row, several(input.tasks, 'tasks', 0, MOST_TASKS), meeting.meeting_id);
    return changed(transaction, meeting, {}, 'DECISION_RECORDED', now);
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
      .update({ attended: transaction.raw('officer = any(?)', [[...input.attended]]) });
    return changed(transaction, meeting, { minutes }, 'MEETING_CHANGED', now);
  }, answerMeeting),
} satisfies Partial<MutationResolvers>;

const MOST_AGENCIES = 30;
const MOST_ATTENDEES = 100;
const MOST_TASKS = 20;
/** On one docket: a signed grant has room for them. */
const MOST_CHILDREN = 50;
const LONGEST_MINUTES = 20_000;

function answerMeeting({ meeting_id }: { readonly meeting_id: string }, { load }: Context) {
  return load.meeting.load(meeting_id);
}

async function putOn(
  { transaction, input, now, practices, context }: Work<DocketInput>,
  elsewhere: 'case' | 'meeting',
) {
  const meeting = await lockMeeting(transaction, input.meeting);
  const row = await lockCase(transaction, input.case);
  // A case is dealt with where it lies or above; anywhere else there is no such thing.
  if (!isWithin(row.region, meeting.region)) throw notFound(elsewhere);
  refuseClosed(row, context);
  if (windowOf(meeting, practices, now).closesAt <= now) {
    throw failure('NOT_IN_FORCE', 'The meeting opens nothing any more.');
  }
  const { meeting_id } = meeting;
  const { case_id } = row;
  const docket = table(transaction, 'docket_item').where({ meeting_id });
  const present = await docket.clone().where({ case_id }).first();
  if (present !== undefined && present.taken_off_at === null) throw failure('ALREADY_SETTLED');
  const { last, children } = await docketSize(transaction, meeting_id, case_id);
  if (children > MOST_CHILDREN) throw failure('DOCKET_FULL', undefined, { limit: MOST_CHILDREN });
  const place = { position: last + 1, put_on_at: now, taken_off_at: null };
  if (present !== undefined) await docket.clone().where({ case_id }).update(place);
  else await docket.clone().insert({ meeting_id, case_id, ...place });
  await changed(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  return { meeting_id, case_id };
}

/** @param other which of the two need not be known to the caller: on another docket it is like one that does not exist. */
async function takeOff({ transaction, input, now }: Work<DocketInput>, other: 'case' | 'meeting') {
  const meeting = await lockMeeting(transaction, input.meeting);
  const { case_id } = await itemOf(transaction, meeting, input.case, other);
  await onDocket(transaction, meeting, case_id).update({ taken_off_at: now });
  await changed(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  return { meeting_id: meeting.meeting_id, case_id };
}

/** @throws RECORD_NOT_FOUND, or CONFLICT with the current version. */
async function lockMeeting(transaction: Knex.Transaction, id: string, version?: number): Promise<JointMeetingRow> {
  const meetings = table(transaction, 'joint_meeting').where({ meeting_id: uuid(id, 'meeting') });
  const meeting = await meetings.forUpdate().first();
  if (meeting === undefined) throw notFound('meeting');
  if (version !== undefined && meeting.version !== version) {
    throw failure('CONFLICT', undefined, { current: { version: meeting.version } });
  }
  return meeting;
}

async function changed(
  transaction: Knex.Transaction,
  { meeting_id, region, version }: JointMeetingRow,
  change: Partial<JointMeetingRow>,
  kind: NoticeKind,
  now: Date,
): Promise<{ readonly meeting_id: string }> {
  const meetings = table(transaction, 'joint_meeting').where({ meeting_id });
  await meetings.update({ ...change, version: version + 1 });
  await announce(transaction, { kind, subject: 'MEETING', id: meeting_id, region }, now);
  return { meeting_id };
}

/** Who was not at a meeting does not come to it afterwards. @throws NOT_IN_FORCE. */
async function refuseAdditions(
  transaction: Knex.Transaction,
  { meeting_id, agencies }: JointMeetingRow,
  { heldAt, agencies: wanted, attendees }: ChangeMeetingInput,
): Promise<void> {
  const asked: readonly string[] = await table(transaction, 'meeting_attendee')
    .where({ meeting_id })
    .whereNull('released_at')
    .pluck('officer');
  const added =
    wanted?.some((agency) => !agencies.includes(agency)) || attendees?.some(({ officer }) => !asked.includes(officer));
  // Where nobody is asked by name any more, every member of an agency may attend.
  const opened = attendees?.length === 0 && asked.length > 0;
  if (heldAt || added || opened) throw failure('NOT_IN_FORCE', 'The meeting has been held.');
}

/** Asks these people and nobody else; who is not asked any more stays in the history. */
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
    if (!agencies.includes(agency)) {
      throw failure('CODE_UNKNOWN', 'The agency does not attend.', { argument: 'input.attendees' });
    }
    const officer = text(attendee.officer, 'attendees', LONGEST_OFFICER);
    asked.set(officer, { meeting_id, officer, agency, invited_at: now, released_at: null });
  }
  const rows = table(transaction, 'meeting_attendee');
  await rows.clone().where({ meeting_id }).whereNull('released_at').update({ released_at: now });
  if (asked.size === 0) return;
  await rows
    .clone()
    .insert([...asked.values()])
    .onConflict(['meeting_id', 'officer'])
    .merge(['agency', 'released_at']);
}

/** The item of a case on a docket, where it has not been taken off. */
function onDocket(transaction: Knex.Transaction, { meeting_id }: JointMeetingRow, caseId: string): Knex.QueryBuilder {
  return table(transaction, 'docket_item')
    .where({ meeting_id, case_id: uuid(caseId, 'case') })
    .whereNull('taken_off_at');
}

async function itemOf(
  transaction: Knex.Transaction,
  meeting: JointMeetingRow,
  caseId: string,
  missing: 'case' | 'meeting' = 'case',
) {
  const item = await onDocket(transaction, meeting, caseId).first();
  if (item === undefined) throw notFound(missing);
  return item as { readonly case_id: string; readonly decided_at: Date | null };
}

/** The last position, and how many children the docket would have with another case on it. */
async function docketSize(
  transaction: Knex.Transaction,
  meeting_id: string,
  case_id: string,
): Promise<{ readonly last: number; readonly children: number }> {
  const from = (view: string) => table(transaction, view);
  const docket = from('docket_item').where({ meeting_id });
  const [position] = await docket.clone().max({ last: 'position' });
  const [covered] = await from('case_child')
    .where({ case_id })
    .orWhereIn('case_id', docket.clone().whereNull('taken_off_at').select('case_id'))
    .countDistinct({ children: 'child_id' });
  return { last: Number(position?.last ?? 0), children: Number(covered?.children ?? 0) };
}
