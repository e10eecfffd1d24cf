import type { Knex } from 'knex';
import { isWithin } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import type { JointMeetingRow } from '../meetings/data';
import { changeMeeting } from '../meetings/lock-meeting';
import { lockMeetingsOfCase } from '../meetings/meetings-of-case';
import { impersonal, LONGEST_OFFICER, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type { HandOverCaseInput, LinkCasesInput } from '../schema.types';
import { announce } from '../webhooks/outbox';
import { amend } from './amend';
import { resourceOfCaseNamed } from './attributes';
import { answerCase, lockCase, openCaseAt } from './lock-case';

/** 移交与关联: a case goes to another region or officer, and is linked to another case. */

export const handOverMutationFinders: ResourceFinders<Context> = {
  'Mutation.handOverCase': async ({ input }: { readonly input: HandOverCaseInput }, context) => {
    const record = await resourceOfCaseNamed(input.case, context);
    if (input.region == null) return record;
    const region = await context.load.region.load(input.region);
    return record && region && { ...record, newRegion: region.code };
  },
  'Mutation.linkCases': async ({ input }: { readonly input: LinkCasesInput }, context) => {
    const [record, other] = await Promise.all([
      resourceOfCaseNamed(input.case, context),
      resourceOfCaseNamed(input.other, context),
    ]);
    return record && other && { ...record, newRegion: other.region };
  },
};

export const handOverMutations = {
  handOverCase: mutation(async (work: Work<HandOverCaseInput>) => {
    const { transaction, input, context, now } = work;
    const reason = impersonal(input.reason, 'reason');
    const officer = input.handler == null ? null : impersonal(input.handler, 'handler', LONGEST_OFFICER);
    if (officer === null && input.region == null) {
      throw failure('BAD_USER_INPUT', 'Name a region or an officer.', { argument: 'input.region' });
    }
    const meetings = await lockMeetingsOfCase(transaction, input.case);
    const row = await openCaseAt(transaction, context, input.case, input.version);
    const { case_id } = row;
    const region = input.region ?? row.region;
    const moves = region !== row.region;
    if (officer === null && !moves) throw failure('ALREADY_SETTLED');
    await withdrawParts(work, case_id, officer);
    if (moves) await takeOffDockets(transaction, meetings, case_id, region, now);
    const places = moves ? { before: row.region, after: region } : {};
    await amend(work, row, { region }, { kind: 'HANDED_OVER', ...places, officer, reason });
    if (moves) await announce(transaction, { kind: 'CASE_CHANGED', subject: 'CASE', id: case_id, region }, now);
    return { case_id };
  }, answerCase),

  linkCases: mutation(async (work: Work<LinkCasesInput>) => {
    const { transaction, input, context } = work;
    const reason = impersonal(input.reason, 'reason');
    const [one, other] = [uuid(input.case, 'case'), uuid(input.other, 'other')];
    if (one === other) throw failure('BAD_USER_INPUT', 'Name two cases.', { argument: 'input.other' });
    // In one order, so that two officers who link the same cases do not wait for one another.
    for (const id of [one, other].sort()) await lockCase(transaction, id);
    const row = await openCaseAt(transaction, context, one, input.version);
    const links = table(transaction, 'case_link');
    if (await links.clone().where({ case_id: one, linked_id: other }).first()) throw failure('ALREADY_SETTLED');
    await links.insert([
      { case_id: one, linked_id: other },
      { case_id: other, linked_id: one },
    ]);
    await amend(work, row, {}, { kind: 'LINKED', linked_id: other, reason });
    await amend(work, await lockCase(transaction, other), {}, { kind: 'LINKED', linked_id: one, reason });
    return { case_id: one };
  }, answerCase),
} satisfies Partial<MutationResolvers>;

/** Withdraws the parts of the centre's officers, except for one who handles the case from now on. */
async function withdrawParts(
  { transaction, caller, agency, now }: Work<unknown>,
  case_id: string,
  officer: string | null,
): Promise<void> {
  const parts = table(transaction, 'participation').where({ case_id, agency }).whereNull('withdrawn_at');
  if (officer !== null) parts.whereNot({ officer });
  await parts.update({ withdrawn_by: caller.sub, withdrawn_at: now });
}

/** A case is discussed only in its own region or one that contains it. */
async function takeOffDockets(
  transaction: Knex.Transaction,
  meetings: readonly JointMeetingRow[],
  case_id: string,
  region: string,
  now: Date,
): Promise<void> {
  for (const meeting of meetings.filter((one) => !isWithin(region, one.region))) {
    const { meeting_id } = meeting;
    const items = table(transaction, 'docket_item').where({ meeting_id, case_id }).whereNull('taken_off_at');
    await items.update({ taken_off_at: now });
    await changeMeeting(transaction, meeting, {}, 'DOCKET_CHANGED', now);
  }
}
