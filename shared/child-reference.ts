import { CHILD_ID } from './child-id';

/**
 * Takes the key out of a representation and nothing else, so that no other field of it, which any holder of a signed
 * context could make up, is ever read as the agency's own.
 *
 * @returns null for what cannot be a child's id.
 */
export function childReference({ id }: { readonly id?: unknown }): { readonly id: string } | null {
  return typeof id === 'string' && CHILD_ID.test(id) ? { id } : null;
}
