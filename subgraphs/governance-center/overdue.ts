import type { Context } from './context';

/** Whether an instant has passed; false for null. */
export const isPast = (instant: Date | null, { now }: Context): boolean => instant !== null && instant < now;
