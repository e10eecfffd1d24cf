import type { ResourceAttributes } from '../../../shared/access/compile';
import type { EmergencyUseRow } from './data';

/** Of where the child lived then: a use stays with the supervisors there. */
export const resourceOfUse = (row: EmergencyUseRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id };
