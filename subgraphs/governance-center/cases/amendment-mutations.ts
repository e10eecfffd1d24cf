import type { Knex } from 'knex';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { resourceOfChildNamed } from '../children/attributes';
import type { Context } from '../context';
import { refuseFullDocket } from '../meetings/docket-size';
import { lockMeetingsOfCase } from '../meetings/meetings-of-case';
import { impersonal, notFound, onList } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { Practices } from '../procedures/practices';
import type { MutationResolvers } from '../resolvers.types';
import type { AddCaseChildInput, ChangeCaseLevelInput, RemoveCaseChildInput } from '../schema.types';
import { amend } from './amend';
import { resourceOfCaseNamed } from './attributes';
import type { CaseRow } from './data';
import { answerCase, ofCase, openCaseAt } from './lock-case';
import { dueOfNext, MOST_CHILDREN } from './mutations';

/** 更正: the level of a case and its children are put right, each time with a reason. */

export const amendmentMutationFinders: ResourceFinders<Context> = {
  'Mutation.changeCaseLevel': ofCase,
  'Mutation.addCaseChild': async ({ input }: { readonly input: AddCaseChildInput }, context) => {
    const [record, child] = await Promise.all([
      resourceOfCaseNamed(input.case, context),
      resourceOfChildNamed(input.child, context),
    ]);
    return record && child && { ...record, newRegion: child.region };
  },
  'Mutation.removeCaseChild': ofCase,
};

export const amendmentMutations = {
  changeCaseLevel: mutation(async (work: Work<ChangeCaseLevelInput>) => {
    const { transaction, input, now, practices, context } = work;
    const reason = impersonal(input.reason, 'reason');
    const row = await openCaseAt(transaction, context, input.case, input.version);
    const level = onList(input.level, practices.for(row.region, now).levels, 'level');
    if (level === row.level) throw failure('ALREADY_SETTLED');
    const due_at = await dueAtLevel(transaction, { ...row, level }, now, practices);
    await amend(work, row, { level, due_at }, { kind: 'LEVEL_CHANGED', before: row.level, after: level, reason });
    return { case_id: row.case_id };
  }, answerCase),

  addCaseChild: mutation(async (work: Work<AddCaseChildInput>) => {
    const { transaction, input, context } = work;
    const reason = impersonal(input.reason, 'reason');
    const meetings = await lockMeetingsOfCase(transaction, input.case);
    const row = await openCaseAt(transaction, context, input.case, input.version);
    const { case_id } = row;
    const children = await childrenOf(transaction, case_id);
    if (children.includes(input.child)) throw failure('ALREADY_SETTLED');
    if (children.length >= MOST_CHILDREN) throw failure('CASE_FULL', undefined, { limit: MOST_CHILDREN });
    await table(transaction, 'case_child').insert({ case_id, child_id: input.child });
    for (const { meeting_id } of meetings) await refuseFullDocket(transaction, meeting_id, case_id);
    await amend(work, row, {}, { kind: 'CHILD_ADDED', reason, child_id: input.child });
    return { case_id };
  }, answerCase),

  removeCaseChild: mutation(async (work: Work<RemoveCaseChildInput>) => {
    const { transaction, input, now, context } = work;
    const reason = impersonal(input.reason, 'reason');
    const row = await openCaseAt(transaction, context, input.case, input.version);
    const of = { case_id: row.case_id, child_id: input.child };
    const children = await childrenOf(transaction, row.case_id);
    if (!children.includes(input.child)) throw notFound('child');
    if (children.length === 1) throw failure('LAST_CHILD');
    await table(transaction, 'case_child').where(of).update({ removed_at: now });
    // The case would open them to its handlers.
    await table(transaction, 'clue').where(of).update({ case_id: null });
    await amend(work, row, {}, { kind: 'CHILD_REMOVED', reason, child_id: input.child });
    return { case_id: row.case_id };
  }, answerCase),
} satisfies Partial<MutationResolvers>;

const childrenOf = (transaction: Knex.Transaction, case_id: string): Promise<readonly string[]> =>
  table(transaction, 'case_child').where({ case_id }).pluck('child_id');

/**
 * When the next step is due at a changed level: within its time after the last step. If that has passed, within its time
 * from now, but never later than before.
 */
async function dueAtLevel(
  transaction: Knex.Transaction,
  row: CaseRow,
  now: Date,
  practices: Practices,
): Promise<Date | null> {
  const steps = table(transaction, 'case_step').where({ case_id: row.case_id });
  const [last] = await steps.max({ at: 'taken_at' });
  const due = dueOfNext(row.step, row, last?.at ?? row.opened_at, practices);
  if (due === null || due > now) return due;
  const fromNow = dueOfNext(row.step, row, now, practices);
  return fromNow === null || (row.due_at !== null && row.due_at < fromNow) ? row.due_at : fromNow;
}
