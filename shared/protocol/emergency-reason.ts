import { hidesCharacters, holdsNumberOfAPerson } from '../domain/free-text';
import { failure } from './errors';

/** Shortest and longest reason for break-glass, in characters. */
export const SHORTEST_REASON = 10;
const LONGEST_REASON = 500;

/**
 * Validates the reason for break-glass (紧急处置事由): one line, for a supervisor who reads no personal data.
 *
 * @returns the reason, trimmed.
 * @throws ACCESS_REASON_REQUIRED if it is too short, otherwise ACCESS_REASON_REFUSED with its fault. Errors never
 *   contain the reason.
 */
export function emergencyReason(written: string): string {
  const reason = written.trim();
  const { length } = [...reason];
  if (length < SHORTEST_REASON) throw failure('ACCESS_REASON_REQUIRED');
  if (length > LONGEST_REASON) throw refused('TOO_LONG', { limit: LONGEST_REASON });
  if (hidesCharacters(reason)) throw refused('CONTROL_CHARACTER');
  if (holdsNumberOfAPerson(reason)) throw refused('NUMBER_OF_A_PERSON');
  return reason;
}

function refused(fault: 'TOO_LONG' | 'CONTROL_CHARACTER' | 'NUMBER_OF_A_PERSON', extensions: object = {}) {
  return failure('ACCESS_REASON_REFUSED', undefined, { fault, ...extensions });
}
