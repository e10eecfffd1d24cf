import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { agencyNamed } from '../../../shared/domain/agencies';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildNamed } from '../children/attributes';
import { lockChild, regionOfChild } from '../children/lock-child';
import type { Context } from '../context';
import { LONGEST_NAME, MOST_HELPS, notLater, optionalText, several, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dayAfter } from '../procedures/duration';
import type { ProtectionCategory } from '../procedures/practice';
import type { MutationResolvers } from '../resolvers.types';
import type { AssignProtectionInput, EndProtectionInput, RecordProtectionVisitInput } from '../schema.types';
import { noteVisit } from '../visits/note-visit';
import { announce } from '../webhooks/outbox';
import { resourceOfAssignment } from './attributes';
import type { ProtectionAssignmentRow } from './data';
import { nextRoundDue } from './next-round';

/**
 * 六类包保帮扶, 四访五帮: the lead agency, the visits and their interval, and the help given. Sealed categories do not exist
 * here.
 */

const ofAssignment = async ({ input }: { readonly input: { readonly assignment: string } }, context: Context) =>
  resourceOfAssignment(await byUuid(context.load.protectionAssignment, input.assignment), context);

export const protectionMutationFinders: ResourceFinders<Context> = {
  'Mutation.assignProtection': async ({ input }: { readonly input: AssignProtectionInput }, context) => {
    const child = await resourceOfChildNamed(input.child, context);
    if (child === null) return null;
    const { lead } = context.settings.practices.for(child.region, context.now).categories[input.category];
    return { ...child, leadAgency: agencyNamed(lead) };
  },
  'Mutation.endProtection': ofAssignment,
  'Mutation.recordProtectionVisit': ofAssignment,
};

export const protectionMutations = {
  assignProtection: mutation(async ({ transaction, input, now, practices }: Work<AssignProtectionInput>) => {
    const child_id = input.child;
    const region = await lockChild(transaction, child_id);
    const { lead, visits } = practices.for(region, now).categories[input.category];
    const assignments = table(transaction, 'protection_assignment');
    const present = await assignments
      .clone()
      .where({ child_id, category: input.category })
      .whereNull('ended_on')
      .first();
    if (present !== undefined) throw failure('ALREADY_SETTLED', 'The child is already assigned to this category.');
    const assignment_id = randomUUID();
    const since = todayInChina(now.getTime());
    await assignments.insert({
      assignment_id,
      child_id,
      category: input.category,
      lead_agency: lead,
      responsible: optionalText(input.responsible, 'responsible', LONGEST_NAME),
      since,
      next_visit_due: dayAfter(since, visits, practices.calendar),
    });
    await announce(
      transaction,
      { kind: 'PROTECTION_ASSIGNED', subject: 'PROTECTION_ASSIGNMENT', id: assignment_id, region },
      now,
    );
    return { assignment_id };
  }, answerAssignment),

  endProtection: mutation(async ({ transaction, input, now }: Work<EndProtectionInput>) => {
    const { assignment_id, child_id } = await lockAssignment(transaction, input.assignment);
    await assignment(transaction, assignment_id).update({
      ended_on: todayInChina(now.getTime()),
      next_visit_due: null,
    });
    const region = await regionOfChild(transaction, child_id);
    await announce(
      transaction,
      { kind: 'PROTECTION_ENDED', subject: 'PROTECTION_ASSIGNMENT', id: assignment_id, region },
      now,
    );
    return { assignment_id };
  }, answerAssignment),

  recordProtectionVisit: mutation(async (work: Work<RecordProtectionVisitInput>) => {
    const { transaction, input, caller, agency, now, practices, context } = work;
    const visited_at = notLater(input.visitedAt, now, 'visitedAt');
    const row = await lockAssignment(transaction, input.assignment);
    const { assignment_id, child_id, category } = row;
    const visits = table(transaction, 'protection_visit');
    const visit_id = randomUUID();
    await visits.clone().insert({
      visit_id,
      assignment_id,
      party: input.party,
      helps: several(input.helps, 'helps', 0, MOST_HELPS),
      visited_at,
      visited_by: caller.name,
      agency,
      note: optionalText(input.note, 'note'),
      written_for: context.access.purpose,
    });
    await noteVisit(work, { visit_id, child_id, visited_at });
    const region = await regionOfChild(transaction, child_id);
    const rhythm = practices.for(region, now).categories[category as ProtectionCategory];
    const next = await nextRoundDue(visits.clone().where({ assignment_id }), row, rhythm, practices.calendar);
    if (next !== null) await assignment(transaction, assignment_id).update({ next_visit_due: next });
    await announce(
      transaction,
      { kind: 'PROTECTION_VISITED', subject: 'PROTECTION_ASSIGNMENT', id: assignment_id, region },
      now,
    );
    return { assignment_id };
  }, answerAssignment),
} satisfies Partial<MutationResolvers>;

function answerAssignment({ assignment_id }: { readonly assignment_id: string }, { load }: Context) {
  return load.protectionAssignment.load(assignment_id);
}

function assignment(transaction: Knex.Transaction, assignment_id: string): Knex.QueryBuilder {
  return table(transaction, 'protection_assignment').where({ assignment_id });
}

/** @throws NOT_IN_FORCE if it has ended. */
async function lockAssignment(transaction: Knex.Transaction, id: string): Promise<ProtectionAssignmentRow> {
  const row = await assignment(transaction, uuid(id, 'assignment')).forUpdate().first();
  if (row.ended_on !== null) throw failure('NOT_IN_FORCE', 'The assignment has ended.');
  return row;
}
