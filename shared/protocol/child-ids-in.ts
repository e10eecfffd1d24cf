import { CHILD_ID } from '../domain/child-id';
import { holdsNumberOfAPerson } from '../domain/free-text';

/** Every child's id among the arguments of a field, each once: whom a request is about that nothing was answered to. */
export function childIdsIn(value: unknown): readonly string[] {
  // What was made up to look like one must not carry an ID number into the ledger.
  if (typeof value === 'string') return CHILD_ID.test(value) && !holdsNumberOfAPerson(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(childIdsIn))];
}
