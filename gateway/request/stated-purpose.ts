import type { Purpose, Reference } from '../../shared/domain/purpose';

/** The purpose in the request's headers: `{ purpose: 'CASE_HANDLING', reference: { kind: 'case', id: '…' }, … }`. */
export interface StatedPurpose {
  readonly purpose: Purpose;
  /** Present if and only if the purpose needs one. */
  readonly reference: Reference | null;
  /** Whether a reason was given, which EMERGENCY requires. */
  readonly reasonGiven: boolean;
  /** The reason, only for EMERGENCY. It is only for the review, and never in the log or in agencies' contexts. */
  readonly reason: string | null;
}
