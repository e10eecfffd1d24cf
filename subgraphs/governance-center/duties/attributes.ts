import type { ResourceAttributes } from '../../../shared/access/compile';
import type { DutyRow } from './data';

/** Attributes by which rules decide about a standing duty; null without one. */
export const resourceOfDuty = (row: DutyRow | null): ResourceAttributes | null =>
  row && { region: row.region, agencies: row.agencies };
