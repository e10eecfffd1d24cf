import type { TaskRow } from './data';

/** Whether a task is still to be done. */
export const isOpen = ({ done_at, cancelled_at }: Pick<TaskRow, 'done_at' | 'cancelled_at'>): boolean =>
  done_at === null && cancelled_at === null;
