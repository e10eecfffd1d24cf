import { enumName } from '../../../shared/domain/agencies';
import type { Role } from '../../../shared/domain/caller';
import { addDays, at } from '../../../shared/domain/dates';
import { isWithin } from '../../../shared/domain/regions';
import type { District } from '../../../shared/synthetic/district';
import { COUNTY } from '../../../shared/synthetic/geography';
import { OFFICERS, OFFICERS_WITHOUT_PART, responsibleFor } from '../../../shared/synthetic/officers';
import { syntheticId } from '../synthetic-id';

/** Roles of officers who take part in cases, and in meetings. */
const HANDLING: readonly Role[] = ['case-worker', 'agency-officer'];
const ATTENDING: readonly Role[] = ['meeting-member', 'meeting-clerk'];

/** The confirmed parts of all officers who may attend a meeting of the county. */
export function attending(district: District, meeting_id: string, heldOn: string, index: number) {
  return parts(district, ATTENDING, COUNTY, addDays(heldOn, -14), index, { case_id: null, meeting_id });
}

/** The confirmed parts of all officers who may work on a case in a region. */
export function handling(district: District, case_id: string, region: string, confirmedOn: string, index: number) {
  return parts(district, HANDLING, region, confirmedOn, index, { case_id, meeting_id: null });
}

// Private:

/** Confirmed parts of all officers in a containing or contained region, each confirmed by their responsible person. */
function parts(
  district: District,
  roles: readonly Role[],
  region: string,
  confirmedOn: string,
  index: number,
  reference: { readonly case_id: string | null; readonly meeting_id: string | null },
) {
  return OFFICERS.filter(({ sub }) => !OFFICERS_WITHOUT_PART.has(sub)).flatMap((officer) => {
    const head = responsibleFor(officer);
    const onOneLine = isWithin(region, officer.region) || isWithin(officer.region, region);
    if (head === undefined || !onOneLine || !officer.roles.some((role) => roles.includes(role))) return [];
    return [
      {
        participation_id: syntheticId(
          district,
          `part of ${officer.sub} in ${reference.case_id ?? reference.meeting_id}`,
          index,
        ),
        ...reference,
        officer: officer.sub,
        agency: enumName(officer.agency),
        confirmed_by: head.sub,
        confirmed_at: at(confirmedOn, '09:45'),
      },
    ];
  });
}
