import type { Knex } from 'knex';
import { assessmentLoaders } from './assessments/data';
import { caseLoaders } from './cases/data';
import { childLoaders } from './children/data';
import { clueLoaders } from './clues/data';
import { dueItemLoaders } from './due-items/data';
import { dutyLoaders } from './duties/data';
import { emergencyLoaders } from './emergency/data';
import { meetingLoaders } from './meetings/data';
import { misconductSupportLoaders } from './misconduct-support/data';
import { openingLoaders } from './openings/data';
import { participationLoaders } from './participation/data';
import { protectionLoaders } from './protection/data';
import { riskLoaders } from './risk/data';
import { villageNoticeLoaders } from './village-notices/data';
import { worklistLoaders } from './worklists/data';

export type Loaders = ReturnType<typeof loaders>;

/** One SQL statement per kind of row, however many of them a request asks for. */
export function loaders(db: Knex) {
  return {
    ...childLoaders(db),
    ...riskLoaders(db),
    ...protectionLoaders(db),
    ...misconductSupportLoaders(db),
    ...villageNoticeLoaders(db),
    ...caseLoaders(db),
    ...meetingLoaders(db),
    ...clueLoaders(db),
    ...participationLoaders(db),
    ...dutyLoaders(db),
    ...assessmentLoaders(db),
    ...openingLoaders(db),
    ...dueItemLoaders(db),
    ...emergencyLoaders(db),
    ...worklistLoaders(db),
  };
}
