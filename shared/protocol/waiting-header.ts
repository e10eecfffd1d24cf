/** How long the gateway waits for an agency's answer, in whole milliseconds: what takes longer is of no use to anybody. */
export const WAITING_HEADER = 'x-waiting-milliseconds';
