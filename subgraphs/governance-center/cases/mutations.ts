import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { todayInChina } from '../../../shared/domain/dates';
import { regionLevel } from '../../../shared/domain/regions';
import { failure } from '../../../shared/protocol/errors';
import { decidedByArguments, type ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { resourceOfChildNamed, resourceOfRegion } from '../children/attributes';
import { resourceOfClue } from '../clues/attributes';
import type { Context } from '../context';
import { kindOf, notFound, onList, optionalText, several, text, uuid } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import { dueAfter } from '../procedures/duration';
import { CASE_STEPS, type CaseStep, type LaterStep, type RiskLevel } from '../procedures/practice';
import type { Practices } from '../procedures/practices';
import type { MutationResolvers } from '../resolvers.types';
import type { OpenCaseInput, ReopenCaseInput, TakeStepInput } from '../schema.types';
import { announce } from '../webhooks/outbox';
import type { CaseRow } from './data';
import { answerCase, changeCase, lockCase, ofCase, openCaseAt, refuseOutdated, stateOf } from './lock-case';
import { settleOpenTasks } from './settle-open-tasks';

/**
 * 个案: five steps and closing, each by an authorised level, in time and with the required note or evidence
 * (发现-评估-流转-处置-回访).
 */

export const caseMutationFinders: ResourceFinders<Context> = {
  'Mutation.openCase': decidedByArguments(({ input }: { readonly input: OpenCaseInput }, context: Context) =>
    resourceOfRegion(input.region, context),
  ),
  'Mutation.takeStep': ofCase,
  'Mutation.reopenCase': ofCase,
};

export const caseMutations = {
  openCase: mutation(async (work: Work<OpenCaseInput>) => {
    const { transaction, input, caller, agency, now, practices, context } = work;
    const practice = practices.for(input.region, now);
    const children = several(input.children, 'children', 1, MOST_CHILDREN);
    // The caller may open a case only for children whom they may know of.
    const records = await Promise.all(children.map((id) => resourceOfChildNamed(id, context)));
    if (!records.every((child) => context.reads('Child.region', child))) throw notFound('children');
    const case_id = randomUUID();
    const row = {
      case_id,
      number: `${input.region.slice(0, 6)}-${todayInChina(now.getTime()).slice(0, 4)}-${case_id.replaceAll('-', '').slice(0, 10)}`,
      kind: kindOf(input.kind, practice.caseKinds, 'kind'),
      level: onList(input.level, practice.levels, 'level'),
      region: input.region,
      step: 'DISCOVERED',
      agencies: [...new Set([agency, ...input.agencies])],
      opened_at: now,
      closed_at: null,
      version: 1,
    };
    const from = (view: string) => table(transaction, view);
    await from('case_file').insert({ ...row, due_at: dueOfNext(row.step as CaseStep, row, now, practices) });
    await from('case_child').insert(children.map((child_id) => ({ case_id, child_id })));
    await from('case_step').insert({ case_id, step: row.step, taken_by: caller.name, agency, taken_at: now });
    if (input.clue != null) {
      const clues = from('clue').where({ clue_id: uuid(input.clue, 'clue') });
      const clue = await clues.clone().forUpdate().first();
      if (clue === undefined || !context.reads('Clue.id', resourceOfClue(clue))) throw notFound('clue');
      if (clue.case_id !== null) throw failure('ALREADY_SETTLED', 'The clue already belongs to a case.');
      await clues.update({ case_id, child_id: clue.child_id ?? (children.length === 1 ? children[0] : null) });
    }
    await announce(transaction, { kind: 'CASE_OPENED', subject: 'CASE', id: case_id, region: input.region }, now);
    return { case_id };
  }, answerCase),

  takeStep: mutation(async (work: Work<TakeStepInput>) => {
    const { transaction, input, caller, agency, now, practices, context } = work;
    const { step } = input;
    const note = optionalText(input.note, 'note');
    const evidence = several(input.evidence, 'evidence', 0, MOST_EVIDENCE).map((number) =>
      text(number, 'evidence', LONGEST_NUMBER),
    );
    const row = await openCaseAt(transaction, context, input.case, input.version);
    if (CASE_STEPS.indexOf(step) !== CASE_STEPS.indexOf(row.step as CaseStep) + 1) {
      throw failure('STEP_OUT_OF_ORDER', undefined, stateOf(row, context));
    }
    const { by, needs } = practices.for(row.region, now).steps[step as LaterStep];
    const level = regionLevel(caller.region);
    if (level === undefined || !by.includes(level)) throw failure('STEP_NOT_YOURS');
    if (needs === 'evidence' && evidence.length === 0) {
      throw failure('EVIDENCE_REQUIRED', undefined, { argument: 'input.evidence' });
    }
    if (needs === 'note' && note === null) throw failure('EVIDENCE_REQUIRED', undefined, { argument: 'input.note' });
    const closing = step === 'CLOSED';
    await settleOpenTasks(work, row);
    await record(transaction, { row, step, taken_by: caller.name, agency, note, evidence, now, reopening: false });
    await changeCase(transaction, row, {
      step,
      due_at: dueOfNext(step, row, now, practices),
      closed_at: closing ? now : null,
    });
    const kind = closing ? 'CASE_CLOSED' : 'CASE_STEP_TAKEN';
    await announce(transaction, { kind, subject: 'CASE', id: row.case_id, region: row.region }, now);
    return { case_id: row.case_id };
  }, answerCase),

  reopenCase: mutation(
    async ({ transaction, input, caller, agency, now, practices, context }: Work<ReopenCaseInput>) => {
      const reason = text(input.reason, 'reason');
      const row = await lockCase(transaction, input.case);
      refuseOutdated(row, input.version, context);
      if (row.closed_at === null) throw failure('STEP_OUT_OF_ORDER', undefined, stateOf(row, context));
      const step: CaseStep = 'DISCOVERED';
      await record(transaction, {
        row,
        step,
        taken_by: caller.name,
        agency,
        note: reason,
        evidence: [],
        now,
        reopening: true,
      });
      await changeCase(transaction, row, { step, due_at: dueOfNext(step, row, now, practices), closed_at: null });
      await announce(transaction, { kind: 'CASE_REOPENED', subject: 'CASE', id: row.case_id, region: row.region }, now);
      return { case_id: row.case_id };
    },
    answerCase,
  ),
} satisfies Partial<MutationResolvers>;

/** The most children that a case is about. */
export const MOST_CHILDREN = 20;
const MOST_EVIDENCE = 20;
const LONGEST_NUMBER = 100;

interface StepTaken {
  readonly row: CaseRow;
  readonly step: CaseStep;
  readonly taken_by: string;
  readonly agency: string;
  readonly note: string | null;
  readonly evidence: readonly string[];
  readonly now: Date;
  readonly reopening: boolean;
}

async function record(transaction: Knex.Transaction, { row, now, ...step }: StepTaken): Promise<void> {
  await table(transaction, 'case_step').insert({ case_id: row.case_id, ...step, taken_at: now, due_at: row.due_at });
}

/** When the step after this one is due; null after the last. */
export function dueOfNext(
  step: CaseStep,
  { level, region }: Pick<CaseRow, 'level' | 'region'>,
  now: Date,
  practices: Practices,
): Date | null {
  const next = CASE_STEPS[CASE_STEPS.indexOf(step) + 1] as LaterStep | undefined;
  if (next === undefined) return null;
  const { within, faster } = practices.for(region, now).steps[next];
  return dueAfter(now, faster[level as RiskLevel] ?? within, practices.calendar);
}
