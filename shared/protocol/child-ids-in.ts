import { CHILD_ID } from '../domain/child-id';
import { holdsNumberOfAPerson } from '../domain/free-text';

/**
 * Finds all child ids in the arguments of a field, each once: the children that a request is about, even if nothing is
 * answered.
 */
export function childIdsIn(value: unknown): readonly string[] {
  // A made-up value in the form of a child id must not bring an ID number into the ledger.
  if (typeof value === 'string') return CHILD_ID.test(value) && !holdsNumberOfAPerson(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(childIdsIn))];
}

/** Finds the children in a request's entity representations, each once, in order. */
export function requestedChildIds(representations: unknown): readonly string[] {
  if (!Array.isArray(representations)) return [];
  const ids = new Set<string>();
  for (const { __typename, id } of representations) if (__typename === 'Child' && typeof id === 'string') ids.add(id);
  return [...ids];
}
