import { agencyNamed } from '../../../shared/domain/agencies';
import { canonicalUuid } from '../../../shared/domain/uuid';
import { NO_CASE } from '../cases/attributes';
import type { Context } from '../context';
import type { Loaders } from '../data';
import type { DutyRow } from '../duties/data';
import { dutyOf } from '../duties/duty-of';
import type { ReferenceKind } from '../schema.types';
import type { ConfirmationRow } from './data';
import { helpedBy } from './helped';

/** A reference. */
export interface Referred {
  readonly kind: ReferenceKind;
  readonly id: string;
}

/**
 * Who confirmed that the caller works on what a reference is about, for their agency; null without a confirmation, or
 * after its withdrawal. This alone decides it, for rules and for the ledger. A part in a case confirms the case's tasks
 * of the caller's agency, too, and so does a standing duty of welfare, which also confirms assignments of its categories. A duty of intake confirms
 * clues.
 */
export async function confirmedBy({ kind, id }: Referred, context: Context): Promise<string | null> {
  const reference = canonicalUuid(id);
  if (reference === null) return null;
  const [parts, duty] = await Promise.all([partsIn(kind, reference, context.load), dutyFor(kind, reference, context)]);
  const { sub, agency } = context.access.caller;
  const own = parts.find(
    (part) => part.withdrawn_at === null && part.officer === sub && agencyNamed(part.agency) === agency,
  );
  return (own ?? duty)?.confirmed_by ?? null;
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

/** The region of what does not exist: no duty is on one line with it. */
const NOWHERE = '';

/** The caller's duty that covers it; in as many statements for an unknown id as for a known one. */
async function dutyFor(kind: ReferenceKind, id: string, context: Context): Promise<DutyRow | null> {
  const { load } = context;
  switch (kind) {
    case 'TASK': {
      const task = await load.task.load(id);
      return dutyOf({ kind: 'WELFARE', region: task?.region ?? NOWHERE }, context);
    }
    case 'PROTECTION': {
      const { category = null, region } = (await helpedBy(id, context)) ?? {};
      // No duty covers a support after misconduct.
      if (category === null || region === undefined) return dutyOf({ kind: 'WELFARE', region: NOWHERE }, context);
      return dutyOf({ kind: 'WELFARE', region, category }, context);
    }
    case 'CLUE': {
      const clue = await load.clue.load(id);
      return dutyOf({ kind: 'INTAKE', region: clue?.region ?? NOWHERE }, context);
    }
    default:
      return null;
  }
}
