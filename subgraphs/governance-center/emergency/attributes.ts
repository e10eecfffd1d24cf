import type { ResourceAttributes } from '../../../shared/access/compile';
import type { EmergencyUseRow } from './data';

/**
 * Attributes of a use for the rules; null without a row. A use stays with the supervisors of the region where the child
 * lived at that time.
 */
export const resourceOfUse = (row: EmergencyUseRow | null): ResourceAttributes | null =>
  row && { region: row.region, child: row.child_id };
