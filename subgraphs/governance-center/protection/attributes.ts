import type { ResourceAttributes } from '../../../shared/access/compile';
import { agencyNamed } from '../../../shared/domain/agencies';
import { resourceOfChildIn } from '../children/attributes';
import type { Context } from '../context';
import type { ProtectionAssignmentRow, ProtectionVisitRow } from './data';

/** Attributes of an assignment for the rules: its child's, and the lead agency; null without a row. */
export async function resourceOfAssignment(
  row: ProtectionAssignmentRow | null,
  context: Context,
): Promise<ResourceAttributes | null> {
  const child = await resourceOfChildIn(row, context);
  return row && child && { ...child, assignment: row.assignment_id, leadAgency: agencyNamed(row.lead_agency) };
}

/** Attributes of a visit for the rules: those of its assignment, and the purpose it was written for. */
export async function resourceOfProtectionVisit(
  { assignment_id, written_for }: ProtectionVisitRow,
  context: Context,
): Promise<ResourceAttributes | null> {
  const assignment = await resourceOfAssignment(await context.load.protectionAssignment.load(assignment_id), context);
  return assignment && { ...assignment, writtenFor: written_for };
}
