import { addDays } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { syntheticId } from '../synthetic-id';

/** Tracked deadlines: guardianship is assessed yearly, and a recommendation is answered within a month. */
export function deadlineRows({ circumstances, index, story }: SyntheticChild, id: string, district: District): Rows {
  if (!circumstances.leftBehind && circumstances.unsupported === null) return {};
  const reply = {
    deadline_id: syntheticId(district, 'reply', index),
    kind: 'RECOMMENDATION_REPLY',
    child_id: id,
    agency: 'EDUCATION',
    due_on: addDays(district.today, 20),
    settled_at: null,
  };
  return {
    tracked_deadline: [
      {
        deadline_id: syntheticId(district, 'guardianship', index),
        kind: 'GUARDIANSHIP_ASSESSMENT',
        child_id: id,
        agency: 'CIVIL_AFFAIRS',
        due_on: addDays(district.today, (index % 300) - 10),
        settled_at: null,
      },
      ...(story === 'left-behind' ? [reply] : []),
    ],
  };
}
