import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildNamed } from '../children/attributes';
import { lockChild, regionOfChild } from '../children/lock-child';
import type { Context } from '../context';
import { later, notLater, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dayAfter } from '../procedures/duration';
import type { Practices } from '../procedures/practices';
import type { MutationResolvers } from '../resolvers.types';
import type {
  EndVillageNoticeInput,
  NotifyVillageInput,
  RecordNoticeVisitInput,
  VillageNoticeKind,
} from '../schema.types';
import { ISSUER, resourceOfVillageNotice } from './attributes';

/**
 * 村居通知: what villages are told of family violence, and the visits that follow (反家庭暴力法 art. 17, 32). No app is told:
 * a notice to apps would reach more people than may know.
 */

const ofNotice = async ({ input }: { readonly input: { readonly notice: string } }, context: Context) =>
  resourceOfVillageNotice(await byUuid(context.load.villageNotice, input.notice), context);

export const villageNoticeMutationFinders: ResourceFinders<Context> = {
  'Mutation.notifyVillage': async ({ input }: { readonly input: NotifyVillageInput }, context) => {
    const child = await resourceOfChildNamed(input.child, context);
    return child && { ...child, issuer: ISSUER[input.kind] };
  },
  'Mutation.recordNoticeVisit': ofNotice,
  'Mutation.endVillageNotice': ofNotice,
};

export const villageNoticeMutations = {
  notifyVillage: mutation(async (work: Work<NotifyVillageInput>) => {
    const { transaction, input, caller, agency, now, practices } = work;
    const { child: child_id, kind, until } = input;
    // The follow-up ends with the day.
    later(`${until}T23:59:59+08:00`, now, 'until');
    const region = await lockChild(transaction, child_id);
    const today = todayInChina(now.getTime());
    const present = await notices(transaction).where({ child_id, kind }).whereNull('ended_on').first();
    if (present !== undefined && present.until >= today) {
      throw failure('ALREADY_SETTLED', 'The village has been notified of this already.');
    }
    // One whose last day has passed has ended with it.
    if (present !== undefined) await noticeOf(transaction, present.notice_id).update({ ended_on: present.until });
    const notice_id = randomUUID();
    const next = visitAfter(today, kind, region, now, practices);
    await notices(transaction).insert({
      notice_id,
      child_id,
      kind,
      agency,
      notified_at: now,
      notified_by: caller.name,
      until,
      // A short follow-up has one visit, on its last day.
      next_visit_due: next < until ? next : until,
    });
    return { notice_id };
  }, answerNotice),

  recordNoticeVisit: mutation(async (work: Work<RecordNoticeVisitInput>) => {
    const { transaction, input, caller, agency, now, practices } = work;
    const visited_at = notLater(input.visitedAt, now, 'visitedAt');
    const { notice_id, child_id, kind, until, next_visit_due } = await lockNotice(transaction, input.notice);
    await table(transaction, 'notice_visit').insert({
      visit_id: randomUUID(),
      notice_id,
      visited_at,
      visited_by: caller.name,
      agency,
    });
    const region = await regionOfChild(transaction, child_id);
    const next = visitAfter(todayInChina(visited_at.getTime()), kind, region, now, practices);
    // A visit that is recorded late must not move the next one forward.
    if (next_visit_due !== null && next > next_visit_due) {
      await noticeOf(transaction, notice_id).update({ next_visit_due: next <= until ? next : null });
    }
    return { notice_id };
  }, answerNotice),

  endVillageNotice: mutation(async ({ transaction, input, now }: Work<EndVillageNoticeInput>) => {
    const { notice_id } = await lockNotice(transaction, input.notice);
    await noticeOf(transaction, notice_id).update({ ended_on: todayInChina(now.getTime()), next_visit_due: null });
    return { notice_id };
  }, answerNotice),
} satisfies Partial<MutationResolvers>;

function answerNotice({ notice_id }: { readonly notice_id: string }, { load }: Context) {
  return load.villageNotice.load(notice_id);
}

function visitAfter(day: string, kind: VillageNoticeKind, region: string, now: Date, practices: Practices): string {
  return dayAfter(day, practices.for(region, now).notices[kind], practices.calendar);
}

const notices = (transaction: Knex.Transaction) => table(transaction, 'village_notice');
const noticeOf = (transaction: Knex.Transaction, notice_id: string) => notices(transaction).where({ notice_id });

/** @throws NOT_IN_FORCE if the follow-up has ended. */
async function lockNotice(transaction: Knex.Transaction, id: string) {
  const row = await noticeOf(transaction, uuid(id, 'notice')).forUpdate().first();
  if (row.ended_on !== null) throw failure('NOT_IN_FORCE', 'The follow-up has ended.');
  return row;
}
