import type { AgencySeed } from '../../shared/synthetic/agency-seed';
import { drawsFor } from '../../shared/synthetic/random';
import { assessmentRows } from './assessments/seed';
import { caseWorkRows } from './cases/seed';
import { childRows, regions } from './children/seed';
import { hotlineRows } from './clues/seed';
import { deadlineRows } from './due-items/seed';
import { dutyRows } from './duties/seed';
import { regularMeetings } from './meetings/seed';
import { supportRows } from './misconduct-support/seed';
import { protectionRows } from './protection/seed';
import { riskRows } from './risk/seed';
import { villageNoticeRows } from './village-notices/seed';

/** The synthetic data of the governance centre: pseudonyms and regions, assessments, and case work. */
export const seed: AgencySeed = {
  tables: [
    'region',
    'child',
    'risk_assessment',
    'protection_assignment',
    'misconduct_support',
    'village_notice',
    'case_file',
    'case_child',
    'case_step',
    'joint_meeting',
    'docket_item',
    'task',
    'task_child',
    'clue',
    'clue_reporter',
    'tracked_deadline',
    'participation',
    'duty',
    'opened_assessment',
  ],
  ofDistrict: (district) => ({
    ...regions(),
    ...regularMeetings(district),
    ...hotlineRows(district),
    duty: dutyRows(district),
  }),
  ofChild(child, id, district) {
    const draws = drawsFor(district.seed, child.index);
    return {
      ...childRows(child, id),
      ...riskRows(child, id, district, draws),
      ...protectionRows(child, id, district),
      ...supportRows(child, id, district, draws),
      ...villageNoticeRows(child, id, district),
      ...caseWorkRows(child, id, district, draws),
      ...deadlineRows(child, id, district),
      ...assessmentRows(child, id, district),
    };
  },
};
