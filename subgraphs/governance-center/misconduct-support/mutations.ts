import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { enumName } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildNamed } from '../children/attributes';
import { lockChild, regionOfChild } from '../children/lock-child';
import type { Context } from '../context';
import { MOST_HELPS, notLater, optionalText, several, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dayAfter } from '../procedures/duration';
import { nextRoundDue } from '../protection/next-round';
import type { MutationResolvers } from '../resolvers.types';
import type { BeginSupportInput, EndSupportInput, RecordSupportVisitInput } from '../schema.types';
import { resourceOfSupport } from './attributes';
import type { MisconductSupportRow } from './data';

/**
 * 四访五帮 for children with serious misconduct. No app is told, and no figure, proposal or other assignment changes: it
 * leaves no trace outside its class.
 */

const LEAD = 'public-security';
const MOST_HELPERS = 6;

const ofSupport = async ({ input }: { readonly input: { readonly support: string } }, context: Context) =>
  resourceOfSupport(await byUuid(context.load.misconductSupport, input.support), context);

export const misconductSupportMutationFinders: ResourceFinders<Context> = {
  'Mutation.beginSupport': async ({ input }: { readonly input: BeginSupportInput }, context) => {
    const child = await resourceOfChildNamed(input.child, context);
    return child && { ...child, leadAgency: LEAD };
  },
  'Mutation.recordSupportVisit': ofSupport,
  'Mutation.endSupport': ofSupport,
};

export const misconductSupportMutations = {
  beginSupport: mutation(async ({ transaction, input, now, practices }: Work<BeginSupportInput>) => {
    const child_id = input.child;
    const region = await lockChild(transaction, child_id);
    const present = await supports(transaction).where({ child_id }).whereNull('ended_on').first();
    if (present !== undefined) throw failure('ALREADY_SETTLED', 'The child is already supported.');
    const support_id = randomUUID();
    const since = todayInChina(now.getTime());
    await supports(transaction).insert({
      support_id,
      child_id,
      lead_agency: enumName(LEAD),
      helpers: several(input.helpers, 'helpers', 0, MOST_HELPERS),
      since,
      next_visit_due: dayAfter(since, practices.for(region, now).support.visits, practices.calendar),
    });
    return { support_id };
  }, answerSupport),

  recordSupportVisit: mutation(async (work: Work<RecordSupportVisitInput>) => {
    const { transaction, input, caller, agency, now, practices } = work;
    const visited_at = notLater(input.visitedAt, now, 'visitedAt');
    const row = await lockSupport(transaction, input.support);
    const { support_id, child_id } = row;
    const visits = table(transaction, 'support_visit');
    await visits.clone().insert({
      visit_id: randomUUID(),
      support_id,
      party: input.party,
      helps: several(input.helps, 'helps', 0, MOST_HELPS),
      visited_at,
      visited_by: caller.name,
      agency,
      note: optionalText(input.note, 'note'),
    });
    const region = await regionOfChild(transaction, child_id);
    const rhythm = practices.for(region, now).support;
    const next = await nextRoundDue(visits.clone().where({ support_id }), row, rhythm, practices.calendar);
    if (next !== null) await supportOf(transaction, support_id).update({ next_visit_due: next });
    return { support_id };
  }, answerSupport),

  endSupport: mutation(async ({ transaction, input, now }: Work<EndSupportInput>) => {
    const { support_id } = await lockSupport(transaction, input.support);
    await supportOf(transaction, support_id).update({ ended_on: todayInChina(now.getTime()), next_visit_due: null });
    return { support_id };
  }, answerSupport),
} satisfies Partial<MutationResolvers>;

function answerSupport({ support_id }: { readonly support_id: string }, { load }: Context) {
  return load.misconductSupport.load(support_id);
}

const supports = (transaction: Knex.Transaction) => table(transaction, 'misconduct_support');
const supportOf = (transaction: Knex.Transaction, support_id: string) => supports(transaction).where({ support_id });

/** @throws NOT_IN_FORCE if it has ended. */
async function lockSupport(transaction: Knex.Transaction, id: string): Promise<MisconductSupportRow> {
  const row = await supportOf(transaction, uuid(id, 'support')).forUpdate().first();
  if (row.ended_on !== null) throw failure('NOT_IN_FORCE', 'The support has ended.');
  return row;
}
