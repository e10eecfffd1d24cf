import { failure } from '../../../shared/protocol/errors';
import type { ResourceFinders } from '../../../shared/subgraph/guard/resource-finders';
import type { Context } from '../context';
import { impersonal, kindOf, later, optionalText } from '../mutations/input';
import { mutation, type WithKey, type Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { MutationResolvers } from '../resolvers.types';
import type { CancelTaskInput, ChangeTaskInput, HandOnTaskInput } from '../schema.types';
import type { NoticeKind } from '../webhooks/notice';
import { announce } from '../webhooks/outbox';
import { type Amendment, amend } from './amend';
import type { TaskRow } from './data';
import { refuseClosed, refuseOutdated } from './lock-case';
import { isOpen, type LockedTask, lockTask } from './open-task';
import { answerTask, ofTask } from './task-mutations';

/** 任务更正: open tasks are changed, cancelled and handed on, by the officer who handles the case. */

export const taskAmendmentMutationFinders: ResourceFinders<Context> = {
  'Mutation.changeTask': ofTask,
  'Mutation.cancelTask': ofTask,
  'Mutation.handOnTask': ofTask,
};

export const taskAmendmentMutations = {
  changeTask: mutation(async (work: Work<ChangeTaskInput>) => {
    const { input, now, practices } = work;
    const reason = impersonal(input.reason, 'reason');
    const instruction = optionalText(input.instruction, 'instruction');
    const due_at = input.dueAt == null ? null : later(input.dueAt, now, 'dueAt');
    if (input.kind == null && instruction === null && due_at === null) {
      throw failure('BAD_USER_INPUT', 'Name a kind, an instruction or a due time.', { argument: 'input.kind' });
    }
    const open = await lockOpenTask(work);
    const { task_id, ...task } = open.task;
    const { taskKinds } = practices.for(open.row.region, now);
    const kind = input.kind == null ? task.kind : kindOf(input.kind, taskKinds, 'kind');
    const amendments: Amendment[] = [];
    if (kind !== task.kind) {
      amendments.push({ kind: 'TASK_KIND_CHANGED', task_id, before: task.kind, after: kind, reason });
    }
    if (instruction !== null && instruction !== task.instruction) {
      amendments.push({ kind: 'TASK_INSTRUCTED', task_id, words_before: task.instruction, reason });
    }
    if (due_at !== null && due_at.getTime() !== task.due_at.getTime()) {
      const [before, after] = [task.due_at.toISOString(), due_at.toISOString()];
      amendments.push({ kind: 'TASK_RESCHEDULED', task_id, before, after, reason });
    }
    if (amendments.length === 0) throw failure('ALREADY_SETTLED');
    const change = { kind, ...(instruction !== null && { instruction }), ...(due_at !== null && { due_at }) };
    return changeTask(work, open, change, 'TASK_CHANGED', ...amendments);
  }, answerTask),

  cancelTask: mutation(async (work: Work<CancelTaskInput>) => {
    const reason = impersonal(work.input.reason, 'reason');
    const open = await lockOpenTask(work);
    const amendment = { kind: 'TASK_CANCELLED', task_id: open.task.task_id, reason } as const;
    return changeTask(work, open, { cancelled_at: work.now }, 'TASK_CHANGED', amendment);
  }, answerTask),

  handOnTask: mutation(async (work: Work<HandOnTaskInput>) => {
    const { agency } = work.input;
    const reason = impersonal(work.input.reason, 'reason');
    const open = await lockOpenTask(work);
    const { task_id, agency: before } = open.task;
    if (agency === before) throw failure('ALREADY_SETTLED');
    const amendment = { kind: 'TASK_HANDED_ON', task_id, before, after: agency, reason } as const;
    return changeTask(work, open, { agency }, 'TASK_ASSIGNED', amendment);
  }, answerTask),
} satisfies Partial<MutationResolvers>;

interface OfTask extends WithKey {
  readonly task: string;
  readonly version: number;
}

/**
 * Locks an open task and its open case.
 *
 * @throws ALREADY_SETTLED, CASE_CLOSED, or CONFLICT with the case's current state.
 */
async function lockOpenTask({ transaction, input, context }: Work<OfTask>): Promise<LockedTask> {
  const locked = await lockTask(transaction, input.task);
  refuseClosed(locked.row, context);
  refuseOutdated(locked.row, input.version, context);
  if (!isOpen(locked.task)) throw failure('ALREADY_SETTLED');
  return locked;
}

/** Writes a change of a task. Its agency takes part in the case. */
async function changeTask(
  work: Work<OfTask>,
  { row, task: { task_id, agency } }: LockedTask,
  change: Partial<TaskRow>,
  kind: NoticeKind,
  ...amendments: readonly Amendment[]
): Promise<{ readonly task_id: string }> {
  const { transaction, now } = work;
  await table(transaction, 'task').where({ task_id }).update(change);
  const agencies = [...new Set([...row.agencies, change.agency ?? agency])];
  await amend(work, row, { agencies }, ...amendments);
  await announce(transaction, { kind, subject: 'TASK', id: task_id, region: row.region }, now);
  return { task_id };
}
