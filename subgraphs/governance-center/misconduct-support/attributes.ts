import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { resourceOfChildIn } from '../children/attributes';
import type { Context } from '../context';
import type { MisconductSupportRow } from './data';

/** Attributes of a support for the rules: its child's, itself as an assignment, and the lead; null without a row. */
export async function resourceOfSupport(
  row: MisconductSupportRow | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const child = await resourceOfChildIn(row, context);
  return row && child && { ...child, assignment: row.support_id, leadAgency: agencyNamed(row.lead_agency) };
}
