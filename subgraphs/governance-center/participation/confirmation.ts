import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { NO_CASE } from '../cases/attributes';
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
 * Who confirmed that the caller works on what a reference is about, for their agency; null without a confirmation, or
 * after its withdrawal. This alone decides it, for rules and for the ledger. A part in a case confirms the case's tasks
 * of the caller's agency, too.
 */
export async function confirmedBy({ kind, id }: Referred, { access, load }: Context): Promise<string | null> {
  const reference = canonicalUuid(id);
  const parts = reference === null ? [] : await partsIn(kind, reference, load);
  const { sub, agency } = access.caller;
  const own = parts.find(
    (part) => part.withdrawn_at === null && part.officer === sub && agencyNamed(part.agency) === agency,
  );
  return own?.confirmed_by ?? null;
}

// Private:

/** In as many statements for an unknown id as for a known one. */
async function partsIn(kind: ReferenceKind, id: string, load: Loaders): Promise<readonly ConfirmationRow[]> {
  switch (kind) {
    case 'CASE':
      return load.partsInCase.load(id);
    case 'MEETING':
      return load.partsInMeeting.load(id);
    case 'TASK': {
      const [own, task] = await Promise.all([load.partsInTask.load(id), load.task.load(id)]);
      return [...own, ...(await load.partsInCase.load(task?.case_id ?? NO_CASE))];
    }
    case 'PROTECTION':
      return load.partsInAssignment.load(id);
    default:
      // Nobody takes part in these.
      return [];
  }
}
