import { randomUUID } from 'node:crypto';
import { addDays, todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfRegion } from '../children/attributes';
import type { Context } from '../context';
import { LONGEST_OFFICER, text, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dayAfter } from '../procedures/duration';
import type { MutationResolvers } from '../resolvers.types';
import type { ConfirmDutyInput, WithdrawDutyInput } from '../schema.types';
import { resourceOfDuty } from './attributes';

/** 岗位授权: a responsible person confirms what an officer of the own agency does day by day (未成年人网络保护条例 art. 36). */

/** How long before its first day a duty can be confirmed, so that the next begins when one ends. */
const CONFIRMED_BEFORE_DAYS = 30;

export const dutyMutationFinders: ResourceFinders<Context> = {
  'Mutation.confirmDuty': decidedByArguments(({ input }: { readonly input: ConfirmDutyInput }, context: Context) =>
    resourceOfRegion(input.region, context),
  ),
  'Mutation.withdrawDuty': async ({ input }: { readonly input: WithdrawDutyInput }, { load }) =>
    resourceOfDuty(await byUuid(load.duty, input.duty)),
};

export const dutyMutations = {
  confirmDuty: mutation(async (work: Work<ConfirmDutyInput>) => {
    const { transaction, caller, now } = work;
    const duty = dutyIn(work);
    if (duty.officer === caller.sub) throw failure('SELF_CONFIRMATION', undefined, { argument: 'input.officer' });
    refuseTerm(work);
    await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 3))', [duty.officer]);
    const duties = () => table(transaction, 'duty');
    const present = await duties().where(duty).whereNull('withdrawn_at').first('duty_id');
    if (present !== undefined) return present as { readonly duty_id: string };
    const duty_id = randomUUID();
    await duties().insert({ duty_id, ...duty, confirmed_by: caller.sub, confirmed_at: now });
    return { duty_id };
  }, answerDuty),

  withdrawDuty: mutation(async ({ transaction, input, caller, now }: Work<WithdrawDutyInput>) => {
    const duty_id = uuid(input.duty, 'duty');
    const duties = table(transaction, 'duty').where({ duty_id });
    const { withdrawn_at } = await duties.clone().forUpdate().first('withdrawn_at');
    if (withdrawn_at !== null) throw failure('ALREADY_SETTLED');
    await duties.update({ withdrawn_by: caller.sub, withdrawn_at: now });
    return { duty_id };
  }, answerDuty),
} satisfies Partial<MutationResolvers>;

function answerDuty({ duty_id }: { readonly duty_id: string }, { load }: Context) {
  return load.duty.load(duty_id);
}

/** A duty of an officer of the caller's own agency. @throws BAD_USER_INPUT, TEXT_REFUSED */
function dutyIn({ input, agency }: Work<ConfirmDutyInput>) {
  const { kind, region, from, until } = input;
  const categories = [...new Set(input.categories)].sort();
  if (kind !== 'WELFARE' && categories.length > 0) {
    throw failure('BAD_USER_INPUT', 'Only a duty of welfare has categories.', { argument: 'input.categories' });
  }
  const officer = text(input.officer, 'officer', LONGEST_OFFICER);
  return { officer, agency, kind, region, categories, valid_from: from, valid_until: until };
}

/** @throws DATE_REFUSED, DUTY_TOO_LONG */
function refuseTerm({ input, now, practices }: Work<ConfirmDutyInput>): void {
  const { from, until, region } = input;
  const today = todayInChina(now.getTime());
  const refuse = (argument: string, detail: string) => failure('DATE_REFUSED', detail, { argument });
  if (from < today || from > addDays(today, CONFIRMED_BEFORE_DAYS)) {
    throw refuse('input.from', 'A duty begins today, or within 30 days.');
  }
  if (until < from) throw refuse('input.until', 'A duty must not end before it begins.');
  const { longest } = practices.for(region, now).duties;
  if (until > dayAfter(from, longest, practices.calendar)) {
    throw failure('DUTY_TOO_LONG', undefined, { argument: 'input.until' });
  }
}
