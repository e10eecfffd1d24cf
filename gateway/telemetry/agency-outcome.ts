import type { AgencyOutcome } from './metrics';

/** What an agency's HTTP status says. 400 is an answer, too: an argument that the agency does not take. */
export function outcomeOf(status: number): AgencyOutcome {
  if (status === 200 || status === 400) return 'ANSWERED';
  return status === 401 ? 'REFUSED' : 'FAULTY_ANSWER';
}
