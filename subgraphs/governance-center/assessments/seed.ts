import { addDays, at } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';
import { dutyId } from '../duties/seed';

/** The assessment of the story's left-behind child, the same in every district, which stays open for documents and tests. */
export const STORY_ASSESSMENT = 'a55e5500-0000-8000-8000-000000000001';

const HOLDER = 'town-case-worker';

export function assessmentRows({ story }: SyntheticChild, id: string, district: District): Rows {
  if (story !== 'left-behind') return {};
  return {
    opened_assessment: [
      {
        assessment_id: STORY_ASSESSMENT,
        officer: HOLDER,
        agency: 'GOVERNANCE_CENTER',
        region: '990101001',
        duty_id: dutyId(district, 'ASSESSMENT', HOLDER),
        child_id: id,
        clue_id: null,
        ground: 'HANDED_OVER',
        note: '学校移交，核实监护和就学情况',
        opened_at: at(addDays(district.today, -1), '09:00'),
        expires_at: at('2099-12-31', '00:00'),
      },
    ],
  };
}
