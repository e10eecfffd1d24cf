import { Deadline } from '../request/deadline';

/** Least time for the accounting, in milliseconds, even if the agencies have used up the request's. */
const ACCOUNTING_TIME = 1_000;

/** The deadline for accounting for an answer before it leaves. */
export const accountingDeadline = ({ left }: Deadline): Deadline => new Deadline(Math.max(left, ACCOUNTING_TIME));
