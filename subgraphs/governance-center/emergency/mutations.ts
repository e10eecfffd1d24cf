import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { CHILD_ID } from '../../../shared/domain/child-id';
import { emergencyReason } from '../../../shared/protocol/emergency-reason';
import { failure } from '../../../shared/protocol/errors';
import { resourceOfChild } from '../../../shared/subgraph/child-reference';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { RosterRow } from '../../../shared/subgraph/rows/roster';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { impersonal, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { namedAgency } from '../named-agency';
import { present } from '../present';
import { dueAfter } from '../procedures/duration';
import type { MutationResolvers } from '../resolvers.types';
import type { MutationUseEmergencyArgs, ReviewEmergencyInput } from '../schema.types';
import { resourceOfUse } from './attributes';
import type { EmergencyUseRow } from './data';

/** 紧急处置: uses of emergency access (caller, child, reason), and their reviews by supervisors. */

export const emergencyMutationFinders: ResourceFinders<Context> = {
  // Decides only whether the caller may use emergency access at all; each child is decided separately.
  'Mutation.useEmergency': decidedByArguments((_: MutationUseEmergencyArgs, { access }: Context) => ({
    region: access.caller.region,
  })),
  'Mutation.reviewEmergency': async ({ input }: { readonly input: ReviewEmergencyInput }, { load }) =>
    resourceOfUse(await byUuid(load.emergencyUse, input.use)),
};

export const emergencyMutations = {
  /**
   * Needs no idempotency key: while a use is current, its child is not accounted for again.
   *
   * @throws ACCESS_REASON_REQUIRED, ACCESS_REASON_REFUSED; EMERGENCY_REVIEW_DUE, with nothing opened.
   * @returns one use for each child that emergency access opens to the caller.
   */
  async useEmergency(
    _: unknown,
    args: MutationUseEmergencyArgs,
    context: Context,
  ): Promise<readonly EmergencyUseRow[]> {
    const { access, work, now } = context;
    if (work === undefined) throw new Error('This subgraph has no writer role.');
    const reason = emergencyReason(args.reason);
    const children = await openedTo(context, args.children);
    if (children.length === 0) return [];
    return work.transaction(async (transaction) => {
      // Otherwise two simultaneous requests of one officer could both take the last permitted use.
      await transaction.raw('select pg_advisory_xact_lock(hashtextextended(?, 2))', [access.caller.sub]);
      const lasting: readonly EmergencyUseRow[] = await usesOf(transaction, access.caller.sub)
        .where('expires_at', '>', now)
        .whereIn(
          'child_id',
          children.map(({ child_id }) => child_id),
        );
      const uses = new Map(lasting.map((use) => [use.child_id, use]));
      // In the order of the request, which does not reveal which uses are new.
      const inOrder = () => children.map(({ child_id }) => present(uses.get(child_id) ?? null));
      const others = children.filter(({ child_id }) => !uses.has(child_id));
      if (others.length === 0) return inOrder();
      await refuseBeyondLimit(transaction, others.length, context);
      const opened = others.map((child) => newUse(child, reason, context));
      await table(transaction, 'emergency_use').insert(opened);
      for (const use of opened) uses.set(use.child_id, use);
      return inOrder();
    });
  },

  reviewEmergency: mutation(
    async ({ transaction, input, caller, now }: Work<ReviewEmergencyInput>) => {
      const note = impersonal(input.note, 'note');
      const uses = table(transaction, 'emergency_use').where({ use_id: uuid(input.use, 'use') });
      const { use_id, officer, reviewed_at, reviewed_by, finding } = await uses.clone().forUpdate().first();
      // An officer may also be a supervisor.
      if (officer === caller.sub) throw failure('REVIEW_NOT_YOURS');
      if (reviewed_at !== null) {
        const current = { finding, reviewedAt: reviewed_at, reviewedBy: reviewed_by };
        throw failure('ALREADY_SETTLED', undefined, { current });
      }
      await uses.update({ reviewed_at: now, reviewed_by: caller.sub, finding: input.finding, note });
      return { use_id };
    },
    ({ use_id }, { load }) => load.emergencyUse.load(use_id),
  ),
} satisfies Partial<MutationResolvers>;

/**
 * The children that emergency access opens to the caller. Others are unknown or live elsewhere: nothing about them was
 * answered, so there is nothing to account for.
 */
async function openedTo({ load, reads }: Context, ids: readonly string[]): Promise<readonly RosterRow[]> {
  const rows = await Promise.all([...new Set(ids)].filter((id) => CHILD_ID.test(id)).map((id) => load.child.load(id)));
  return rows.filter((row) => row !== null).filter((row) => reads('EmergencyUse.child', resourceOfChild(row)));
}

const usesOf = (transaction: Knex.Transaction, officer: string): Knex.QueryBuilder =>
  table(transaction, 'emergency_use').where({ officer });

/** @throws EMERGENCY_REVIEW_DUE if more of the officer's uses would await review than the practice in force allows. */
async function refuseBeyondLimit(transaction: Knex.Transaction, more: number, context: Context): Promise<void> {
  const { access, settings, now } = context;
  const { sub, region } = access.caller;
  const { unreviewed: limit } = settings.practices.for(region, now).emergency;
  // Expired uses count, too: they still await review.
  const [{ count }] = await usesOf(transaction, sub).whereNull('reviewed_at').count();
  if (Number(count) + more > limit) throw failure('EMERGENCY_REVIEW_DUE', undefined, { limit });
}

/** A new use, by the practice of the child's region. */
function newUse({ child_id, region }: RosterRow, reason: string, { access, settings, now }: Context): EmergencyUseRow {
  const { practices } = settings;
  const { lasts, reviewWithin } = practices.for(region, now).emergency;
  return {
    use_id: randomUUID(),
    officer: access.caller.sub,
    agency: namedAgency(access.caller.agency),
    child_id,
    region,
    reason,
    opened_at: now,
    expires_at: dueAfter(now, lasts, practices.calendar),
    review_due: dueAfter(now, reviewWithin, practices.calendar),
    reviewed_at: null,
    reviewed_by: null,
    finding: null,
    note: null,
  };
}
