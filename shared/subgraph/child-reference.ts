import type { ResourceAttributes } from '../access/compile';
import { CHILD_ID } from '../domain/child-id';
import type { RosterRow } from './rows/roster';

/** A child as resolvers pass it on, from references and lists: only its pseudonym, which cannot be forged. */
export interface ChildKey {
  readonly id: string;
}

/**
 * Reads only the key of a representation: any holder of a signed context could invent its other fields.
 *
 * @returns null for anything but a child's id.
 */
export function childReference({ id }: { readonly id?: unknown }): ChildKey | null {
  return typeof id === 'string' && CHILD_ID.test(id) ? { id } : null;
}

/** A child's attributes for rules, from the agency's own row; null for an unknown child. */
export function resourceOfChild(row: RosterRow | null): ResourceAttributes | null {
  return row && { region: row.region, child: row.child_id, locationProtected: row.location_protected };
}
