import type { ResourceAttributes } from '../access/compile';
import { CHILD_ID } from '../domain/child-id';

/** A child as resolvers pass it on, from references and lists alike: its pseudonym, and nothing that could be made up. */
export interface ChildKey {
  readonly id: string;
}

/**
 * Takes the key out of a representation and nothing else, so that no other field of it, which any holder of a signed
 * context could make up, is ever read as the agency's own.
 *
 * @returns null for what cannot be a child's id.
 */
export function childReference({ id }: { readonly id?: unknown }): ChildKey | null {
  return typeof id === 'string' && CHILD_ID.test(id) ? { id } : null;
}

/** What rules may look at of a child, from the agency's own row; null for a child that it does not know. */
export function resourceOfChild(
  row: { readonly child_id: string; readonly region: string } | null,
): ResourceAttributes | null {
  return row && { region: row.region, child: row.child_id };
}
