import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { resourceOfChildIn } from '../children/attributes';
import type { Context } from '../context';
import type { ProtectionAssignmentRow } from './data';

/** Attributes of an assignment for the rules: its child's, and the lead agency; null without a row. */
export async function resourceOfAssignment(
  row: ProtectionAssignmentRow | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const child = await resourceOfChildIn(row, context);
  return row && child && { ...child, leadAgency: agencyNamed(row.lead_agency) };
}
