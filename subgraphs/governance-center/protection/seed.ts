import { addDays } from '../../../shared/domain/dates';
import type { Rows } from '../../../shared/synthetic/agency-seed';
import type { SyntheticChild } from '../../../shared/synthetic/child';
import type { District } from '../../../shared/synthetic/district';

export function protectionRows(
  { circumstances, schooling, events, companionship, index }: SyntheticChild,
  id: string,
  district: District,
): Rows {
  const hardship =
    circumstances.orphan ||
    circumstances.unsupported !== null ||
    circumstances.hardship ||
    circumstances.leftBehind ||
    circumstances.disabled ||
    circumstances.seriouslyIll;
  const assignment = (category: string, leadAgency: string) => ({
    child_id: id,
    category,
    lead_agency: leadAgency,
    responsible: companionship?.safetyOfficer?.name ?? null,
    since: addDays(district.today, -180),
    next_visit_due: addDays(district.today, (index % 40) - 5),
  });
  return {
    protection_assignment: [
      ...(circumstances.singleParent ? [assignment('SINGLE_PARENT', 'WOMENS_FEDERATION')] : []),
      ...(hardship ? [assignment('ORPHAN_OR_HARDSHIP', 'CIVIL_AFFAIRS')] : []),
      ...(schooling?.droppingOut || events.ranAwayAt ? [assignment('MISCONDUCT', 'PUBLIC_SECURITY')] : []),
      // Sealed: in the base table only.
      ...(events.juvenileRecordAt ? [assignment('COMMUNITY_CORRECTION', 'PUBLIC_SECURITY')] : []),
    ],
  };
}
