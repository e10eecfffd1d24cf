/**
 * Header with the time that the gateway still waits for an agency's answer, in whole milliseconds: `x-waiting-milliseconds:
 * 4800`.
 */
export const WAITING_HEADER = 'x-waiting-milliseconds';
