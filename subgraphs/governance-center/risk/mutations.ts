import { randomUUID } from 'node:crypto';
import { todayInChina } from '../../../shared/domain/dates';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import { resourceOfChildIn } from '../children/attributes';
import { lockChild, ofChild } from '../children/lock-child';
import type { Context } from '../context';
import { notLater, onList, optionalText, several, text, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dayAfter } from '../procedures/duration';
import type { Practice, RiskLevel } from '../procedures/practice';
import type { Practices } from '../procedures/practices';
import type { MutationResolvers } from '../resolvers.types';
import type { ConfirmRiskInput, ProposeRiskInput, RecordVisitInput } from '../schema.types';
import { noteVisit } from '../visits/note-visit';
import { announce } from '../webhooks/outbox';
import { knownFacts, propose } from './proposal';

/** 风险评估: proposed by rules, confirmed by a person (个人信息保护法 art. 24), followed by visits. */

export const riskMutationFinders: ResourceFinders<Context> = {
  'Mutation.proposeRisk': ofChild,
  'Mutation.confirmRisk': async ({ input }: { readonly input: ConfirmRiskInput }, context) => {
    const proposal = await byUuid(context.load.riskProposal, input.proposal);
    return resourceOfChildIn(proposal, context);
  },
  'Mutation.recordVisit': ofChild,
};

export const riskMutations = {
  proposeRisk: mutation(
    async ({ transaction, input, now, practices, context }: Work<ProposeRiskInput>) => {
      const child_id = input.child;
      const region = await lockChild(transaction, child_id);
      const practice = practices.for(region, now);
      const facts = await knownFacts(transaction, child_id, context);
      const { level, basis } = propose(facts, practice, practices.calendar, now);
      const proposals = table(transaction, 'risk_proposal');
      await proposals.clone().where({ child_id }).whereNull('settled_at').update({ settled_at: now });
      const proposal_id = randomUUID();
      await proposals.insert({ proposal_id, child_id, level, basis, practice: practice.id, proposed_at: now });
      await announce(transaction, { kind: 'RISK_PROPOSED', subject: 'RISK_PROPOSAL', id: proposal_id, region }, now);
      return { proposal_id };
    },
    ({ proposal_id }, { load }) => load.riskProposal.load(proposal_id),
  ),

  confirmRisk: mutation(async ({ transaction, input, caller, now, practices }: Work<ConfirmRiskInput>) => {
    const proposals = table(transaction, 'risk_proposal').where({ proposal_id: uuid(input.proposal, 'proposal') });
    const { child_id } = await proposals.clone().first('child_id');
    const region = await lockChild(transaction, child_id);
    const proposal = await proposals.clone().forUpdate().first();
    if (proposal.settled_at !== null) throw failure('ALREADY_SETTLED');
    const practice = practices.for(region, now);
    const level = onList(input.level, practice.levels, 'level');
    const reason = optionalText(input.reason, 'reason');
    if (level !== proposal.level && reason === null) {
      throw failure('EVIDENCE_REQUIRED', 'A level other than the proposed one requires a reason.', {
        argument: 'input.reason',
      });
    }
    const basis = input.basis?.length
      ? several(input.basis, 'basis', 1, 10).map((word) => text(word, 'basis', LONGEST_BASIS))
      : [practice.plainBasis];
    const assessments = table(transaction, 'risk_assessment');
    await assessments.clone().where({ child_id, in_force: true }).update({ in_force: false });
    const assessment_key = randomUUID();
    await assessments.insert({
      assessment_key,
      child_id,
      level,
      basis,
      assessed_at: now,
      confirmed_by: caller.name,
      next_visit_due: nextVisit(todayInChina(now.getTime()), level, practice, practices),
      in_force: true,
      proposal_id: proposal.proposal_id,
      practice: practice.id,
      reason,
    });
    await proposals.update({ settled_at: now });
    await announce(
      transaction,
      { kind: 'RISK_CONFIRMED', subject: 'RISK_ASSESSMENT', id: assessment_key, region },
      now,
    );
    return { child_id, assessment_key };
  }, answerAssessment),

  recordVisit: mutation(async (work: Work<RecordVisitInput>) => {
    const { transaction, input, caller, now, practices, context } = work;
    const child_id = input.child;
    const visited_at = notLater(input.visitedAt, now, 'visitedAt');
    const note = optionalText(input.note, 'note');
    const region = await lockChild(transaction, child_id);
    const assessments = table(transaction, 'risk_assessment').where({ child_id, in_force: true });
    const assessment = await assessments.clone().first();
    if (assessment === undefined) throw failure('NOT_IN_FORCE', 'No assessment of this child is in force.');
    const { assessment_key, next_visit_due } = assessment;
    const visit_id = randomUUID();
    await table(transaction, 'risk_visit').insert({
      visit_id,
      assessment_key,
      visited_at,
      visited_by: caller.name,
      note,
      written_for: context.access.purpose,
    });
    await noteVisit(work, { visit_id, child_id, visited_at });
    const practice = practices.for(region, now);
    const next = nextVisit(todayInChina(visited_at.getTime()), assessment.level, practice, practices);
    // A visit that is recorded late must not move the next one forward.
    if (next !== null && (next_visit_due === null || next > next_visit_due)) {
      await assessments.update({ next_visit_due: next });
    }
    return { child_id, assessment_key };
  }, answerAssessment),
} satisfies Partial<MutationResolvers>;

const LONGEST_BASIS = 50;

async function answerAssessment(
  { child_id, assessment_key }: { readonly child_id: string; readonly assessment_key: string },
  { load }: Context,
) {
  const all = await load.riskAssessments.load(child_id);
  return all.find((one) => one.assessment_key === assessment_key) ?? null;
}

/** The day of the next visit; null for a level that requires none, or that the scheme in force does not have. */
function nextVisit(day: string, level: RiskLevel, practice: Practice, { calendar }: Practices): string | null {
  const every = practice.visits[level];
  return every === undefined ? null : dayAfter(day, every, calendar);
}
