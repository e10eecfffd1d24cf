import type { Context } from './context';

/** Whether an instant has passed; what has none never does. */
export const isPast = (instant: Date | null, { now }: Context): boolean => instant !== null && instant < now;
