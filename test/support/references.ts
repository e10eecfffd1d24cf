import { STORY_ASSESSMENT } from '../../subgraphs/governance-center/assessments/seed';
import { dutyId } from '../../subgraphs/governance-center/duties/seed';
import { TEST_DISTRICT } from './databases';

/** The assessment that `town-case-worker` has opened of the story's left-behind child, in every synthetic district. */
export const LEFT_BEHIND_ASSESSMENT = `assessment/${STORY_ASSESSMENT}`;

/** An officer's seeded duty of visits: `visits/…`. */
export const visitsOf = (officer: string): string => `visits/${dutyId(TEST_DISTRICT, 'VISITS', officer)}`;
