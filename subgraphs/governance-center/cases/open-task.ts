import type { Knex } from 'knex';
import { uuid } from '../mutations/input';
import { table } from '../mutations/table';
import type { CaseRow, TaskRow } from './data';
import { lockCase } from './lock-case';

/** Whether a task is still to be done. */
export const isOpen = ({ done_at, cancelled_at }: Pick<TaskRow, 'done_at' | 'cancelled_at'>): boolean =>
  done_at === null && cancelled_at === null;

/** A task and its case. */
export interface LockedTask {
  readonly row: CaseRow;
  readonly task: TaskRow;
}

/** Locks a task that exists, after its case, until the end of the transaction. */
export async function lockTask(transaction: Knex.Transaction, id: string): Promise<LockedTask> {
  const tasks = table(transaction, 'task').where({ task_id: uuid(id, 'task') });
  const { case_id } = await tasks.clone().first('case_id');
  const row = await lockCase(transaction, case_id);
  return { row, task: await tasks.forUpdate().first() };
}
