import { failure } from '../../../shared/protocol/errors';
import type { Work } from '../mutations/mutation';
import { table } from '../mutations/table';
import type { CaseStep } from '../procedures/practice';
import type { TakeStepInput } from '../schema.types';
import { announce } from '../webhooks/outbox';
import { keepHistory } from './amend';
import type { CaseRow } from './data';

/** Steps that say what has been done: whoever takes one says what becomes of tasks that are not. */
const ASKING: readonly CaseStep[] = ['HANDLED', 'REVISITED', 'CLOSED'];

/**
 * Leaves or cancels the open tasks of a case whose next step is taken, as the officer says.
 *
 * @param row the locked case.
 * @throws TASKS_OPEN with their number, if the officer does not say, or leaves tasks in a case that is to be closed.
 */
export async function settleOpenTasks(work: Work<TakeStepInput>, { case_id, region }: CaseRow): Promise<void> {
  const { transaction, input, now } = work;
  if (!ASKING.includes(input.step)) return;
  const tasks = table(transaction, 'task').where({ case_id }).whereNull('done_at').whereNull('cancelled_at');
  const open: readonly string[] = await tasks.clone().forUpdate().pluck('task_id');
  if (open.length === 0) return;
  if (input.openTasks === 'LEAVE' && input.step !== 'CLOSED') return;
  if (input.openTasks !== 'CANCEL') throw failure('TASKS_OPEN', undefined, { openTasks: open.length });
  await tasks.update({ cancelled_at: now });
  await keepHistory(
    work,
    case_id,
    open.map((task_id) => ({ kind: 'TASK_CANCELLED', task_id, reason: null })),
  );
  for (const id of open) await announce(transaction, { kind: 'TASK_CHANGED', subject: 'TASK', id, region }, now);
}
