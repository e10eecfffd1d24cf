import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import type { Context } from '../context';
import type { ConfirmationRow } from './data';

/** A case or meeting, as a request names it. */
export interface Referred {
  readonly kind: 'CASE' | 'MEETING';
  readonly id: string;
}

/** By what the caller takes part in a case or meeting for their agency; null where nobody has confirmed it, or not any more. */
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
