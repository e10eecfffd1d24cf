import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { isWithin } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { CaseRow } from '../cases/data';
import { answerCase, childrenOfCase, lockCase, ofCase, openCaseAt, refuseClosed } from '../cases/lock-case';
import { assign } from '../cases/task-mutations';
import type { Context } from '../context';
import { impersonal, notFound, several, text, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type {
  AmendDecisionInput,
  DecisionTaskInput,
  DocketInput,
  GiveOpinionInput,
  OrderDocketInput,
  RecordDecisionInput,
} from '../schema.types';
import { announce } from '../webhooks/outbox';
import type { JointMeetingRow } from './data';
import { refuseFullDocket } from './docket-size';
import { answerMeeting, changeMeeting, lockMeeting, ofMeeting } from './lock-meeting';
import { windowOf } from './window';

/** 会商议题: the cases on a meeting's docket, the agencies' opinions and the decisions. */

export const docketMutationFinders: ResourceFinders<Context> = {
  'Mutation.putOnDocket': ofMeeting,
  'Mutation.takeOffDocket': ofMeeting,
  'Mutation.referToMeeting': ofCase,
  'Mutation.withdrawFromMeeting': ofCase,
  'Mutation.giveOpinion': ofMeeting,
  'Mutation.recordDecision': ofMeeting,
  'Mutation.amendDecision': ofMeeting,
  'Mutation.orderDocket': ofMeeting,
};

export const docketMutations = {
  putOnDocket: mutation((work: Work<DocketInput>) => putOn(work, 'case'), answerMeeting),
  takeOffDocket: mutation((work: Work<DocketInput>) => takeOff(work, 'case'), answerMeeting),
  // The same for a caller who handles the case and need not know the meeting.
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
    // An added opinion does not make what others have read outdated, so the version stays.
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
    await assignDecided(work, row, meeting);
    return changeMeeting(transaction, meeting, {}, 'DECISION_RECORDED', now);
  }, answerMeeting),

  amendDecision: mutation(async (work: Work<AmendDecisionInput>) => {
    const { transaction, input, caller, now, practices } = work;
    const decision = text(input.decision, 'decision');
    const reason = impersonal(input.reason, 'reason');
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    const { meeting_id } = meeting;
    if (meeting.minutes !== null || windowOf(meeting, practices, now).closesAt <= now) {
      throw failure('NOT_IN_FORCE', 'The meeting is over.');
    }
    const { case_id, decision: before } = await itemOf(transaction, meeting, input.case);
    if (before === null) throw failure('NOT_IN_FORCE', 'Nothing has been decided about the case.');
    if (before === decision) throw failure('ALREADY_SETTLED');
    const row = await openCaseAt(transaction, work.context, case_id);
    const made = { decision: before, reason, amended_by: caller.name, amended_at: now };
    await table(transaction, 'former_decision').insert({ meeting_id, case_id, ...made });
    await onDocket(transaction, meeting, case_id).update({ decision, decided_at: now });
    await assignDecided(work, row, meeting);
    return changeMeeting(transaction, meeting, {}, 'DECISION_RECORDED', now);
  }, answerMeeting),

  orderDocket: mutation(async ({ transaction, input, now }: Work<OrderDocketInput>) => {
    const meeting = await lockMeeting(transaction, input.meeting, input.version);
    const items = table(transaction, 'docket_item').where({ meeting_id: meeting.meeting_id }).whereNull('taken_off_at');
    const present: readonly string[] = await items.clone().pluck('case_id');
    const cases = input.cases.map((id) => uuid(id, 'cases'));
    if (cases.some((id) => !present.includes(id))) throw notFound('cases');
    if (new Set(cases).size !== present.length || cases.length !== present.length) {
      throw failure('BAD_USER_INPUT', 'Name each case on the docket once.', { argument: 'input.cases' });
    }
    for (const [index, case_id] of cases.entries())
      await items
        .clone()
        .where({ case_id })
        .update({ position: index + 1 });
    return changeMeeting(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  }, answerMeeting),
} satisfies Partial<MutationResolvers>;

const MOST_TASKS = 20;

/**
 * Assigns the tasks of a decision. Whoever writes it down knows no child, so what is decided about a case is about all of
 * its children.
 */
async function assignDecided(
  work: Work<{ readonly tasks: readonly DecisionTaskInput[] }>,
  row: CaseRow,
  { meeting_id }: JointMeetingRow,
): Promise<void> {
  const tasks = several(work.input.tasks, 'tasks', 0, MOST_TASKS);
  await assign(work, row, tasks, await childrenOfCase(work.transaction, row), meeting_id);
}

async function putOn(
  { transaction, input, now, practices, context }: Work<DocketInput>,
  elsewhere: 'case' | 'meeting',
) {
  const meeting = await lockMeeting(transaction, input.meeting);
  const row = await lockCase(transaction, input.case);
  // A case can only be discussed in its own or a containing region; elsewhere the other object does not exist.
  if (!isWithin(row.region, meeting.region)) throw notFound(elsewhere);
  refuseClosed(row, context);
  if (windowOf(meeting, practices, now).closesAt <= now) {
    throw failure('NOT_IN_FORCE', 'The meeting no longer gives access.');
  }
  const { meeting_id } = meeting;
  const { case_id } = row;
  const docket = table(transaction, 'docket_item').where({ meeting_id });
  const present = await docket.clone().where({ case_id }).first();
  if (present !== undefined && present.taken_off_at === null) throw failure('ALREADY_SETTLED');
  await refuseFullDocket(transaction, meeting_id, case_id);
  const [position] = await docket.clone().max({ last: 'position' });
  const place = { position: Number(position?.last ?? 0) + 1, put_on_at: now, taken_off_at: null };
  if (present !== undefined) await docket.clone().where({ case_id }).update(place);
  else await docket.clone().insert({ meeting_id, case_id, ...place });
  await changeMeeting(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  return { meeting_id, case_id };
}

/** @param other the object that the caller need not know: if the item is missing, the error names it as unknown. */
async function takeOff({ transaction, input, now }: Work<DocketInput>, other: 'case' | 'meeting') {
  const meeting = await lockMeeting(transaction, input.meeting);
  const { case_id } = await itemOf(transaction, meeting, input.case, other);
  await onDocket(transaction, meeting, case_id).update({ taken_off_at: now });
  await changeMeeting(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  return { meeting_id: meeting.meeting_id, case_id };
}

/** The item of a case on a docket, unless it was removed. */
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
  return item as { readonly case_id: string; readonly decision: string | null; readonly decided_at: Date | null };
}
