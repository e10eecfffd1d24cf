import type { Purpose, Reference } from '../../shared/domain/purpose';

/** Why a caller asks, as the request's headers say: `{ purpose: 'CASE_WORK', reference: { kind: 'case', id: '…' }, … }`. */
export interface StatedPurpose {
  readonly purpose: Purpose;
  /** Present exactly where the purpose needs one. */
  readonly reference: Reference | null;
  /** Whether a reason was written down; break-glass requires one. */
  readonly reasonGiven: boolean;
  /** The reason itself, for EMERGENCY alone. It is kept for the review: never for the log, nor for agencies' contexts. */
  readonly reason: string | null;
}
