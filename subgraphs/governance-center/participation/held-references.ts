import type { ResourceAttributes } from '../../../shared/access/compile';
import type { Grant } from '../../../shared/access/grant';
import { assessmentGrant, resourceOfAssessment } from '../assessments/grant';
import type { Context } from '../context';
import type { ReferenceKind } from '../schema.types';
import { resourceOfVisits, visitsGrant } from '../visits/grant';

/** A reference of one officer, confirmed by the officer's standing duty instead of a part. */
interface HeldReference {
  /** Attributes by which rules decide whether it is valid for the caller; null for an unknown one. */
  readonly resource: (id: string, context: Context) => Promise<ResourceAttributes | null>;
  /** The grant, and who confirmed the duty under which it is given; null if one of them is missing. */
  readonly grant: (
    id: string,
    context: Context,
  ) => Promise<{ readonly grant: Grant; readonly confirmedBy: string } | null>;
}

export const HELD_REFERENCES: Readonly<Partial<Record<ReferenceKind, HeldReference>>> = {
  ASSESSMENT: { resource: resourceOfAssessment, grant: assessmentGrant },
  VISITS: { resource: resourceOfVisits, grant: visitsGrant },
};
