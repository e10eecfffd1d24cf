import { randomUUID } from 'node:crypto';
import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import { byUuid } from '../by-uuid';
import type { Context } from '../context';
import { kindOf, later, notFound, optionalText, several, text } from '../mutations/input';
import { mutation, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type { AssignTaskInput, CompleteTaskInput, DecisionTaskInput } from '../schema.types';
import { announce } from '../webhooks/outbox';
import { resourceOfTask } from './attributes';
import type { CaseRow } from './data';
import { changeCase, childrenOfCase, ofCase, openCaseAt, refuseClosed } from './lock-case';
import { MOST_CHILDREN } from './mutations';
import { isOpen, lockTask } from './open-task';

/** 任务: an agency's work in a case, with a due time and an outcome. */

/** The record by which a mutation on a task is decided. */
export async function ofTask({ input }: { readonly input: { readonly task: string } }, context: Context) {
  return resourceOfTask(await byUuid(context.load.task, input.task), context);
}

export const taskMutationFinders: ResourceFinders<Context> = {
  'Mutation.assignTask': ofCase,
  'Mutation.completeTask': ofTask,
};

export const taskMutations = {
  assignTask: mutation(async (work: Work<AssignTaskInput>) => {
    const row = await openCaseAt(work.transaction, work.context, work.input.case);
    const children = await childrenFor(work, row);
    const [task_id = ''] = await assign(work, row, [work.input], children, null);
    return { task_id };
  }, answerTask),

  completeTask: mutation(async ({ transaction, input, caller, now, context }: Work<CompleteTaskInput>) => {
    const outcome = text(input.outcome, 'outcome');
    const { row, task } = await lockTask(transaction, input.task);
    if (!isOpen(task)) throw failure('ALREADY_SETTLED');
    refuseClosed(row, context);
    const { task_id } = task;
    await table(transaction, 'task').where({ task_id }).update({ done_at: now, outcome, done_by: caller.name });
    await announce(transaction, { kind: 'TASK_DONE', subject: 'TASK', id: task_id, region: row.region }, now);
    return { task_id };
  }, answerTask),
} satisfies Partial<MutationResolvers>;

export function answerTask({ task_id }: { readonly task_id: string }, { load }: Context) {
  return load.task.load(task_id);
}

/**
 * Assigns tasks to agencies, which take part in the case from then on.
 *
 * @param row the locked case.
 * @param children whom they are about, of the case's.
 * @param meeting_id the meeting whose decision they come from; null without one.
 * @returns their ids.
 */
export async function assign(
  { transaction, caller, now, practices }: Pick<Work<unknown>, 'transaction' | 'caller' | 'now' | 'practices'>,
  row: CaseRow,
  inputs: readonly DecisionTaskInput[],
  children: readonly string[],
  meeting_id: string | null,
): Promise<readonly string[]> {
  const { taskKinds } = practices.for(row.region, now);
  const tasks = inputs.map((input) => ({
    task_id: randomUUID(),
    case_id: row.case_id,
    meeting_id,
    agency: input.agency,
    kind: kindOf(input.kind, taskKinds, 'kind'),
    instruction: optionalText(input.instruction, 'instruction'),
    due_at: later(input.dueAt, now, 'dueAt'),
    assigned_at: now,
    assigned_by: caller.name,
  }));
  if (tasks.length === 0) return [];
  await table(transaction, 'task').insert(tasks);
  const about = tasks.flatMap(({ task_id }) => children.map((child_id) => ({ task_id, child_id })));
  if (about.length > 0) await table(transaction, 'task_child').insert(about);
  await changeCase(transaction, row, {
    agencies: [...new Set([...row.agencies, ...tasks.map(({ agency }) => agency)])],
  });
  for (const { task_id } of tasks) {
    await announce(transaction, { kind: 'TASK_ASSIGNED', subject: 'TASK', id: task_id, region: row.region }, now);
  }
  return tasks.map(({ task_id }) => task_id);
}

/**
 * The children whom a new task is about: those named, or the case's only child.
 *
 * @throws BAD_USER_INPUT if the case has several children and none is named, RECORD_NOT_FOUND for others than its own.
 */
async function childrenFor({ transaction, input }: Work<AssignTaskInput>, row: CaseRow): Promise<readonly string[]> {
  const ofCase = await childrenOfCase(transaction, row);
  if (input.children == null) {
    if (ofCase.length <= 1) return ofCase;
    throw failure('BAD_USER_INPUT', 'The case has several children: name those whom the task is about.', {
      argument: 'input.children',
    });
  }
  const named = several(input.children, 'children', 1, MOST_CHILDREN);
  if (!named.every((child) => ofCase.includes(child))) throw notFound('children');
  return named;
}
