import { CHILD_ID } from './child-id';

/** Every child's id among the arguments of a field, each once: whom a request is about that nothing was answered to. */
export function pseudonymsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return CHILD_ID.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return [...new Set(Object.values(value).flatMap(pseudonymsIn))];
}
