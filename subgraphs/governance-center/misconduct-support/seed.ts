import { addDays } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { Schooling, SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import type { Draws } from '../../../shared/synthetic/random';
import { syntheticId } from '../synthetic-id';

/** Support of some older pupils. */
export function supportRows(
  { index, story, schooling }: SyntheticChild,
  id: string,
  district: District,
  draws: Draws,
): Rows {
  if (story !== 'supported' && !inSeriousMisconduct(schooling, draws)) return {};
  return {
    misconduct_support: [
      {
        support_id: syntheticId(district, 'misconduct support', index),
        child_id: id,
        lead_agency: 'PUBLIC_SECURITY',
        helpers: ['EDUCATION'],
        since: addDays(district.today, -90),
        next_visit_due: addDays(district.today, (index % 30) - 5),
        ended_on: null,
      },
    ],
  };
}

// Private:

/** Neither tells of the other: most support comes without special education, and some special education without support. */
function inSeriousMisconduct(schooling: Schooling | null, draws: Draws): boolean {
  const stages: readonly unknown[] = ['JUNIOR', 'SENIOR'];
  if (!stages.includes(schooling?.stage)) return false;
  return draws.chance('serious misconduct', schooling?.specialEducation ? 0.6 : 0.002);
}
