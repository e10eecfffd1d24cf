import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import type { Context } from '../context';
import type { Loaders } from '../data';
import type { ReferenceKind } from '../schema.types';
import type { ConfirmationRow } from './data';

/** A reference. */
export interface Referred {
  readonly kind: ReferenceKind;
  readonly id: string;
}

/**
 * The confirmation of the caller's part in what a reference is about, for their agency; null without one, or after its
 * withdrawal.
 */
export async function confirmationOf(
  { kind, id }: Referred,
  { access, load }: Context,
): Promise<ConfirmationRow | null> {
  const reference = canonicalUuid(id);
  const parts = await (reference === null ? undefined : partsIn(kind, load)?.load(reference));
  if (parts === undefined) return null;
  const { sub, agency } = access.caller;
  const own = parts.find(
    (part) => part.withdrawn_at === null && part.officer === sub && agencyNamed(part.agency) === agency,
  );
  return own ?? null;
}

/** Undefined for kinds in which nobody takes part. */
function partsIn(kind: ReferenceKind, load: Loaders) {
  if (kind === 'CASE') return load.partsInCase;
  return kind === 'MEETING' ? load.partsInMeeting : undefined;
}
