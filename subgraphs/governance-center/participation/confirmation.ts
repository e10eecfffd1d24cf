import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import type { Context } from '../context';
import type { ConfirmationRow } from './data';

/** A reference to a case or meeting. */
export interface Referred {
  readonly kind: 'CASE' | 'MEETING';
  readonly id: string;
}

/**
 * The confirmation of the caller's part in a case or meeting for their agency; null without one, or after its
 * withdrawal.
 */
export async function confirmationOf(
  { kind, id }: Referred,
  { access, load }: Context,
): Promise<ConfirmationRow | null> {
  const reference = canonicalUuid(id);
  if (reference === null) return null;
  const parts = await (kind === 'CASE' ? load.partsInCase : load.partsInMeeting).load(reference);
  const { sub, agency } = access.caller;
  const own = parts.find(
    (part) => part.withdrawn_at === null && part.officer === sub && agencyNamed(part.agency) === agency,
  );
  return own ?? null;
}
